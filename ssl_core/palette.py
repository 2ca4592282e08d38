"""Every colour of screens, charts, films and maps of attention, by its role, in light and in dark."""

from __future__ import annotations

from typing import NamedTuple


class Pair(NamedTuple):
    """A role's colour on a light page and on a dark one."""

    light: str
    dark: str


COLOURS = {
    "paper": Pair("#fbfaf7", "#15171c"),  # the page
    "raised": Pair("#f1efe9", "#20242b"),  # what lies on it: fields, empty frames
    "sidebar": Pair("#f1efe9", "#1b1e24"),
    "sidebar-raised": Pair("#e5e2d9", "#2a2f38"),
    "ink": Pair("#14171a", "#eceae4"),
    "quiet": Pair("#5c626b", "#a3a8b1"),  # captions
    "line": Pair("#ddd9cf", "#363b45"),  # between parts of a page
    "edge": Pair("#85806f", "#767c88"),  # around what can be pressed or filled in: 3:1 on every ground
    "accent": Pair("#2456d6", "#3a6be4"),  # primary buttons
    "ring": Pair("#2456d6", "#7aa2ff"),  # focus and choice
    "link": Pair("#2456d6", "#8fb2ff"),
    "tint": Pair("#e6ecfb", "#1d2a47"),  # the tour's strip
    "said": Pair("#2456d6", "#2456d6"),  # an arrow on a picture, which is neither light nor dark
    "wrong-disc": Pair("#b3261e", "#b3261e"),
    "right": Pair("#155e3b", "#7fd6a8"),
    "wrong": Pair("#9b1c2e", "#ff8b94"),
    "run": Pair("#2456d6", "#7aa2ff"),
    "imagenet": Pair("#b4570a", "#f0a04b"),
    "random": Pair("#6b717b", "#a3a8b1"),
    "pixels": Pair("#78736a", "#8f8b84"),
    "mute": Pair("#c9c7c0", "#4a505b"),
    "cover": Pair("#6b717b", "#6b717b"),  # stripes over a part of a picture that has no answer yet
    "cover-stripe": Pair("#7d848f", "#7d848f"),
}
CHARTED = ("paper", "raised", "ink", "quiet", "line", "run", "imagenet", "random", "pixels", "mute")  # roles that charts are drawn in
CLASS_COLOURS = (  # ten classes, told apart by colour-blind eyes too, the same on light and on dark
    "#0091dc", "#34c8a6", "#b51312", "#50605b", "#e637a2", "#968c09", "#f3a14b", "#b6aaf6", "#9c22a3", "#4a4ff7",
)  # fmt: skip
SHADES = ("#3f5fc4", "#3f9e9b", "#e3a62f")  # a number as a colour: lightness rises evenly; both ends contrast with light and with dark
HEAT = ("#1e143c", "#6a206c", "#be3454", "#f3802c", "#fdea96")  # attention: dark violet to pale yellow, readable without colour too


def light(role: str) -> str:
    """A role's colour on a light page. Charts are drawn in these; assets and `pages/_kit/screen/colours.py` turn them dark."""
    return COLOURS[role].light


def rgb(colour: str) -> tuple[int, int, int]:
    """A colour's red, green and blue, in 0 to 255."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue
