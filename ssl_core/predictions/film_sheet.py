"""A frame of a film as a sheet of paper: pictures, words, ticks, arrows and lines drawn with Pillow alone. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from ssl_core.palette import light

PAPER, INK, QUIET, LINE, MUTE = map(light, ("paper", "ink", "quiet", "line", "mute"))
RUN, RIVAL, RIGHT, WRONG = map(light, ("run", "imagenet", "right", "wrong-disc"))
FINE = 2  # everything is drawn so many times larger, then made smaller: smooth edges
ROUND = 8  # pixels of a picture's corners
WIDER = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf", "arial.ttf")  # for words beyond Latin-1, where one is there
TURN = {"up": 0, "right": 90, "down": 180, "left": 270}  # degrees clockwise of an arrow that points up
ARROW = ((0, -50), (50, 2), (19, 2), (19, 50), (-19, 50), (-19, 2), (-50, 2))  # points up, in hundredths of its box
Point = tuple[float, float]


class Frame(NamedTuple):
    """A picture of a film, and how long it stays."""

    image: Image.Image
    milliseconds: int


class FilmSheet:
    """A blank frame and what is drawn on it; all lengths are in pixels of the finished frame."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._image = Image.new("RGB", (width * FINE, height * FINE), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def done(self) -> Image.Image:
        """The finished frame."""
        return self._image.resize((self.width, self.height), Image.Resampling.BOX)

    def picture(self, image: Image.Image, left: float, top: float, side: int) -> None:
        """A square picture with round corners."""
        size = side * FINE
        mask = Image.new("L", (size, size), 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, size - 1, size - 1), ROUND * FINE, fill=255)
        scaled = image.convert("RGB").resize((size, size), Image.Resampling.BICUBIC)
        self._image.paste(scaled, (round(left * FINE), round(top * FINE)), mask)

    def words(self, text: str, left: float, top: float, size: int, colour: str = INK, most: float = 1e9, right: bool = False) -> float:
        """A line of text, cut with "…" beyond `most` pixels; right: it ends at `left`. Returns its width."""
        font = _font(size * FINE, text.encode("latin-1", "ignore").decode("latin-1") == text)
        while len(text) > 1 and font.getlength(text) > most * FINE:
            text = text.rstrip("…")[:-1].rstrip() + "…"
        wide = font.getlength(text) / FINE
        self._draw.text(((left - (wide if right else 0)) * FINE, top * FINE), text, colour, font)
        return wide

    def verdict(self, right: bool, left: float, top: float, side: float) -> None:
        """A green tick or a red cross."""
        strokes = [[(0.05, 0.55), (0.38, 0.9), (0.95, 0.1)]] if right else [[(0.1, 0.1), (0.9, 0.9)], [(0.9, 0.1), (0.1, 0.9)]]
        for stroke in strokes:
            self.line([(left + side * x, top + side * y) for x, y in stroke], RIGHT if right else WRONG, 2)

    def arrow(self, edge: str, right: bool | None, left: float, top: float, side: float) -> None:
        """The disc with an arrow on an edge of a picture: where the network says that the top is. Red where that is wrong."""
        across = max(18.0, 0.17 * side)
        inset = 0.6 * across
        middle = side / 2
        x, y = {"up": (middle, inset), "right": (side - inset, middle), "down": (middle, side - inset), "left": (inset, middle)}[edge]
        self.dot((left + x, top + y), across / 2 + 1.5, "white")
        self.dot((left + x, top + y), across / 2, WRONG if right is False else RUN)
        shape = Image.new("L", (round(across * FINE), round(across * FINE)), 0)
        unit, centre = 0.62 * shape.width / 100, shape.width / 2
        ImageDraw.Draw(shape).polygon([(centre + unit * dx, centre + unit * dy) for dx, dy in ARROW], fill=255)
        turned = shape.rotate(-TURN[edge], Image.Resampling.BICUBIC)
        self._image.paste("white", (round((left + x) * FINE - centre), round((top + y) * FINE - centre)), turned)

    def dot(self, at: Point, radius: float, colour: str) -> None:
        """A filled circle."""
        (x, y), r = at, radius
        self._draw.ellipse([FINE * each for each in (x - r, y - r, x + r, y + r)], fill=colour)

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A line through points."""
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self._draw.line(scaled, colour, round(width * FINE), joint="curve")

    def dashes(self, left: float, right: float, y: float, colour: str) -> None:
        """A horizontal dashed line."""
        for start in range(round(left), round(right), 9):
            self.line([(start, y), (min(right, start + 5), y)], colour, 1.5)

    def track(self, share: float, marks: Sequence[float], y: float, margin: float) -> None:
        """How far a run was: a line over the sheet's width, its part up to `share` in colour, a dot for each of `marks`."""
        across = self.width - 2 * margin
        self.line([(margin, y), (margin + across, y)], LINE, 3)
        self.line([(margin, y), (margin + across * share, y)], RUN, 3)
        for mark in marks:
            self.dot((margin + across * mark, y), 3, RUN if mark <= share else MUTE)
        self.dot((margin + across * share, y), 6, RUN)


@lru_cache(32)
def _font(size: int, latin: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font; for other scripts the first of WIDER that this machine has."""
    for name in () if latin else WIDER:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
