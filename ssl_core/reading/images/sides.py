"""The sides of picture files as their headers say them, of a few files that stand for a set. No torch."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median_low

from ssl_core.reading.images import deep, netpbm, tiff_header
from ssl_core.reading.images.opening import opened
from ssl_core.reading.images.unreadable import Unreadable

FILES = 15  # whose headers are read


def side_of_files(read: Callable[[int], bytes], count: int) -> int | None:
    """The median of the shorter sides, in pixels, of FILES pictures spread evenly; those that can't be read don't count. None: none can.

    read(i): the bytes of file i of `count`; may raise Unreadable or OSError.
    """
    few = min(FILES, count)
    sides = [side for k in range(few) if (side := _tried(read, k * count // few))]
    return median_low(sides) if sides else None


def _tried(read: Callable[[int], bytes], i: int) -> int:
    try:
        return shorter_side(read(i))
    except (Unreadable, OSError):
        return 0


def shorter_side(data: bytes) -> int:
    """The shorter side of a picture in pixels, by its header. Raises Unreadable."""
    if found := netpbm.header_of(data) or tiff_header.bands_of(data):
        return min(found.width, found.height)
    try:
        if (numbers := deep.deep_of(data)) is not None:
            return min(numbers.width, numbers.height)
        with opened(data) as picture:
            return min(picture.size)
    except Unreadable:
        raise
    except Exception as error:  # parsers of damaged headers raise anything
        raise Unreadable("can't be opened") from error
