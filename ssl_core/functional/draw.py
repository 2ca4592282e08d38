"""Cut paper: shapes with smooth edges, soft shadows and a lit rim, drawn at any size with the same look.

A picture is a list of `Shape`s in units of their own, so that nothing here depends on pixels until `lay`.
Axes: N points, H W pixels. x goes right, y goes down. `light` is the direction in which the light travels."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from ssl_core.functional.outline import box, ellipse, turned
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


def extent(shapes: list[Shape]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a drawing's silhouette."""
    points_N2 = np.concatenate([shape.points_N2 for shape in shapes if not shape.inside])
    return (*points_N2.min(0), *points_N2.max(0))  # type: ignore[return-value]


def placed(shapes: list[Shape], angle: float, radius: float, x: float, y: float) -> list[Shape]:
    """A drawing turned, then scaled and shifted so that half its longer side is `radius` and its middle is at x, y; with its prints."""
    points_N2 = turned(np.concatenate([shape.points_N2 for shape in shapes]), angle)
    outer = [points for points, shape in zip(_parted(points_N2, shapes), shapes, strict=True) if not shape.inside]
    silhouette_N2 = np.concatenate(outer)
    (left, top), (right, bottom) = silhouette_N2.min(0), silhouette_N2.max(0)
    scale = 2 * radius / max(right - left, bottom - top)
    points_N2 = points_N2 * scale + (x - scale * (left + right) / 2, y - scale * (top + bottom) / 2)
    return [
        Shape(
            points,
            s.fill,
            s.alpha,
            s.inside,
            s.lift * scale,
            s.print and s.print._replace(angle=s.print.angle + angle, pitch=s.print.pitch * scale),
        )
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
        self.spilt = False  # whether paint may lie outside the silhouette
        self.brush, self.knife = ImageDraw.Draw(self.paint, "RGBA"), ImageDraw.Draw(self.mask)

    def pixels(self, points_N2: np.ndarray) -> np.ndarray:
        # No half-pixel shift: Pillow fills every pixel that an outline touches, so on the mean its shapes are centred on the corners.
        return points_N2 * self.scale - self.origin

    def lay(self, shapes: list[Shape], light: np.ndarray) -> None:
        flat_N2 = self.pixels(np.concatenate([shape.points_N2 for shape in shapes]))
        self.spilt |= any(shape.inside or shape.lift for shape in shapes)
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

    def pressed(self) -> tuple[np.ndarray, Image.Image]:
        """Colour times cover in 0..255, and cover, in pixels of the picture."""
        paint = ImageChops.multiply(self.paint, Image.merge("RGB", (self.mask,) * 3)) if self.spilt else self.paint
        return np.asarray(paint.reduce(self.fine), np.float32), self.mask.reduce(self.fine)


def motif(kind: str, pitch: float, reach: float) -> list[np.ndarray]:
    """Outlines of stripes or dots that fill a disc of radius `reach` about the origin."""
    steps = np.arange(-int(reach / pitch) - 1, int(reach / pitch) + 2) * pitch
    if kind == "stripes":
        return [box(-reach, y - pitch / 4, reach, y + pitch / 4) for y in steps]
    return [ellipse(x + (row % 2) * pitch / 2, y, pitch / 4.4) for row, y in enumerate(steps) for x in steps]


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
    paint_HWC, mask = sheet.pressed()
    kept_HW = (1 - as_share(mask)) * (1 - strength * shadow(mask, light * depth * size))
    below_HWC = canvas_HWC[y0:y1, x0:x1]
    below_HWC *= kept_HW[..., None]
    below_HWC += paint_HWC * (1 + rim(mask, light, 0.009 * size))[..., None]


def as_share(mask: Image.Image) -> np.ndarray:
    """A mask in 0..255 as float H×W in 0..1."""
    return np.asarray(mask, np.float32) / 255


def shadow(mask: Image.Image, shift: np.ndarray) -> np.ndarray:
    """A mask blurred and shifted, by parts of pixels too."""
    soft = mask.filter(ImageFilter.GaussianBlur(0.7 * float(np.hypot(*shift))))
    return as_share(soft.transform(soft.size, Image.Transform.AFFINE, (1, 0, -shift[0], 0, 1, -shift[1]), Image.Resampling.BILINEAR))


def rim(mask: Image.Image, light: np.ndarray, width: float) -> np.ndarray:
    """How much brighter (above 0) or darker (below 0) the edge of a piece is, for its side to the light."""
    soft_HW = as_share(mask.filter(ImageFilter.GaussianBlur(width)))
    slope_HW = np.zeros_like(soft_HW)
    slope_HW[:, 1:-1] = (soft_HW[:, 2:] - soft_HW[:, :-2]) * (light[0] * width * 0.65)
    slope_HW[1:-1] += (soft_HW[2:] - soft_HW[:-2]) * (light[1] * width * 0.65)
    return slope_HW.clip(-0.28, 0.28)


def cover(shapes: list[Shape], size: int) -> np.ndarray:
    """How much of each pixel a drawing covers: float H×W in 0..1."""
    sheet = Sheet(size, 0, 0, size, size)
    for shape in shapes:
        if not shape.inside:
            sheet.knife.polygon(sheet.pixels(shape.points_N2).ravel().tolist(), fill=255)
    return as_share(sheet.mask.reduce(sheet.fine))


@lru_cache(maxsize=8)
def grain(size: int) -> np.ndarray:
    """Paper: float H×W about 1, the same sheet at every size."""
    rng = np.random.default_rng(7)
    total_HW = np.zeros((1024, 1024), np.float32)
    for cells, weight in ((24, 0.006), (160, 0.010), (420, 0.016), (1024, 0.012)):
        noise = Image.fromarray(rng.normal(0, weight, (cells, cells)).astype(np.float32))
        total_HW += np.asarray(noise.resize((1024, 1024), Image.Resampling.BICUBIC))
    return 1 + np.asarray(Image.fromarray(total_HW).resize((size, size), Image.Resampling.BOX))
