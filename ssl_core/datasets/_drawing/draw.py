"""Cut paper: drawings made of shapes, and the pixels they cover, at any size with the same look.

A drawing is a list of `Shape`s in units of their own, so that nothing here depends on pixels until `cut`.
Axes: N points, H W pixels. Points and `light`, the direction in which the light travels, are complex: x right, y down."""

from __future__ import annotations

from cmath import rect
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from ssl_core.datasets._drawing.outline import box, ellipse, mirrored
from ssl_core.datasets._drawing.palette import INK, Colour


class Print(NamedTuple):
    """A pattern printed on a shape."""

    kind: str  # "stripes" | "dots"
    colour: Colour
    angle: float  # radians
    pitch: float  # distance of two stripes or dots, in the units of the shape


class Shape(NamedTuple):
    """One piece of paper: its outline, its colour, and how it lies on the pieces below it."""

    points_N: np.ndarray
    fill: Colour
    alpha: float = 1.0
    inside: bool = False  # drawn only where something lies already: adds nothing to the silhouette
    lift: float = 0.0  # how far its shadow falls on the pieces below, in the units of the shape
    print: Print | None = None


def extent(outlines: list[np.ndarray]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of outlines."""
    points_N = np.concatenate(outlines)
    x, y = points_N.real, points_N.imag
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def silhouette(shapes: list[Shape]) -> list[np.ndarray]:
    """The outlines whose union is the drawing's outline."""
    return [shape.points_N for shape in shapes if not shape.inside]


def arranged(shapes: list[Shape], angle: float, flip: bool, radius: float, middle: complex) -> list[Shape]:
    """A drawing mirrored where `flip`, turned by `angle` (radians), scaled until half its longer side is `radius`, moved to `middle`."""
    points_N = np.concatenate([shape.points_N for shape in shapes])
    points_N = (mirrored(points_N) if flip else points_N) * rect(1, angle)
    outer = [points for points, shape in zip(_parted(points_N, shapes), shapes, strict=True) if not shape.inside]
    left, top, right, bottom = extent(outer)
    scale = 2 * radius / max(right - left, bottom - top)
    points_N = points_N * scale + (middle - scale * complex(left + right, top + bottom) / 2)
    return [
        Shape(
            points,
            s.fill,
            s.alpha,
            s.inside,
            s.lift * scale,
            s.print and s.print._replace(angle=s.print.angle + angle, pitch=s.print.pitch * scale),
        )
        for s, points in zip(shapes, _parted(points_N, shapes), strict=True)
    ]


def _parted(points_N: np.ndarray, shapes: list[Shape]) -> Iterator[np.ndarray]:
    """Splits a drawing's points into its shapes: one array operation for all shapes is ten times faster than one for each."""
    start = 0
    for shape in shapes:
        yield points_N[start : start + len(shape.points_N)]
        start += len(shape.points_N)


def flat(points_N: np.ndarray) -> list[float]:
    """x, y, x, y …, as Pillow takes polygons."""
    numbers: list[float] = points_N.view(float).tolist()
    return numbers


def supersampling(size: int) -> int:
    """How many times the picture's resolution shapes are drawn at, before they are averaged."""
    return min(max(192 // size, 2), 6)


class Canvas:
    """A rectangle of the picture, at `fine` times its resolution, on which shapes are drawn one after the other."""

    def __init__(self, size: int, left: int, top: int, right: int, bottom: int) -> None:
        self.fine = supersampling(size)
        self.scale, self.origin = size * self.fine, complex(left, top) * self.fine
        self.paint = Image.new("RGB", ((right - left) * self.fine, (bottom - top) * self.fine))
        self.rest = Image.new("1", self.paint.size, 1)  # what no silhouette covers
        self.pen, self.knife = ImageDraw.Draw(self.paint), ImageDraw.Draw(self.rest)

    @cached_property
    def brush(self) -> ImageDraw.ImageDraw:
        """Draws with transparency; four times as slow as the pen."""
        return ImageDraw.Draw(self.paint, "RGBA")

    def pixels(self, points_N: np.ndarray) -> np.ndarray:
        # No half-pixel shift: Pillow fills every pixel that an outline touches, so on the mean its shapes are centred on the corners.
        return points_N * self.scale - self.origin

    def lay(self, shapes: list[Shape], light: complex) -> None:
        points_N = self.pixels(np.concatenate([shape.points_N for shape in shapes]))
        for shape, part_N in zip(shapes, _parted(points_N, shapes), strict=True):
            for share in (1.0, 0.55) if shape.lift else ():
                self.brush.polygon(flat(part_N + light * (shape.lift * share * self.scale)), fill=(*INK, 38))
            outline = flat(part_N)
            if shape.alpha < 1:
                self.brush.polygon(outline, fill=(*shape.fill, round(255 * shape.alpha)))
            else:
                self.pen.polygon(outline, fill=shape.fill)
            if not shape.inside:
                self.knife.polygon(outline, fill=0)
            if shape.print:
                self.stamp(outline, shape.print)

    def stamp(self, outline: list[float], pattern: Print) -> None:
        whole, printed = Image.new("1", self.paint.size), Image.new("1", self.paint.size)
        ImageDraw.Draw(whole).polygon(outline, fill=1)
        left, top, right, bottom = whole.getbbox() or (0, 0, 0, 0)
        reach, pen = abs(complex(right - left, bottom - top)) / 2, ImageDraw.Draw(printed)
        motifs_MN = motif(pattern.kind, pattern.pitch * self.scale, reach) * rect(1, pattern.angle)
        for numbers in (motifs_MN + complex(left + right, top + bottom) / 2).view(float).tolist():
            pen.polygon(numbers, fill=1)
        self.paint.paste(pattern.colour, (0, 0), ImageChops.logical_and(whole, printed))

    def pressed(self) -> np.ndarray:
        """Colour times coverage, then coverage, averaged over each pixel of the picture: uint8 H×W×4."""
        self.paint.paste((0, 0, 0), (0, 0), self.rest)
        paint, rest = self.paint.reduce(self.fine), self.rest.convert("L").reduce(self.fine)
        return np.asarray(Image.merge("RGBX", (*paint.split(), ImageChops.invert(rest))))


def motif(kind: str, pitch: float, reach: float) -> np.ndarray:
    """Outlines of the stripes or dots that fill a disc of radius `reach` about the origin: M×N."""
    steps_R = np.arange(-int(reach / pitch) - 1, int(reach / pitch) + 2) * pitch
    if kind == "stripes":
        stripes_RN: np.ndarray = box(-reach, -pitch / 4, reach, pitch / 4) + 1j * steps_R[:, None]
        return stripes_RN
    centres_RR = steps_R + 1j * steps_R[:, None]
    centres_RR[::2] += pitch / 2
    return ellipse(0, 0, pitch / 4.4) + centres_RR[np.abs(centres_RR) < reach + pitch][:, None]


def cut(shapes: list[Shape], size: int, light: complex) -> np.ndarray:
    """The pixels of a drawing given in units of the picture's side: colour times coverage, then coverage; uint8 H×W×4."""
    picture_HW4 = np.zeros((size, size, 4), np.uint8)
    if shapes:
        left, top, right, bottom = (min(max(int(side * size), 0), size - 1) for side in extent(silhouette(shapes)))
        sheet = Canvas(size, left, top, right + 1, bottom + 1)
        sheet.lay(shapes, light)
        picture_HW4[top : bottom + 1, left : right + 1] = sheet.pressed()
    return picture_HW4


def cover(shapes: list[Shape], size: int) -> np.ndarray:
    """How much of each pixel a drawing covers: float H×W in 0..1."""
    share_HW: np.ndarray = np.divide(cut(shapes, size, 0)[..., 3], 255, dtype=np.float32)
    return share_HW
