"""Cut paper: shapes with smooth edges, soft shadows and a lit rim, drawn at any size with the same look.

A picture is a list of `Shape`s in units of their own, so that nothing here depends on pixels until `lay`.
Axes: N points, H W pixels. x goes right, y goes down. `light` is the direction in which the light travels."""

from collections.abc import Iterator
from functools import lru_cache
from math import comb
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from ssl_core.functional.palette import INK, Colour


class Print(NamedTuple):
    """A pattern printed on a shape."""

    kind: str  # "stripes" | "dots"
    colour: Colour
    angle: float  # radians
    pitch: float  # distance of two stripes or dots, in the units of the shape


class Shape(NamedTuple):
    """One piece of paper: its outline, its colour, and how it lies on the pieces below it."""

    points_N2: np.ndarray
    fill: Colour
    alpha: float = 1.0
    inside: bool = False  # drawn only where something lies already: adds nothing to the silhouette
    lift: float = 0.0  # how far its shadow falls on the pieces below, in the units of the shape
    print: Print | None = None


def turned(points_N2: np.ndarray, angle: float) -> np.ndarray:
    """Points turned about the origin, clockwise on screen, by an angle in radians."""
    c, s = np.cos(angle), np.sin(angle)
    return points_N2 @ np.array([[c, s], [-s, c]])


@lru_cache(maxsize=256)
def _arc(start: float, stop: float) -> np.ndarray:
    count = 8 + round(32 * (stop - start) / (2 * np.pi))
    t_N = np.linspace(start, stop, count, endpoint=stop - start < 2 * np.pi)
    return np.stack([np.cos(t_N), np.sin(t_N)], 1)


def ellipse(x: float, y: float, rx: float, ry: float | None = None, angle: float = 0.0, start: float = 0.0, stop: float = 2 * np.pi) -> np.ndarray:
    """Outline of an ellipse, or of a part of one from `start` to `stop` (0 is right, a quarter turn is down)."""
    flat_N2 = _arc(start, stop) * (rx, rx if ry is None else ry)
    return (turned(flat_N2, angle) if angle else flat_N2) + (x, y)


def poly(*xy: float) -> np.ndarray:
    """Corners from x, y, x, y …"""
    return np.array(xy, float).reshape(-1, 2)


def box(x0: float, y0: float, x1: float, y1: float, corner: float = 0.0) -> np.ndarray:
    """Outline of an upright rectangle, with round corners where asked for."""
    corners = poly(x0, y0, x1, y0, x1, y1, x0, y1)
    return soft(corners, corner) if corner else corners


@lru_cache(maxsize=64)
def _bernstein(degree: int, count: int) -> np.ndarray:
    t_N, k = np.linspace(0, 1, count)[:, None], np.arange(degree + 1)
    return np.array([comb(degree, j) for j in k]) * t_N**k * (1 - t_N) ** (degree - k)


def curve(*xy: float, count: int = 14) -> np.ndarray:
    """Points along a Bézier curve of any degree."""
    return _bernstein(len(xy) // 2 - 1, count) @ poly(*xy)


def soft(points_N2: np.ndarray, radius: float) -> np.ndarray:
    """A polygon with its corners rounded by curves that begin `radius` before the corner."""
    rounded = []
    for before, here, after in zip(np.roll(points_N2, 1, 0), points_N2, np.roll(points_N2, -1, 0), strict=True):
        a, b = (min(radius, 0.5 * np.hypot(*(side - here))) * (side - here) / np.hypot(*(side - here)) for side in (before, after))
        rounded.append(curve(*(here + a), *here, *(here + b), count=7))
    return np.concatenate(rounded)


def stroke(path_N2: np.ndarray, width: float, end: float | None = None) -> np.ndarray:
    """Outline of a line with round ends; `end`: its width there, where it tapers."""
    joint_N2 = path_N2[1:] - path_N2[:-1]
    step_N2 = np.concatenate([joint_N2[:1], joint_N2[1:] + joint_N2[:-1], joint_N2[-1:]])
    normal_N2 = step_N2[:, ::-1] * (-1, 1) / np.hypot(*step_N2.T)[:, None]
    half_N1 = width / 2 + ((width if end is None else end) - width) / 2 * np.arange(len(path_N2))[:, None] / (len(path_N2) - 1)
    side_N2 = half_N1 * normal_N2
    caps = [turned(_arc(-np.pi / 2, np.pi / 2) * half_N1[k], np.arctan2(*(sign * step_N2[k, ::-1]))) + path_N2[k] for k, sign in ((-1, 1), (0, -1))]
    return np.concatenate([path_N2 - side_N2, caps[0], (path_N2 + side_N2)[::-1], caps[1]])


def blob(*xy: float, count: int = 6) -> np.ndarray:
    """A smooth closed outline through the given points (Catmull-Rom)."""
    p = poly(*xy)
    t = np.linspace(0, 1, count, endpoint=False)[None, :, None]
    a, b, c, d = (np.roll(p, k, 0)[:, None] for k in (1, 0, -1, -2))
    return (0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)).reshape(-1, 2)


def ring(x: float, y: float, outer: float, inner: float) -> np.ndarray:
    """Outline of a ring: out round, in round, back along the same seam."""
    a, b = ellipse(x, y, outer), ellipse(x, y, inner)
    return np.concatenate([a, a[:1], b[:1], b[::-1]])


def star(x: float, y: float, radius: float, arms: int = 5, waist: float = 0.5) -> np.ndarray:
    """Outline of a star."""
    t_N = np.arange(2 * arms) * np.pi / arms - np.pi / 2
    r_N = np.where(np.arange(2 * arms) % 2, waist * radius, radius)
    return np.stack([x + r_N * np.cos(t_N), y + r_N * np.sin(t_N)], 1)


def regular(x: float, y: float, radius: float, corners: int) -> np.ndarray:
    """Outline of a regular polygon."""
    t_N = np.arange(corners) * 2 * np.pi / corners
    return np.stack([x + radius * np.cos(t_N), y + radius * np.sin(t_N)], 1)


def extent(shapes: list[Shape]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a drawing's silhouette."""
    points_N2 = np.concatenate([shape.points_N2 for shape in shapes if not shape.inside])
    return (*points_N2.min(0), *points_N2.max(0))  # type: ignore[return-value]


def moved(shapes: list[Shape], angle: float = 0.0, scale: float = 1.0, x: float = 0.0, y: float = 0.0) -> list[Shape]:
    """A drawing turned, then scaled, then shifted, with its prints and shadows."""
    points_N2 = turned(np.concatenate([shape.points_N2 for shape in shapes]), angle) * scale + (x, y)
    return [
        Shape(points, s.fill, s.alpha, s.inside, s.lift * scale, s.print and s.print._replace(angle=s.print.angle + angle, pitch=s.print.pitch * scale))
        for s, points in zip(shapes, _parted(points_N2, shapes), strict=True)
    ]


def _parted(points_N2: np.ndarray, shapes: list[Shape]) -> Iterator[np.ndarray]:
    """Points of a whole drawing, given back shape by shape: one array operation for all is ten times faster than one each."""
    start = 0
    for shape in shapes:
        yield points_N2[start : start + len(shape.points_N2)]
        start += len(shape.points_N2)


def supersampling(size: int) -> int:
    """How many times finer than the picture its shapes are cut."""
    return int(np.clip(192 // size, 2, 6))


class Sheet:
    """A small piece of the picture, cut finer than its pixels, on which shapes are laid one after the other."""

    def __init__(self, size: int, left: int, top: int, width: int, height: int):
        self.fine = supersampling(size)
        self.scale, self.origin = size * self.fine, np.array([left, top]) * self.fine
        self.paint = Image.new("RGB", (width * self.fine, height * self.fine))
        self.mask = Image.new("L", self.paint.size)
        self.brush, self.knife = ImageDraw.Draw(self.paint, "RGBA"), ImageDraw.Draw(self.mask)

    def pixels(self, points_N2: np.ndarray) -> np.ndarray:
        # Pillow names a pixel by its middle, we name it by its corner: hence the half.
        return points_N2 * self.scale - self.origin - 0.5

    def lay(self, shapes: list[Shape], light: np.ndarray) -> None:
        flat_N2 = self.pixels(np.concatenate([shape.points_N2 for shape in shapes]))
        for shape, points_N2 in zip(shapes, _parted(flat_N2, shapes), strict=True):
            for share in (1.0, 0.55) if shape.lift else ():
                self.brush.polygon((points_N2 + light * (shape.lift * share * self.scale)).ravel().tolist(), fill=(*INK, 38))
            outline = points_N2.ravel().tolist()
            self.brush.polygon(outline, fill=(*shape.fill, round(255 * shape.alpha)))
            if not shape.inside:
                self.knife.polygon(outline, fill=255)
            if shape.print:
                self.stamp(shape, points_N2, shape.print)

    def stamp(self, shape: Shape, points_N2: np.ndarray, pattern: Print) -> None:
        low, high = np.floor(points_N2.min(0)), np.ceil(points_N2.max(0))
        size = tuple((high - low + 1).astype(int))
        stencil, cut = Image.new("L", size), Image.new("L", size)
        ImageDraw.Draw(cut).polygon((points_N2 - low).ravel().tolist(), fill=255)
        pen = ImageDraw.Draw(stencil)
        for outline in motif(pattern.kind, pattern.pitch * self.scale, float(np.hypot(*(high - low))) / 2):
            pen.polygon((turned(outline, pattern.angle) + (high - low) / 2).ravel().tolist(), fill=255)
        self.paint.paste(pattern.colour, tuple(low.astype(int)), ImageChops.multiply(stencil, cut))

    def pressed(self) -> tuple[np.ndarray, np.ndarray]:
        """Colour times cover, and cover in 0..1, in pixels of the picture."""
        paint = Image.composite(self.paint, Image.new("RGB", self.paint.size), self.mask)
        return np.asarray(paint.reduce(self.fine), np.float32), np.asarray(self.mask.reduce(self.fine), np.float32) / 255


def motif(kind: str, pitch: float, reach: float) -> list[np.ndarray]:
    """Outlines of stripes or dots that fill a disc of radius `reach` about the origin."""
    steps = np.arange(-int(reach / pitch) - 1, int(reach / pitch) + 2) * pitch
    if kind == "stripes":
        return [box(-reach, y - pitch / 4, reach, y + pitch / 4) for y in steps]
    return [ellipse(x + (row % 2) * pitch / 2, y, pitch / 4.4) for row, y in enumerate(steps) for x in steps]


def blurred(image_HW: np.ndarray, radius: float) -> np.ndarray:
    """A cover in 0..1 blurred by a Gaussian of `radius` pixels."""
    return np.asarray(Image.fromarray((image_HW * 255 + 0.5).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def shifted(image_HW: np.ndarray, x: float, y: float) -> np.ndarray:
    """An image shifted by parts of pixels; what comes in is 0."""
    flat = Image.fromarray(image_HW)
    return np.asarray(flat.transform(flat.size, Image.Transform.AFFINE, (1, 0, -x, 0, 1, -y), Image.Resampling.BILINEAR))


def lay(canvas_HWC: np.ndarray, shapes: list[Shape], light: np.ndarray, depth: float = 0.02, strength: float = 0.3) -> None:
    """Lay a drawing, in units of the picture's side, onto a square float picture in 0..255, in place.

    Its shadow falls `depth` away from the light; its rim is bright towards the light and dark away from it."""
    size = len(canvas_HWC)
    left, top, right, bottom = extent(shapes)
    margin = 2.5 * depth
    x0, y0 = (max(0, int((low - margin) * size)) for low in (left, top))
    x1, y1 = (min(size, int((high + margin) * size) + 2) for high in (right, bottom))
    sheet = Sheet(size, x0, y0, x1 - x0, y1 - y0)
    sheet.lay(shapes, light)
    paint_HWC, cover_HW = sheet.pressed()
    shadow_HW = shifted(blurred(cover_HW, 0.7 * depth * size), *(light * depth * size))
    rim_HW = rim(cover_HW, light, size)
    below_HWC = canvas_HWC[y0:y1, x0:x1]
    below_HWC *= (1 - cover_HW)[..., None] * (1 - strength * shadow_HW)[..., None]
    below_HWC += paint_HWC * (1 + rim_HW)[..., None]


def rim(cover_HW: np.ndarray, light: np.ndarray, size: int) -> np.ndarray:
    """How much brighter (above 0) or darker (below 0) the edge of a piece is, for its side to the light."""
    radius = 0.009 * size
    soft_HW = blurred(cover_HW, radius)
    slope_HW = np.zeros_like(soft_HW)
    slope_HW[:, 1:-1] = (soft_HW[:, 2:] - soft_HW[:, :-2]) * (light[0] * radius * 0.65)
    slope_HW[1:-1] += (soft_HW[2:] - soft_HW[:-2]) * (light[1] * radius * 0.65)
    return slope_HW.clip(-0.28, 0.28)


def cover(shapes: list[Shape], size: int) -> np.ndarray:
    """How much of each pixel a drawing covers: float H×W in 0..1."""
    sheet = Sheet(size, 0, 0, size, size)
    for shape in shapes:
        if not shape.inside:
            sheet.knife.polygon(sheet.pixels(shape.points_N2).ravel().tolist(), fill=255)
    return np.asarray(sheet.mask.reduce(sheet.fine), np.float32) / 255


@lru_cache(maxsize=8)
def grain(size: int) -> np.ndarray:
    """Paper: float H×W about 1, the same sheet at every size."""
    rng = np.random.default_rng(7)
    total_HW = np.zeros((1024, 1024), np.float32)
    for cells, weight in ((24, 0.006), (160, 0.010), (420, 0.016), (1024, 0.012)):
        noise = Image.fromarray(rng.normal(0, weight, (cells, cells)).astype(np.float32))
        total_HW += np.asarray(noise.resize((1024, 1024), Image.Resampling.BICUBIC))
    return 1 + np.asarray(Image.fromarray(total_HW).resize((size, size), Image.Resampling.BOX))
