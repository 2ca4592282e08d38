"""Picture files without what their pixels don't need: a damaged colour profile or text loses no picture. No torch.

A PNG is made of chunks, a JPEG and a WebP of segments, each with a length. Those that decide on the pixels stay as they are, so that a file
that was cut short is still found to be.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
PNG_NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND")
WEBP_UNNEEDED = (b"ICCP", b"EXIF", b"XMP ")
APPLICATION, JFIF, ADOBE, SCAN, COMMENT = range(0xE0, 0xF0), 0xE0, 0xEE, 0xDA, 0xFE  # markers of a JPEG
EXIF = b"Exif\0\0"


def without_damage(data: bytes) -> bytes:
    """A PNG without ancillary chunks whose checksum is wrong; any other file as it is."""
    if not data.startswith(PNG):
        return data
    damaged = [(start, end) for kind, start, end in _chunks(data) if _ancillary(kind) and _sum_is_wrong(data, start, end)]
    return _without(data, damaged)


def bare(data: bytes, orientation: bool = True) -> bytes:
    """A PNG, JPEG or WebP without profile, text and notes (and without its orientation, where that is asked); any other file as it is."""
    if data.startswith(PNG):
        kept = PNG_NEEDED if orientation else tuple(kind for kind in PNG_NEEDED if kind != b"eXIf")
        return _without(data, [(start, end) for kind, start, end in _chunks(data) if _ancillary(kind) and kind not in kept])
    if data.startswith(JPEG):
        return _without(data, [(start, end) for marker, start, end in _segments(data) if _note(data, marker, start, orientation)])
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and not orientation:
        return _without(data, [(start, end) for kind, start, end in _riff(data) if kind in WEBP_UNNEEDED])
    return data


def _without(data: bytes, parts: list[tuple[int, int]]) -> bytes:
    if not parts:
        return data
    kept, place = [], 0
    for start, end in parts:
        kept.append(data[place:start])
        place = end
    return b"".join([*kept, data[place:]])


def _ancillary(kind: bytes) -> bool:
    """Whether a decoder may pass over a chunk: the first letter of its name is small."""
    return bool(kind[0] & 0x20)


def _sum_is_wrong(data: bytes, start: int, end: int) -> bool:
    return zlib.crc32(memoryview(data)[start + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big")


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each whole chunk of a PNG."""
    place = len(PNG)
    while place + 12 <= len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        kind = data[place + 4 : place + 8]
        if end > len(data) or not kind.isalpha():
            return
        yield kind, place, end
        place = end


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment of a JPEG before its pixels."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != SCAN:
        if data[place + 1] == 0xFF:  # a filling byte
            place += 1
            continue
        end = place + 2 + max(2, struct.unpack_from(">H", data, place + 2)[0])
        if end > len(data):
            return
        yield data[place + 1], place, end
        place = end


def _note(data: bytes, marker: int, start: int, orientation: bool) -> bool:
    """Whether a segment says nothing about the pixels; JFIF's and Adobe's say how inks and colours are stored."""
    if orientation and data[start + 4 : start + 10] == EXIF:
        return False
    return (marker in APPLICATION and marker not in (JFIF, ADOBE)) or marker == COMMENT


def _riff(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    place = 12
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        yield data[place : place + 4], place, min(len(data), place + 8 + size + size % 2)
        place += 8 + size + size % 2
