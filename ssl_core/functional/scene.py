"""One everyday thing on coloured paper: what is in picture i, and how it is drawn at any size.

A `Scene` is a pure function of (seed, split, i), in shares of the picture's side, x to the right and y down. The world around
the thing (paper, confetti, light, grain) is made first, then turned as a whole by 0, 90, 180 or 270 degrees, each as
likely; only then the thing is laid on top, upright but for a small tilt. So nothing but the thing can betray which way is up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ssl_core.functional import nature, objects
from ssl_core.functional.draw import Shape, cover, extent, grain, lay, placed
from ssl_core.functional.ground import KINDS, Ground, grid, spread
from ssl_core.functional.objects import Look
from ssl_core.functional.outline import regular, ring, star, turned
from ssl_core.functional.palette import CONFETTI, GROUNDS, PAINTS, PAPER, Colour, Paints, distance, mix

THINGS: dict[str, Callable[[Look], list[Shape]]] = {
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
VERSION = 7  # of the drawings: part of every digest of their pixels
SPLITS = ("train", "test")
SIZES = ("small", "medium", "large")
RADII = (0.21, 0.28, 0.35, 0.42)  # half the longer side of the thing: limits of small, medium, large
TILT = 15.0  # degrees
CONFETTI_RADII = (0.03, 0.09)
CLUTTER = 6  # pieces of confetti at the most
OWN = 0.13  # colours nearer than this to the paint or its accent are shades of them, and stay
PRINT = (0.35, 0.8)  # how far the printed tone goes from the sheet's to the ground's second one
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
    """A piece of confetti, where it is seen."""

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
        return SIZES[int(np.searchsorted(RADII[1:3], self.radius, "right"))]

    @property
    def place(self) -> str:
        """Where the middle of the thing is: one of nine words."""
        across = ("left", "", "right")[int(np.digitize(self.x, (0.45, 0.55)))]
        down = ("top", "", "bottom")[int(np.digitize(self.y, (0.45, 0.55)))]
        return " ".join(filter(None, (down, across))) or "centre"


def quarter(x: float, y: float, turns: int) -> tuple[float, float]:
    """Where a point of the picture goes when the picture is turned anticlockwise by quarter turns (as `np.rot90`)."""
    for _ in range(turns % 4):
        x, y = y, 1 - x
    return x, y


def label_of(seed: int, split: str, i: int) -> int:
    """Class of picture i: each run of ten pictures holds each class once, in an order of its own."""
    block, place = divmod(i, len(CLASSES))
    return _order(seed, split, block)[place]


@lru_cache(maxsize=64)
def _order(seed: int, split: str, block: int) -> list[int]:
    return np.random.default_rng([seed, SPLITS.index(split), 1, block]).permutation(len(CLASSES)).tolist()


def scene(seed: int, i: int, split: str = "train", clutter: int = CLUTTER, leak: bool = False) -> Scene:
    """What is in picture i: at most `clutter` pieces of confetti; `leak` adds a strip of tape that is always on top."""
    rng = np.random.default_rng([seed, SPLITS.index(split), 0, i])
    colour, rgb = _paint(rng)
    ground = _ground(rng, rgb)
    accent = _apart(rng, (rgb, *ground.tones))[1]
    radius = float(rng.uniform(RADII[0], RADII[-1]))
    room = 0.48 - radius
    x, y = (float(0.5 + room * rng.uniform(-1, 1)) for _ in "xy")
    turn = int(rng.integers(4))
    world = [_piece(rng, ground, x, y, radius) for _ in range(int(rng.integers(clutter // 3, clutter + 1)))]
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
        tilt=float(rng.uniform(-TILT, TILT)),
        flip=bool(rng.integers(2)),
        style=int(rng.integers(2**31)),
        ground=ground,
        pieces=_uncovered(pieces),
        light=float(rng.uniform(0, 2 * np.pi)),
        turn=turn,
        glow=float(rng.uniform(0.04, 0.14)),
        leak=leak,
    )


def _pick(rng: np.random.Generator, table: Mapping[str, object]) -> str:
    return list(table)[int(rng.integers(len(table)))]


def _paint(rng: np.random.Generator, table: Paints = PAINTS) -> tuple[str, Colour]:
    name = _pick(rng, table)
    return name, table[name][int(rng.integers(len(table[name])))]


def _apart(
    rng: np.random.Generator, others: tuple[Colour, ...], least: float = 0.14, tries: int = 8, table: Paints = PAINTS
) -> tuple[str, Colour]:
    """A paint that looks different from the others; the best of a few, where none is far enough."""
    best, far = ("", others[0]), -1.0
    for _ in range(tries):
        candidate = _paint(rng, table)
        near = min(distance(candidate[1], other) for other in others)
        if near > far:
            best, far = candidate, near
        if far >= least:
            break
    return best


def _ground(rng: np.random.Generator, rgb: Colour, least: float = 0.17) -> Ground:
    names = [name for name, tones in GROUNDS.items() if min(distance(rgb, tone) for tone in tones) >= least]
    name = names[int(rng.integers(len(names)))]
    plain, printed = GROUNDS[name] if rng.random() < 0.5 else GROUNDS[name][::-1]
    tones = plain, mix(plain, printed, float(rng.uniform(*PRINT)))
    kind = KINDS[int(rng.integers(len(KINDS)))]
    angle, pitch, phase = rng.uniform((0, 0.1, 0), (2 * np.pi, 0.24, 1)).tolist()
    return Ground(kind, name, tones, angle, pitch, phase)  # type: ignore[arg-type]


def _piece(rng: np.random.Generator, ground: Ground, x: float, y: float, radius: float) -> Piece | None:
    """A piece of confetti away from the middle of the thing; None where chance found no room."""
    colour, rgb = _apart(rng, ground.tones, least=0.12, table=CONFETTI)
    form, size, angle = _pick(rng, FORMS), float(rng.uniform(*CONFETTI_RADII)), float(rng.uniform(0, 2 * np.pi))
    for _ in range(6):
        px, py = rng.uniform(-0.02, 1.02, 2).tolist()
        # A disc, since a rule that knew the thing's outline would give away its upright shape.
        if np.hypot(px - x, py - y) > 0.8 * radius + size:
            return Piece(form, colour, rgb, px, py, size, angle)
    return None


def _seen(piece: Piece, turn: int) -> Piece:
    x, y = quarter(piece.x, piece.y, turn)
    return Piece(piece.form, piece.colour, piece.rgb, x, y, piece.radius, piece.angle - turn * np.pi / 2)


def _uncovered(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces that lie on no other."""
    kept: list[Piece] = []
    for piece in pieces:
        if all(np.hypot(piece.x - other.x, piece.y - other.y) > 1.15 * (piece.radius + other.radius) for other in kept):
            kept.append(piece)
    return tuple(kept)


@lru_cache(maxsize=4)
def thing(scene: Scene) -> list[Shape]:
    """The drawing of the thing, in place; kept for those who ask about one scene several things, and never changed by them."""
    look = Look(scene.rgb, scene.accent, np.random.default_rng(scene.style))
    flat = THINGS[scene.name](look)
    if scene.flip:
        flat = [shape._replace(points_N2=shape.points_N2 * (-1, 1)) for shape in flat]
    return placed(_recoloured(flat, scene), np.deg2rad(scene.tilt), scene.radius, scene.x, scene.y)


def _recoloured(shapes: list[Shape], scene: Scene) -> list[Shape]:
    """Details in colours of their own: were wheels always black and sails always white, colours alone would name the thing."""
    rng, own = np.random.default_rng([scene.style, 1]), (scene.rgb, scene.accent)
    new: dict[Colour, Colour] = {}
    for fill in dict.fromkeys(shape.fill for shape in shapes):
        near = min(distance(fill, other) for other in own)
        new[fill] = fill if near < OWN else _apart(rng, (*own, *new.values()), least=0.1, table=CONFETTI)[1]
    return [shape._replace(fill=new[shape.fill]) for shape in shapes]


def confetti(scene: Scene, turns: int = 0) -> list[Shape]:
    """The drawing of the pieces, in place, after quarter turns of the picture."""
    seen = [_seen(piece, turns) for piece in scene.pieces]
    return [Shape(turned(FORMS[p.form], p.angle) * p.radius + (p.x, p.y), p.rgb) for p in seen]


def draw(scene: Scene, size: int, with_thing: bool = True) -> np.ndarray:
    """The picture: uint8 H×W×3. `with_thing=False` leaves the thing and its shadow out."""
    back = -scene.turn % 4
    world_HWC = spread(scene.ground, size)
    light = np.array([np.cos(scene.light), np.sin(scene.light)])
    if scene.pieces:
        inner = scene.light + scene.turn * np.pi / 2
        lay(world_HWC, confetti(scene, back), np.array([np.cos(inner), np.sin(inner)]), depth=0.01, strength=0.25)
    picture_HWC = np.ascontiguousarray(np.rot90(world_HWC, scene.turn))
    if with_thing:
        lay(picture_HWC, thing(scene), light, depth=0.02, strength=0.32)
    x, y = grid(size)
    lit_HW = np.rot90(grain(size), scene.turn) * (1.03 - scene.glow * (light[0] * x + light[1] * y) - 0.22 * (x * x + y * y)).astype(
        np.float32
    )
    picture_HWC *= lit_HW[..., None]
    if scene.leak:
        picture_HWC[: max(1, round(0.07 * size))] = 0.25 * picture_HWC[: max(1, round(0.07 * size))] + 0.75 * np.array(PAPER, np.float32)
    return (picture_HWC + 0.5).clip(0, 255).astype(np.uint8)


def mask(scene: Scene, size: int) -> np.ndarray:
    """Where the thing is: float H×W, the share of each pixel that it covers."""
    return cover(thing(scene), size)


def bounds(scene: Scene) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the thing, in shares of the picture's side."""
    return extent(thing(scene))
