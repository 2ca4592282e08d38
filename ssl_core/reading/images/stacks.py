"""Stacks of pages in one TIFF, of which the first page is read: what has to be said about them. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ssl_core.reading.images import tiff_header
from ssl_core.reading.images.pixels import whole_picture

LOOKED = 64  # pixels of the longer side at which a first page is looked at


class Stack(NamedTuple):
    """A file of several pages."""

    pages: int
    blank: bool  # whether the first page is one even colour


def stack_of(data: bytes) -> Stack | None:
    """The pages of a TIFF that has several; None of any other file. Raises Unreadable."""
    pages = tiff_header.pages(data)
    if pages < 2:
        return None
    image_HW3 = whole_picture(data, LOOKED)
    return Stack(pages, bool((image_HW3 == image_HW3[0, 0]).all()))


def stack_words(stacks: Sequence[Stack]) -> str:
    """What a set's stacks lose, in a sentence; "" without stacks."""
    if not stacks:
        return ""
    least, most, blank = min(s.pages for s in stacks), max(s.pages for s in stacks), sum(s.blank for s in stacks)
    pages = f"{most:,}" if least == most else f"{least:,} to {most:,}"
    files = "1 file is a stack" if len(stacks) == 1 else f"{len(stacks):,} files are stacks"
    said = f"{files} of {pages} pages, of which the first alone is read"
    return said + (f"; in {blank:,} of them that page is one even colour: save the pages as files of their own." if blank else ".")
