"""Netpbm pictures, P1 to P6 (pbm, pgm, ppm, pnm): bitmaps, gray and colours, in bytes or as text. No torch.

Pillow reads them number by number where the largest one is unusual, which takes minutes for a large picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from ssl_core.reading.images.deep import STRIP, Deep, eight_bits
from ssl_core.reading.images.formats import NETPBM
from ssl_core.reading.images.unreadable import Unreadable

SPACE = rb"(?:\s|#[^\n\r]*[\n\r])+"  # between the numbers of the header; a comment ends with its line
BITMAP = re.compile(rb"P([14])" + SPACE + rb"(\d{1,9})" + SPACE + rb"(\d{1,9})\s")
NUMBERS = re.compile(rb"P([2356])" + SPACE + rb"(\d{1,9})" + SPACE + rb"(\d{1,9})" + SPACE + rb"(\d{1,9})\s")
LONGEST = 4096  # bytes of a header
UNSAID = 2**16 - 1  # the largest number of a file that only says "16 bits"


class Header(NamedTuple):
    """What a file says before its numbers."""

    width: int
    height: int
    bands: int
    most: int  # the number that is white
    text: bool
    start: int  # where the numbers begin


def header_of(data: bytes) -> Header | None:
    """The header of a Netpbm picture, None of any other file. Raises Unreadable."""
    if not NETPBM.match(data[:LONGEST]):
        return None
    found = BITMAP.match(data[:LONGEST]) or NUMBERS.match(data[:LONGEST])
    if found is None:
        raise Unreadable("begins like a PPM but is cut short or damaged")
    kind, width, height, most = int(found[1]), int(found[2]), int(found[3]), int(found[4]) if found.re is NUMBERS else 1
    if not 0 < most <= UNSAID:
        raise Unreadable(f"is damaged (its white is {most:,})")
    return Header(width, height, 3 if kind in (3, 6) else 1, most, kind < 4, found.end())


def plain_of(data: bytes, head: Header) -> Image.Image:
    """L or RGB, white being what the header says. Raises Unreadable."""
    size = (head.width, head.height)
    if head.most == 1 and not head.text and data[1:2] == b"4":
        row = -(-head.width // 8)
        _need(len(data) - head.start, row * head.height)
        return Image.frombytes("1", size, data[head.start : head.start + row * head.height], "raw", "1;I").convert("L")
    plain, values = Image.new("L" if head.bands == 1 else "RGB", size), _values(data, head)
    for top, values_HWC in _rows(values):
        if head.most == 1 and data[1:2] == b"1":
            values_HWC = 1 - values_HWC  # 1 is ink
        level_HWC = eight_bits(values_HWC, head.most)
        plain.paste(Image.fromarray(level_HWC[:, :, 0] if head.bands == 1 else level_HWC), (0, top))
    return plain


def deep_netpbm(data: bytes, head: Header) -> Deep | None:
    """The numbers where the header only says that they have 16 bits; None where it says their white. Reading them raises Unreadable."""
    if head.most != UNSAID:
        return None
    return Deep(head.width, head.height, head.bands, lambda: _rows(_values(data, head)), 1)


def _values(data: bytes, head: Header) -> np.ndarray:
    """All numbers H W C: a view of the file's bytes, or uint16 read from its text."""
    shape = (head.height, head.width, head.bands)
    count = head.height * head.width * head.bands
    if not head.text:
        kind = np.dtype("u1" if head.most < 256 else ">u2")
        _need(len(data) - head.start, count * kind.itemsize)
        return np.frombuffer(data, kind, count, head.start).reshape(shape)
    words = re.sub(rb"#[^\n\r]*", b"", data[head.start :])
    if re.fullmatch(rb"[\d\s]*", words) is None:
        raise Unreadable("is damaged (its numbers hold other letters)")
    if data[1:2] == b"1":  # digits, with or without spaces between
        values = np.frombuffer(re.sub(rb"\s+", b"", words), np.uint8) - 48
    else:
        values = np.fromstring(words.decode("ascii"), np.uint16, sep=" ")
    _need(len(values), count)
    return values[:count].reshape(shape)


def _need(given: int, wanted: int) -> None:
    if given < wanted:
        raise Unreadable("ends too early (truncated)")


def _rows(values_HWC: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    rows = max(1, STRIP // values_HWC[0].size)
    for top in range(0, len(values_HWC), rows):
        yield top, values_HWC[top : top + rows].astype(np.uint16)
