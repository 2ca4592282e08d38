"""CVAT's file of images: tags as classes of pictures, boxes and outlines as objects on them. No torch."""

from __future__ import annotations

import html
import re

from ssl_core.reading.tables.object_files import Objects
from ssl_core.reading.tables.sheets import Sheet, decoded_text

IMAGE = re.compile(r"<image\s([^>]*?)(?:/>|>(.*?)</image>)", re.S)
NAME = re.compile(r"\bname=\"([^\"]*)\"")
TAG = re.compile(r"<tag\s[^>]*?\blabel=\"([^\"]*)\"")
SHAPE = re.compile(r"<(?:box|polygon|polyline|points|ellipse|mask|cuboid|skeleton)\s[^>]*?\blabel=\"([^\"]*)\"")


def cvat(name: str, data: bytes) -> Sheet | Objects | None:
    """Rows of pictures and tags, else the objects of a file without tags; None where the file is something else."""
    text = decoded_text(data)
    if "<annotations" not in text[:2000] or not (images := IMAGE.findall(text)):
        return None
    named = [(html.unescape(found[1]), inside) for head, inside in images if (found := NAME.search(head))]
    tags = [(file, "|".join(dict.fromkeys(map(html.unescape, TAG.findall(inside))))) for file, inside in named]
    if any(label for _, label in tags):
        return Sheet(name, ["file", "tag"], list(zip(*tags, strict=True)), range(1, len(tags) + 1), True)
    return Objects("CVAT", name, [(file, html.unescape(label)) for file, inside in named for label in SHAPE.findall(inside)])
