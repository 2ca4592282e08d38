"""Things with a right way up that grow: tree, fish, bird, flower. As in `objects.py`, one function a thing."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np

from ssl_core.datasets._drawing.draw import Shape
from ssl_core.datasets._drawing.objects import Style
from ssl_core.datasets._drawing.outline import bezier, blob, box, ellipse, mirrored, poly, soft, stroke
from ssl_core.datasets._drawing.palette import BARK, INK, PAPER, SUN, Colour, darker, lighter, mix

LEAF: Colour = (92, 142, 92)


def tree(look: Style) -> list[Shape]:
    wide = look.between(0.1, 0.16)
    trunk = np.concatenate(
        [bezier(-wide, -0.2, -wide, 0.8, -1.9 * wide, 1.0, count=6), bezier(1.9 * wide, 1.0, wide, 0.8, wide, -0.2, count=6)]
    )
    bark = [Shape(trunk, BARK), Shape(poly(0, -0.2, wide, -0.2, wide, 1, 0.3 * wide, 1), darker(BARK, 0.25), inside=True)]
    return bark + (_fir(look) if look.likes(0.35) else _crown(look))


def _crown(look: Style) -> list[Shape]:
    leaf, width = look.main, look.between(0.85, 1.05)
    puffs = [(0.0, -0.02, 0.5), (-0.42, -0.14, 0.4), (0.42, -0.14, 0.4), (-0.26, -0.52, 0.42), (0.26, -0.52, 0.42), (0.0, -0.3, 0.5)]
    shapes = [Shape(ellipse(x * width, y, r), darker(leaf, 0.14)) for x, y, r in puffs[:3]]
    shapes += [Shape(ellipse(x * width, y, r), leaf, lift=0.03) for x, y, r in puffs[3:]]
    shapes.append(Shape(ellipse(-0.16 * width, -0.6, 0.26, 0.2), lighter(leaf, 0.16), inside=True))
    if look.likes(0.5):
        spots = [(-0.4, -0.1), (0.1, -0.02), (0.44, -0.2), (-0.1, -0.4), (0.26, -0.6), (-0.34, -0.62)]
        shapes += [Shape(ellipse(x * width, y, 0.075), look.accent, inside=True, lift=0.02) for x, y in spots]
    return shapes


def _fir(look: Style) -> list[Shape]:
    shapes = []
    for level, half in enumerate((0.8, 0.66, 0.48)):
        foot = 0.5 - 0.46 * level
        tier = soft(poly(-half, foot, 0, foot - 0.86, half, foot, 0, foot + 0.08), 0.1)
        shapes.append(Shape(tier, lighter(look.main, 0.07 * level), lift=0.06))
    if look.likes(0.5):
        shapes += [
            Shape(ellipse(x, y, 0.06), look.accent, inside=True)
            for x, y in ((-0.4, 0.4), (0.16, 0.32), (0.32, -0.08), (-0.2, -0.04), (0.06, -0.42))
        ]
    return shapes


def fish(look: Style) -> list[Shape]:
    high, main = look.between(0.46, 0.6), look.main
    fin = mix(look.accent, main, 0.15)
    back = bezier(0.98, 0.02, 0.6, -1.25 * high, -0.3, -1.1 * high, -0.62, 0, count=18)
    belly = bezier(-0.62, 0, -0.3, 1.05 * high, 0.6, 1.15 * high, 0.98, 0.02, count=18)
    shapes = [
        Shape(blob(-0.5, 0.0, -0.98, -0.46, -0.88, 0.0, -0.98, 0.42), fin),
        Shape(
            np.concatenate(
                [bezier(0.42, -0.6 * high, 0.2, -1.9 * high, -0.3, -1.6 * high, -0.42, -1.25 * high, count=9), poly(-0.34, -0.4 * high)]
            ),
            fin,
        ),
        Shape(poly(0.05, 0.6 * high, -0.2, 1.25 * high, -0.02, 1.2 * high, 0.3, 0.7 * high), fin),
        Shape(np.concatenate([back, belly[1:-1]]), main),
    ]
    if look.likes(0.5):
        for x in (-0.28, -0.02, 0.24):
            shapes.append(Shape(stroke(bezier(x, -high, x + 0.14, 0, x - 0.02, high), 0.11), lighter(look.accent, 0.2), inside=True))
    else:
        rows = [(x, y) for y in (-0.2, 0.0) for x in (-0.3, -0.08, 0.14)]
        shapes += [Shape(stroke(ellipse(x + y / 2, y, 0.1, start=-1.4, stop=1.4), 0.03), darker(main, 0.25), inside=True) for x, y in rows]
    shapes.append(
        Shape(
            np.concatenate([bezier(0.98, 0.06, 0.4, 0.3 * high, -0.62, 0.0, count=12), belly]), lighter(main, 0.55), inside=True, alpha=0.85
        )
    )
    shapes.append(Shape(blob(0.16, 0.06, 0.1, 0.24, -0.2, 0.34, -0.14, 0.14), darker(fin, 0.1), lift=0.02, inside=True))
    shapes.append(Shape(stroke(ellipse(0.34, -0.02, 0.16, 0.3, start=-1.1, stop=1.1), 0.035), darker(main, 0.3), inside=True))
    return shapes + _eye(0.68, -0.14, 0.11)


def _eye(x: float, y: float, radius: float) -> list[Shape]:
    return [
        Shape(ellipse(x, y, radius), PAPER, inside=True),
        Shape(ellipse(x + 0.15 * radius, y, 0.62 * radius), INK, inside=True),
        Shape(ellipse(x + 0.32 * radius, y - 0.25 * radius, 0.2 * radius), PAPER, inside=True),
    ]


def bird(look: Style) -> list[Shape]:
    main, wing = look.main, look.accent if look.likes(0.5) else darker(look.main, 0.25)
    leg = mix(SUN, BARK, 0.45)
    shapes = []
    for x in (-0.08, 0.16):
        shapes += [
            Shape(stroke(bezier(x, 0.5, x + 0.05, 0.95, count=4), 0.06), leg),
            Shape(stroke(bezier(x - 0.06, 0.98, x + 0.2, 0.96, count=4), 0.06), leg),
        ]
    tail, lift = look.between(-0.25, 0.2), look.between(-0.05, 0.06)
    body = blob(0.72, -0.52, 0.54, -0.14, 0.5, 0.3, 0.12, 0.62, -0.4, 0.42, -0.62, 0.06, -0.2, -0.14, 0.14, -0.36, 0.24, -0.74, 0.56, -0.8)
    shapes += [
        Shape(poly(-0.4, 0.0, -1.0, tail - 0.1, -0.94, tail + 0.22, -0.42, 0.34), wing),
        Shape(soft(poly(0.62, -0.66, 1.0, -0.5 + lift, 0.62, -0.4), 0.05), mix(SUN, (230, 130, 50), 0.5)),
        Shape(body, main),
        Shape(blob(0.5, -0.2, 0.5, 0.3, 0.12, 0.64, -0.2, 0.52, 0.18, 0.3, 0.34, 0.0), lighter(main, 0.5), inside=True),
        Shape(blob(0.18, -0.06, 0.26, 0.16, -0.1, 0.4, -0.72, 0.3, -0.4, 0.02, -0.1, -0.16), wing, lift=0.04),
        Shape(stroke(bezier(0.0, 0.16, -0.25, 0.26, -0.5, 0.24, count=8), 0.035), lighter(wing, 0.35), inside=True),
    ]
    if look.likes(0.4):
        shapes.insert(0, Shape(blob(0.34, -0.7, 0.2, -0.98, 0.42, -0.9, 0.5, -1.0, 0.56, -0.7), wing))
    return shapes + _eye(0.54, -0.56, 0.1)


def flower(look: Style) -> list[Shape]:
    bend = look.between(-0.14, 0.14)
    green = mix(LEAF, look.accent, 0.15)
    stem = bezier(0, -0.35, bend, 0.3, 0, 1.0, count=10)
    shapes = [Shape(stroke(stem, 0.08, 0.1), darker(green, 0.1))]
    for side, y in ((-1, look.between(0.55, 0.75)), (1, look.between(0.4, 0.7))):
        leaf = np.concatenate(
            [
                bezier(0, y + 0.14, 0.25 * side, y - 0.3, 0.58 * side, y - 0.26),
                bezier(0.58 * side, y - 0.26, 0.5 * side, y + 0.16, 0, y + 0.14)[1:-1],
            ]
        )
        shapes += [
            Shape(leaf, green),
            Shape(stroke(bezier(0, y + 0.13, 0.3 * side, y - 0.06, 0.5 * side, y - 0.2), 0.025), lighter(green, 0.35), inside=True),
        ]
    if look.likes(0.3):
        pot = soft(poly(-0.34, 0.66, 0.34, 0.66, 0.24, 1.1, -0.24, 1.1), 0.05)
        shapes += [Shape(pot, look.accent), Shape(box(-0.38, 0.6, 0.38, 0.74, 0.03), darker(look.accent, 0.12), lift=0.02)]
    return shapes + (_tulip(look) if look.likes(0.35) else _daisy(look))


def _daisy(look: Style) -> list[Shape]:
    count, reach = 6 + look.chance.below(6), look.between(0.3, 0.36)
    turn, slim = look.between(0, 1), look.between(0.75, 1.05) * pi * 0.34 / count
    angles = [(k + turn) * 2 * pi / count for k in range(count)]
    shapes = [
        Shape(ellipse(reach * cos(a), -0.45 + reach * sin(a), 0.25, slim * 1.6, a), look.main if k % 2 else lighter(look.main, 0.12))
        for k, a in enumerate(angles)
    ]
    heart = SUN if look.likes(0.6) else look.accent
    return [*shapes, Shape(ellipse(0, -0.45, 0.2), heart, lift=0.03), Shape(ellipse(-0.04, -0.48, 0.1), lighter(heart, 0.3))]


def _tulip(look: Style) -> list[Shape]:
    side = np.concatenate([bezier(0, -0.2, -0.56, -0.2, -0.46, -0.95), bezier(-0.46, -0.95, -0.1, -0.75, 0, -0.2)[1:-1]])
    middle = np.concatenate([bezier(0, -0.2, -0.46, -0.5, 0, -1.02), bezier(0, -1.02, 0.46, -0.5, 0, -0.2)[1:-1]])
    return [Shape(side, look.main), Shape(mirrored(side), darker(look.main, 0.12)), Shape(middle, lighter(look.main, 0.16), lift=0.03)]
