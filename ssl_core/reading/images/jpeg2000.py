"""What the codestream of a JPEG 2000 says: its size and the bits of a number; the box around it may say otherwise. No torch."""

from __future__ import annotations

import struct
from typing import NamedTuple

from ssl_core.reading.images.formats import CODESTREAM, JP2

MOST_BANDS = 4
SIXTEEN = 16  # bits of a number that may hold fewer; the white of fewer bits is known


class Codestream(NamedTuple):
    """The marker SIZ."""

    size: tuple[int, int]
    bands: int
    bits: int  # of a number of the first band


def is_jpeg2000(data: bytes) -> bool:
    """Whether a file is a JPEG 2000: in its box, or bare."""
    return data.startswith((JP2, CODESTREAM))


def says_its_white(data: bytes) -> bool:
    """Whether a file is a JPEG 2000 whose numbers have fewer than 16 bits: Pillow brings their white to that of 16."""
    return is_jpeg2000(data) and (found := codestream(data)) is not None and found.bits < SIXTEEN


def codestream(data: bytes) -> Codestream | None:
    """What the first codestream says; None where there is none."""
    place = data.find(CODESTREAM)
    if place < 0 or len(data) < place + 43:
        return None
    right, low, left, top = struct.unpack_from(">IIII", data, place + 8)
    (bands,) = struct.unpack_from(">H", data, place + 40)
    return Codestream((right - left, low - top), bands, (data[place + 42] & 0x7F) + 1)
