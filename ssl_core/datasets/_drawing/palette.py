"""The colours of `scenes`: named, picked by hand to sit well together, on warm grounds.

Colours are (red, green, blue) in 0..255. Which colour a thing has never depends on what it is."""

from __future__ import annotations

from functools import lru_cache
from math import cbrt, dist

Colour = tuple[int, int, int]
Paints = dict[str, tuple[Colour, ...]]


def _hex(text: str) -> Colour:
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def _table(rows: dict[str, str]) -> Paints:
    return {name: tuple(_hex(word) for word in words.split()) for name, words in rows.items()}


# Several shades a name, so that "red" is a family and not a value that a network could look up.
PAINTS = _table(
    {
        "red": "D9483B C53A3F E2574C B8433A",
        "orange": "EC8A3A E0772F F29B52 DB8442",
        "yellow": "F2BE3E EDAF22 F6CD5F E3B23C",
        "green": "4F9A5B 6BA547 3B8556 84B257",
        "teal": "2B9C93 1F8389 45B0A4 338F9B",
        "blue": "3C6FC0 4C8AD6 2D59A6 5A8FC7",
        "purple": "7A58AE 9069C4 654693 8A5FA8",
        "pink": "E4719A EE8FAE D65A8A E58B9B",
    }
)

# Confetti has the colours of wheels, sails and bark too: else a glimpse of them would name the thing without any learning.
CONFETTI = PAINTS | _table({"brown": "7A543E 8F6549", "black": "322D3A 45404E", "white": "FFF8EA F4EEE2"})

# Two tones a ground: the sheet and what is printed on it.
GROUNDS = _table(
    {
        "cream": "F7EEDC E9D7B7",
        "peach": "FADCC6 F2BE9F",
        "rose": "F5D2D8 E8AEBB",
        "lilac": "DFD4EE C2B0DE",
        "sky": "CFE3F2 A5C8E6",
        "mint": "D0EADD A5D4BD",
        "sage": "D9DFC0 B9C595",
        "lemon": "F9EAB4 EED37F",
        "grey": "E2DFD9 C6C1B8",
        "navy": "33436A 47598A",
        "plum": "54405F 6D547A",
        "pine": "2C5A52 3E746A",
    }
)

PAPER: Colour = (255, 248, 234)
INK: Colour = (50, 45, 58)
BARK: Colour = (122, 84, 62)
SUN: Colour = (250, 200, 82)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Colour between two others; `share` of the second."""
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def lighter(colour: Colour, share: float = 0.25) -> Colour:
    """The colour mixed with warm white; `share` of white."""
    return mix(colour, PAPER, share)


def darker(colour: Colour, share: float = 0.22) -> Colour:
    """The colour mixed with ink; `share` of ink."""
    return mix(colour, INK, share)


# Björn Ottosson's OKLab (2020): linear RGB to cone response, cube root, then lightness and two opponent axes.
_LINEAR = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (level / 255 for level in range(256))]
_CONES = (0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566), (0.0883024619, 0.2817188376, 0.6299787005)
_LAB = (0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099), (0.0259040371, 0.7827717662, -0.8086757660)


@lru_cache(maxsize=4096)
def _seen(colour: Colour) -> tuple[float, ...]:
    """A colour in OKLab: lightness, then two opponent axes."""
    r, g, b = (_LINEAR[level] for level in colour)
    x, y, z = (cbrt(red * r + green * g + blue * b) for red, green, blue in _CONES)
    return tuple(long * x + medium * y + short * z for long, medium, short in _LAB)


def distance(a: Colour, b: Colour) -> float:
    """How different two colours look (OKLab; 0.02 is just visible, black to white is 1)."""
    return dist(_seen(a), _seen(b))
