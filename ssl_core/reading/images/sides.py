"""The sides of picture files as their headers say them, of one file or of a few that stand for a set. No torch."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median_low

from ssl_core.reading.images import deep, netpbm, tiff_header
from ssl_core.reading.images.deep_bits import checked_orientation
from ssl_core.reading.images.finished import orientation_of
from ssl_core.reading.images.opening import opened
from ssl_core.reading.images.unreadable import Unreadable

FILES = 15  # whose headers are read
SIDEWAYS = (5, 6, 7, 8)  # orientations of EXIF in which the file's width is the picture's height


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
    return min(upright_size(data))


def upright_size(data: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels, upright, by its header. Raises Unreadable."""
    try:
        if (head := netpbm.header_of(data)) is not None:
            return head.width, head.height
        if (bands := tiff_header.bands_of(data)) is not None:
            return _upright(bands.width, bands.height, bands.orientation)
        if (numbers := deep.deep_of(data)) is not None:
            return _upright(numbers.width, numbers.height, checked_orientation(data, numbers))
        with opened(data) as picture:
            return _upright(*picture.size, orientation_of(picture))
    except Unreadable:
        raise
    except Exception as error:  # parsers of damaged headers raise anything
        raise Unreadable("can't be opened") from error


def _upright(width: int, height: int, orientation: int) -> tuple[int, int]:
    return (height, width) if orientation in SIDEWAYS else (width, height)
