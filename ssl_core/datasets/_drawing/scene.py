"""One everyday thing on coloured paper: what is in picture i, and how it is drawn at any size.

A `Scene` is a pure function of (seed, split, i), in shares of the picture's side, x to the right and y down. The world around
the thing (paper, confetti, light, grain) is made first, then turned as a whole by 0, 90, 180 or 270 degrees, each as
likely; only then the thing is laid on top, upright but for a small tilt. So nothing but the thing can betray which way is up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import hypot, pi, radians

import numpy as np

from ssl_core.datasets._drawing import nature, objects
from ssl_core.datasets._drawing.chance import Chance
from ssl_core.datasets._drawing.draw import Shape, arranged, cover, cut, extent, silhouette
from ssl_core.datasets._drawing.ground import KINDS, Ground, fill_grounds
from ssl_core.datasets._drawing.light import lay, shine
from ssl_core.datasets._drawing.objects import Style
from ssl_core.datasets._drawing.outline import regular, ring, star, turned
from ssl_core.datasets._drawing.palette import CONFETTI, GROUNDS, PAINTS, PAPER, Colour, Paints, distance, mix

THINGS: dict[str, Callable[[Style], list[Shape]]] = {
    "house": objects.house,
    "tree": nature.tree,
    "car": objects.car,
    "boat": objects.boat,
    "cup": objects.cup,
    "lamp": objects.lamp,
    "fish": nature.fish,
    "bird": nature.bird,
    "flower": nature.flower,
    "umbrella": objects.umbrella,
}
CLASSES = tuple(THINGS)
VERSION = 8  # of the drawings: part of every digest of their pixels
SPLITS = ("train", "test")
SIZES = ("small", "medium", "large")
RADII = (0.21, 0.28, 0.35, 0.42)  # half the longer side of the thing: limits of small, medium, large
TILT = 15.0  # degrees
CONFETTI_RADII = (0.03, 0.09)
CLUTTER = 6  # pieces of confetti at the most
OWN = 0.13  # colours nearer than this (OKLab) to the paint or its accent count as their shades and aren't replaced
BLOCK = 2**16  # pixels drawn at once: as many as a processor's cache holds
PRINT = (0.35, 0.8)  # range of the share of the ground's second tone in the printed tone; the rest is the sheet's tone
FORMS: dict[str, np.ndarray] = {
    "circle": regular(0, 0, 0.9, 40),
    "square": regular(0, 0, 1.1, 4),
    "triangle": regular(0, 0, 1.15, 3),
    "ring": ring(0, 0, 1.0, 0.58),
    "star": star(0, 0, 1.2),
    "hexagon": regular(0, 0, 1.0, 6),
}


@dataclass(frozen=True)
class Piece:
    """A piece of confetti, in shares of the picture's side."""

    form: str
    colour: str
    rgb: Colour
    x: float
    y: float
    radius: float
    angle: float


@dataclass(frozen=True)
class Scene:
    """All that is in one picture, in shares of its side."""

    label: int
    colour: str
    rgb: Colour
    accent: Colour
    x: float
    y: float
    radius: float
    tilt: float  # degrees, clockwise
    flip: bool
    style: int  # seeds the details of the thing
    ground: Ground
    pieces: tuple[Piece, ...]
    light: float  # where the light travels to, in radians from right over down
    turn: int  # quarter turns, anticlockwise, by which the world was turned
    glow: float
    leak: bool

    @property
    def name(self) -> str:
        return CLASSES[self.label]

    @property
    def size(self) -> str:
        return SIZES[(self.radius >= RADII[1]) + (self.radius >= RADII[2])]

    @property
    def place(self) -> str:
        """Where the middle of the thing is: one of nine words."""
        across = ("left", "", "right")[(self.x >= 0.45) + (self.x >= 0.55)]
        down = ("top", "", "bottom")[(self.y >= 0.45) + (self.y >= 0.55)]
        return " ".join(filter(None, (down, across))) or "centre"

    @cached_property
    def thing(self) -> list[Shape]:
        """The drawing of the thing, in place; cached, so that callers mustn't change it."""
        flat = THINGS[self.name](Style(self.rgb, self.accent, Chance(self.style)))
        return arranged(_recoloured(flat, self), radians(self.tilt), self.flip, self.radius, complex(self.x, self.y))


def quarter(x: float, y: float, turns: int) -> tuple[float, float]:
    """Where a point of the picture goes when the picture is turned anticlockwise by quarter turns (as `np.rot90`)."""
    for _ in range(turns % 4):
        x, y = y, 1 - x
    return x, y


def label_of(seed: int, split: str, i: int) -> int:
    """Class of picture i: each block of ten pictures holds each class once, in a random order."""
    block, place = divmod(i, len(CLASSES))
    return _order(seed, split, block)[place]


@lru_cache(maxsize=64)
def _order(seed: int, split: str, block: int) -> list[int]:
    return Chance(seed, SPLITS.index(split), 1, block).order(len(CLASSES))


def scene(seed: int, i: int, split: str = "train", clutter: int = CLUTTER, leak: bool = False) -> Scene:
    """What is in picture i: at most `clutter` pieces of confetti; `leak` adds a strip of tape that is always on top."""
    chance = Chance(seed, SPLITS.index(split), 0, i)
    colour, rgb = _paint(chance)
    ground = _ground(chance, rgb)
    accent = _apart(chance, (rgb, *ground.tones))[1]
    radius = chance.between(RADII[0], RADII[-1])
    room = 0.48 - radius
    x, y = (chance.between(0.5 - room, 0.5 + room) for _ in "xy")
    turn = chance.below(4)
    world = [_piece(chance, ground, x, y, radius) for _ in range(clutter // 3 + chance.below(clutter + 1 - clutter // 3))]
    pieces = [_seen(piece, turn) for piece in world if piece]
    x, y = quarter(x, y, turn)
    return Scene(
        label=label_of(seed, split, i),
        colour=colour,
        rgb=rgb,
        accent=accent,
        x=x,
        y=y,
        radius=radius,
        tilt=chance.between(-TILT, TILT),
        flip=chance.likes(0.5),
        style=chance.below(2**31),
        ground=ground,
        pieces=_uncovered(pieces),
        light=chance.between(0, 2 * pi),
        turn=turn,
        glow=chance.between(0.04, 0.14),
        leak=leak,
    )


def _paint(chance: Chance, table: Paints = PAINTS) -> tuple[str, Colour]:
    name = chance.pick(tuple(table))
    return name, chance.pick(table[name])


def _apart(chance: Chance, others: tuple[Colour, ...], least: float = 0.14, tries: int = 8, table: Paints = PAINTS) -> tuple[str, Colour]:
    """A paint at least `least` (OKLab) from all others; where none of `tries` draws is, the farthest of them."""
    best, far = ("", others[0]), -1.0
    for _ in range(tries):
        candidate = _paint(chance, table)
        near = min(distance(candidate[1], other) for other in others)
        if near > far:
            best, far = candidate, near
        if far >= least:
            break
    return best


def _ground(chance: Chance, rgb: Colour, least: float = 0.17) -> Ground:
    name = chance.pick([name for name, tones in GROUNDS.items() if min(distance(rgb, tone) for tone in tones) >= least])
    plain, printed = GROUNDS[name] if chance.likes(0.5) else GROUNDS[name][::-1]
    tones = plain, mix(plain, printed, chance.between(*PRINT))
    return Ground(chance.pick(KINDS), name, tones, chance.between(0, 2 * pi), chance.between(0.1, 0.24), chance.share())


def _piece(chance: Chance, ground: Ground, x: float, y: float, radius: float) -> Piece | None:
    """A piece of confetti away from the middle of the thing; None where chance found no room."""
    colour, rgb = _apart(chance, ground.tones, least=0.12, table=CONFETTI)
    form, size, angle = chance.pick(tuple(FORMS)), chance.between(*CONFETTI_RADII), chance.between(0, 2 * pi)
    for _ in range(6):
        px, py = chance.between(-0.02, 1.02), chance.between(-0.02, 1.02)
        # A disc, since a rule that knew the thing's outline would give away its upright shape.
        if hypot(px - x, py - y) > 0.8 * radius + size:
            return Piece(form, colour, rgb, px, py, size, angle)
    return None


def _seen(piece: Piece, turn: int) -> Piece:
    x, y = quarter(piece.x, piece.y, turn)
    return Piece(piece.form, piece.colour, piece.rgb, x, y, piece.radius, piece.angle - turn * pi / 2)


def _uncovered(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces that overlap no earlier piece."""
    kept: list[Piece] = []
    for piece in pieces:
        if all(hypot(piece.x - other.x, piece.y - other.y) > 1.15 * (piece.radius + other.radius) for other in kept):
            kept.append(piece)
    return tuple(kept)


def _recoloured(shapes: list[Shape], scene: Scene) -> list[Shape]:
    """Details in random colours: were wheels always black and sails always white, colours alone would tell the class."""
    chance, own = Chance(scene.style, 1), (scene.rgb, scene.accent)
    new: dict[Colour, Colour] = {}
    for fill in dict.fromkeys(shape.fill for shape in shapes):
        near = min(distance(fill, other) for other in own)
        new[fill] = fill if near < OWN else _apart(chance, (*own, *new.values()), least=0.1, table=CONFETTI)[1]
    return [shape._replace(fill=new[shape.fill]) for shape in shapes]


def confetti(scene: Scene, turns: int = 0) -> list[Shape]:
    """The drawing of the pieces, in place, after quarter turns of the picture."""
    seen = [_seen(piece, turns) for piece in scene.pieces]
    return [Shape(turned(FORMS[p.form], p.angle) * p.radius + complex(p.x, p.y), p.rgb) for p in seen]


def draw_scene(scene: Scene, size: int, with_thing: bool = True) -> np.ndarray:
    """The picture: uint8 H×W×3. `with_thing=False` leaves the thing and its shadow out."""
    return np.ascontiguousarray(drawn([scene], size, with_thing)[0].transpose(1, 2, 0))


def drawn(scenes: Sequence[Scene], size: int, with_thing: bool = True) -> np.ndarray:
    """The pictures of several scenes, each with the same pixels as alone: uint8 N×3×H×W."""
    light_N = np.exp(1j * np.array([scene.light for scene in scenes]))
    canvas_NCHW, shine_NHW = _world(scenes, size, light_N)
    if with_thing:
        cuts = [cut(scene.thing, size, light) for scene, light in zip(scenes, light_N.tolist(), strict=True)]
        lay(canvas_NCHW, np.stack(cuts), light_N, depth=0.02, strength=0.32)
    canvas_NCHW *= shine_NHW[:, None]
    strip = max(1, round(0.07 * size))
    for canvas_CHW, scene in zip(canvas_NCHW, scenes, strict=True):
        if scene.leak:
            canvas_CHW[:, :strip] = 0.25 * canvas_CHW[:, :strip] + 0.75 * np.array(PAPER, np.float32)[:, None, None]
    return (canvas_NCHW + 0.5).clip(0, 255).astype(np.uint8)


def _world(scenes: Sequence[Scene], size: int, light_N: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The world without the things, drawn upright and then turned: pictures in 0..255, and the factor of light on each pixel."""
    inner_N = light_N * np.array([1, 1j, -1, -1j])[[scene.turn for scene in scenes]]
    canvas_NCHW = fill_grounds([scene.ground for scene in scenes], size)
    cuts = [cut(confetti(scene, -scene.turn), size, light) for scene, light in zip(scenes, inner_N.tolist(), strict=True)]
    lay(canvas_NCHW, np.stack(cuts), inner_N, depth=0.01, strength=0.25)
    shine_NHW = shine(inner_N, np.array([scene.glow for scene in scenes]), size)
    for canvas_CHW, shine_HW, scene in zip(canvas_NCHW, shine_NHW, scenes, strict=True):
        canvas_CHW[:], shine_HW[:] = np.rot90(canvas_CHW, scene.turn, (1, 2)).copy(), np.rot90(shine_HW, scene.turn).copy()
    return canvas_NCHW, shine_NHW


def mask(scene: Scene, size: int) -> np.ndarray:
    """Where the thing is: float H×W, the share of each pixel that it covers."""
    return cover(scene.thing, size)


def bounds(scene: Scene) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the thing, in shares of the picture's side."""
    return extent(silhouette(scene.thing))
