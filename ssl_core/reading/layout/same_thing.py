"""Groups of pictures that show one thing, as names of files tell them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ssl_core.reading.layout.words import word_set

Sure = Literal["said", "asked", "offered", "remarked"]  # kept together and said, kept together and asked, only offered, only remarked on

FEW, MANY = 3, 10  # things below which names that are sure, or likely, say nothing
SHARE = 0.8  # of the pictures that names must tell of
SIDES = word_set("left right l r od os le re lt rt front back")
CHANNELS = word_set("red green blue yellow cyan magenta nir ir swir rgb dapi gfp rfp vv vh hh hv depth thermal gray grey color colour")


class Related(NamedTuple):
    """Groups of pictures that show one thing."""

    group_of: dict[str, str]  # by picture
    words: str  # what the names say, the beginning of a sentence
    sure: Sure
    parts: bool = False  # files are parts of one picture, as its channels
    choice: str = "names"  # the group of a Choice that gives these groups
    ending: str = ""  # of one picture in each pair, which may be a mask
