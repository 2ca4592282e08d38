"""Things with a right way up, made by people: house, car, boat, cup, lamp, umbrella.

Each function gives one drawing of its thing, from the colours and the random draws of its `look`, in units of its own;
`scene.py` turns, scales and places the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np

from ssl_core.datasets._drawing.chance import Chance
from ssl_core.datasets._drawing.draw import Print, Shape
from ssl_core.datasets._drawing.outline import bezier, box, ellipse, poly, soft, stroke, symmetric
from ssl_core.datasets._drawing.palette import BARK, INK, PAPER, SUN, Colour, darker, lighter, mix


@dataclass(frozen=True)
class Style:
    """The colours of a drawing and the random draws of its details."""

    main: Colour
    accent: Colour
    chance: Chance

    def likes(self, share: float) -> bool:
        return self.chance.likes(share)

    def between(self, low: float, high: float) -> float:
        return self.chance.between(low, high)

    def pattern(self, colour: Colour, pitch: float, share: float) -> Print | None:
        """Stripes, dots or, mostly, nothing."""
        if not self.likes(share):
            return None
        return Print("stripes" if self.likes(0.5) else "dots", colour, self.between(0, pi), pitch)


GLASS: Colour = (205, 228, 236)
GLASS_DEEP: Colour = (132, 176, 204)


def house(look: Style) -> list[Shape]:
    wide, eave, top = look.between(0.62, 0.85), look.between(-0.2, 0.05), look.between(-1.0, -0.8)
    wall, roof = look.main, look.accent
    reach = wide + 0.16
    ridge = look.between(0.0, 0.45) * wide
    chimney = look.between(0.3, 0.5) * wide
    shapes = [
        Shape(box(chimney - 0.1, top - 0.06, chimney + 0.1, eave), darker(BARK, 0.1)),
        Shape(box(chimney - 0.14, top - 0.12, chimney + 0.14, top - 0.02), BARK),
        Shape(box(-wide, eave - 0.05, wide, 1.0), wall, print=Print("stripes", darker(wall, 0.1), 0.0, 0.16) if look.likes(0.4) else None),
        Shape(box(-wide, 0.9, wide, 1.0), darker(wall, 0.3), inside=True),
    ]
    middle, pane = look.likes(0.35), lighter(SUN, 0.35) if look.likes(0.5) else GLASS
    shapes += _door(look, x=0.0 if middle else -0.45 * wide)
    for x in (-0.6 * wide, 0.6 * wide) if middle else (0.42 * wide,):
        shapes += _window(x, eave + 0.4, 0.13 if middle else 0.19, pane)
    gable = soft(poly(-reach, eave + 0.06, -ridge, top, ridge, top, reach, eave + 0.06), 0.06)
    tiles = Print("stripes", darker(roof, 0.16), 0.0, 0.17) if look.likes(0.6) else None
    shapes.append(Shape(gable, roof, lift=0.05, print=tiles))
    if look.likes(0.5) and eave - top > 0.7:
        shapes += [Shape(ellipse(0, eave - 0.26, 0.17), PAPER), Shape(ellipse(0, eave - 0.26, 0.11), GLASS)]
    return shapes


def _door(look: Style, x: float) -> list[Shape]:
    colour = mix(look.accent, INK, 0.35)
    arch = look.likes(0.5)
    outline = np.concatenate([poly(x - 0.17, 1, x - 0.17, 0.5), ellipse(x, 0.5, 0.17, start=pi, stop=2 * pi), poly(x + 0.17, 1)])
    return [Shape(outline if arch else box(x - 0.17, 0.38, x + 0.17, 1), colour), Shape(ellipse(x + 0.1, 0.72, 0.03), SUN)]


def _window(x: float, y: float, half: float, pane: Colour) -> list[Shape]:
    bars = [box(x - 0.02, y - half, x + 0.02, y + half), box(x - half, y - 0.02, x + half, y + 0.02)]
    frame = Shape(box(x - half - 0.04, y - half - 0.04, x + half + 0.04, y + half + 0.04), PAPER)
    sill = Shape(box(x - half - 0.09, y + half + 0.03, x + half + 0.09, y + half + 0.1), PAPER, lift=0.02)
    return [frame, Shape(box(x - half, y - half, x + half, y + half), pane), *(Shape(bar, PAPER) for bar in bars), sill]


def car(look: Style) -> list[Shape]:
    paint, roof, nose = look.main, look.between(-0.62, -0.48), look.between(-0.02, 0.1)
    back, front = look.between(-0.85, -0.6), look.between(0.28, 0.42)
    cabin = soft(poly(back, 0.06, back + 0.16, roof, front - 0.12, roof, front + 0.26, 0.06), 0.2)
    body = soft(poly(-1.0, nose - 0.08, 0.92, nose, 1.0, 0.42, -1.0, 0.42), 0.18)
    shapes = [Shape(cabin, mix(paint, look.accent, 0.85) if look.likes(0.4) else paint), Shape(body, paint)]
    middle = (back + front) / 2 + 0.02
    shapes += [
        Shape(soft(poly(back + 0.1, 0.02, back + 0.22, roof + 0.12, middle - 0.05, roof + 0.12, middle - 0.05, 0.02), 0.06), GLASS),
        Shape(soft(poly(middle + 0.05, 0.02, middle + 0.05, roof + 0.12, front - 0.12, roof + 0.12, front + 0.1, 0.02), 0.06), GLASS),
        Shape(poly(back + 0.3, 0.0, back + 0.42, roof + 0.14, back + 0.52, roof + 0.14, back + 0.4, 0.0), PAPER, alpha=0.6, inside=True),
        Shape(box(-1.0, 0.3, 1.0, 0.44), darker(paint, 0.25), inside=True),
        Shape(box(-0.98, 0.13, 0.97, 0.19), look.accent if look.likes(0.5) else lighter(paint, 0.4), inside=True),
        Shape(box(middle + 0.06, 0.06, middle + 0.2, 0.1, 0.02), darker(paint, 0.5), inside=True),
        Shape(ellipse(0.93, 0.16, 0.07, 0.09), SUN),
        Shape(ellipse(-0.97, 0.16, 0.05, 0.08), (214, 74, 66), inside=True),
    ]
    for x in (-0.55, 0.55):
        shapes += _wheel(x, 0.44, look.between(0.23, 0.27))
    if look.likes(0.3):
        shapes += [
            Shape(box(back + 0.3, roof - 0.2, front - 0.25, roof - 0.04, 0.05), BARK),
            Shape(box(middle - 0.05, roof - 0.2, middle + 0.01, roof - 0.03), SUN),
        ]
    return shapes


def _wheel(x: float, y: float, radius: float) -> list[Shape]:
    return [
        Shape(ellipse(x, y, radius * 1.16), darker(INK, 0.0), inside=True, alpha=0.5),
        Shape(ellipse(x, y, radius), INK),
        Shape(ellipse(x, y, radius * 0.55), (214, 208, 200)),
        Shape(ellipse(x, y, radius * 0.2), INK),
    ]


def boat(look: Style) -> list[Shape]:
    hull, deck = look.main, look.between(0.36, 0.46)
    shapes = _sails(look, deck) if look.likes(0.65) else _funnels(look, deck)
    stern, bow = bezier(-0.98, deck, -0.8, 1.0, -0.3, 0.92, count=8), bezier(0.5, 0.92, 0.8, 0.86, 1.0, deck - 0.08, count=8)
    shapes += [
        Shape(np.concatenate([stern, bow]), hull, lift=0.03),
        Shape(poly(-1, deck + 0.12, 1, deck + 0.05, 1, deck + 0.14, -1, deck + 0.21), PAPER, inside=True),
        Shape(box(-1.0, 0.78, 1.0, 1.0), darker(hull, 0.3), inside=True),
    ]
    if look.likes(0.5):
        shapes += [Shape(ellipse(x, deck + 0.29, 0.05), PAPER, inside=True) for x in (-0.4, -0.1, 0.2)]
    return shapes


def _sails(look: Style, deck: float) -> list[Shape]:
    mast, belly = look.between(-0.14, 0.06), look.between(0.06, 0.2)
    large = np.concatenate([bezier(mast + 0.07, -0.9, mast + 0.5 + belly, -0.2, mast + 0.78, deck - 0.14), poly(mast + 0.07, deck - 0.14)])
    small = np.concatenate([bezier(mast - 0.07, -0.72, mast - 0.3 - belly, -0.2, mast - 0.6, deck - 0.14), poly(mast - 0.07, deck - 0.14)])
    pattern = Print("stripes", lighter(look.accent, 0.15), look.between(0, pi), 0.3) if look.likes(0.4) else None
    return [
        Shape(box(mast - 0.035, -1.0, mast + 0.035, deck + 0.2), BARK),
        Shape(large, PAPER, print=pattern),
        Shape(small, look.accent),
        Shape(poly(mast + 0.03, -1.02, mast + 0.3, -0.94, mast + 0.03, -0.86), look.main),
    ]


def _funnels(look: Style, deck: float) -> list[Shape]:
    left = look.between(-0.5, -0.35)
    shapes = []
    for x in (left + 0.22, left + 0.6)[: 1 + look.likes(0.5)]:
        shapes += [
            Shape(poly(x - 0.11, -0.2, x - 0.15, -0.85, x + 0.11, -0.85, x + 0.13, -0.2), look.accent),
            Shape(box(x - 0.16, -0.72, x + 0.13, -0.58), PAPER, inside=True),
        ]
        shapes.append(Shape(box(x - 0.16, -0.88, x + 0.12, -0.76), INK))
    shapes += [
        Shape(box(left, -0.3, left + 1.0, deck + 0.1, 0.08), PAPER),
        Shape(box(left - 0.06, -0.36, left + 1.06, -0.24, 0.04), darker(PAPER, 0.12)),
    ]
    return shapes + [Shape(ellipse(left + x, 0.02, 0.1), GLASS_DEEP) for x in (0.2, 0.5, 0.8)]


def cup(look: Style) -> list[Shape]:
    rim, foot, lip = look.between(0.62, 0.72), look.between(0.36, 0.56), -0.55
    side = bezier(rim, lip, rim, 0.55, foot, 0.86, count=9) if look.likes(0.5) else bezier(rim, lip, foot + 0.05, 0.86, count=5)
    body = symmetric(side)
    handle = bezier(rim - 0.08, -0.3, rim + 0.62, -0.42, rim + 0.5, 0.52, foot - 0.02, 0.5, count=18)
    shapes = [Shape(stroke(handle, 0.15), darker(look.main, 0.1))]
    if look.likes(0.5):
        shapes += [
            Shape(ellipse(0, 0.88, 0.88, 0.13), lighter(look.accent, 0.2)),
            Shape(ellipse(0, 0.85, 0.6, 0.07), darker(look.accent, 0.12)),
        ]
    pattern = look.pattern(lighter(look.accent, 0.3), 0.3, 0.35)
    shapes.append(Shape(body, look.main, print=pattern))
    shapes.append(Shape(poly(-rim, lip, -rim + 0.2, lip, -foot + 0.16, 0.86, -foot, 0.86), PAPER, alpha=0.18, inside=True))
    if pattern is None:
        low = look.between(-0.1, 0.2)
        badge = _heart(0, low + 0.12, 0.24) if look.likes(0.4) else _band(side, low, low + look.between(0.12, 0.3))
        shapes.append(Shape(badge, lighter(look.accent, 0.3)))
    shapes += [Shape(ellipse(0, lip, rim, 0.17), lighter(look.main, 0.35)), Shape(ellipse(0, lip + 0.03, rim - 0.09, 0.11), (92, 62, 50))]
    if look.likes(0.6):
        shapes += [
            Shape(stroke(bezier(x, -0.78, x - 0.14, -0.88, x + 0.16, -0.98, x, -1.1), 0.07, 0.03), PAPER) for x in (-0.2, 0.06, 0.32)
        ]
    return shapes


def _band(side_N: np.ndarray, top: float, bottom: float) -> np.ndarray:
    """The part of a symmetric outline, given by its right side, between two heights."""
    y_N = np.linspace(top, bottom, 5)
    return symmetric(np.interp(y_N, side_N.imag, side_N.real) + 1j * y_N)


def _heart(x: float, y: float, size: float) -> np.ndarray:
    return symmetric(bezier(0, 0.9, 1.3, -0.1, 0.8, -1.3, 0, -0.35, count=12)) * size + complex(x, y)


def lamp(look: Style) -> list[Shape]:
    top, hem, edge = look.between(0.26, 0.44), look.between(0.62, 0.78), look.between(-0.12, 0.04)
    stem = mix(look.accent, INK, 0.3)
    shapes = [Shape(box(-0.045, edge, 0.045, 0.9), stem)]
    if look.likes(0.5):
        shapes.append(Shape(ellipse(0, 0.55, look.between(0.2, 0.3), look.between(0.24, 0.34)), look.accent))
    shapes += [
        Shape(np.concatenate([ellipse(0, 0.96, 0.46, 0.18, start=pi, stop=2 * pi), poly(0.46, 1.0, -0.46, 1.0)]), stem),
        Shape(ellipse(0, edge + 0.02, 0.13, 0.2), SUN),
        Shape(stroke(poly(hem - 0.25, edge, hem - 0.25, edge + 0.26), 0.035), stem),
        Shape(ellipse(hem - 0.25, edge + 0.3, 0.055), SUN),
    ]
    dome = look.likes(0.35)
    side = (
        bezier(top * 0.6, -1.0, hem, -0.9, hem, edge, count=9)
        if dome
        else bezier(top, -1.0, (top + hem) / 2 - 0.06, -0.5, hem, edge, count=7)
    )
    shapes.append(Shape(symmetric(side), look.main, lift=0.04, print=look.pattern(lighter(look.main, 0.35), 0.28, 0.4)))
    shapes.append(Shape(poly(-hem, edge - 0.1, hem, edge - 0.1, hem, edge, -hem, edge), lighter(SUN, 0.5), inside=True))
    return shapes


def umbrella(look: Style) -> list[Shape]:
    wide, crown, rim = 1.0, look.between(-0.82, -0.68), look.between(0.0, 0.1)
    stem = bezier(0, 0, 0, 0.78, count=6)
    hook = ellipse(0.17, 0.78, 0.17, 0.2, start=0.0, stop=pi)[::-1]
    shapes = [
        Shape(stroke(bezier(0, crown + 0.1, 0, crown - 0.16, count=4), 0.06, 0.04), BARK),
        Shape(stroke(np.concatenate([stem[:-1], hook]), 0.09), BARK),
    ]
    arc = bezier(-wide, rim, -0.95, crown - 0.02, -0.4, crown, 0, crown, count=16)
    cuts = (-1.0, -0.52, 0.0, 0.52, 1.0) if look.likes(0.6) else (-1.0, -0.36, 0.36, 1.0)
    hems = [bezier(b, rim, (a + b) / 2, rim - 0.2, a, rim, count=8) for a, b in zip(cuts[:-1], cuts[1:], strict=True)]
    shapes.append(
        Shape(np.concatenate([symmetric(arc), *hems[::-1]]), look.main, lift=0.04, print=look.pattern(lighter(look.main, 0.3), 0.3, 0.25))
    )
    other = look.accent if look.likes(0.6) else darker(look.main, 0.14)
    for a, b, hem in list(zip(cuts[:-1], cuts[1:], hems, strict=True))[::2]:
        sides = bezier(a, rim, a * 0.95, crown * 0.6, 0, crown, count=8), bezier(0, crown, b * 0.95, crown * 0.6, b, rim, count=8)
        shapes.append(Shape(np.concatenate([*sides, hem]), other, inside=True))
    return shapes
