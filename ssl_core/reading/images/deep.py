"""Pictures whose numbers have 16 bits, of which the file doesn't say how many a camera fills: PNG and TIFF, gray and in colours. No torch.

Pillow keeps the upper 8 bits of colours of 16. Here such a PNG is decoded twice, for its upper and for its lower bytes: told that the
lighter byte comes first, Pillow takes the other one. The bands of a TIFF are read by `tiffs`.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from ssl_core.reading.images import tiff_header, tiffs
from ssl_core.reading.images.ranges import Above, Range

PNG = b"\x89PNG\r\n\x1a\n"
RGB, GRAY_CLEAR, RGB_CLEAR = 2, 4, 6  # colour types of a PNG
STRIP = 2**18  # numbers turned into 8 bits at once
COLOURS = 2  # PhotometricInterpretation of a TIFF

Strips = Callable[[], Iterator[tuple[int, np.ndarray]]]


class Deep(NamedTuple):
    """The numbers of such a picture, uint16."""

    width: int
    height: int
    bands: int  # 1 gray, 2 gray and alpha, 3 colours, 4 colours and alpha
    strips: Strips  # rows H W C of numbers, each with the first row's place; decodes when first called
    orientation: int | None = None  # None: the picture opened by Pillow says it
    room: int = 0  # pixels that are unpacked beside the picture's own

    @property
    def pixels(self) -> int:
        """Of the picture and what is unpacked beside it."""
        return self.width * self.height + self.room


def deep_of(data: bytes) -> Deep | None:
    """The numbers of a PNG with colours of 16 bits, or of a TIFF with two to four bands of 16; None of any other file."""
    if data.startswith(PNG):
        return _png(data)
    return _tiff(data) if data[:4] in tiff_header.PREFIXES else None


def count_bits(deep: Deep) -> int:
    """The bits that a picture needs, its alpha left out."""
    above = Above()
    for _, values_HWC in deep.strips():
        above.add(values_HWC[:, :, : deep.bands - 1 + deep.bands % 2])
    return above.bits


def eight_bits(values: np.ndarray, white: int) -> np.ndarray:
    """uint8 of the same shape: 0 stays 0, `white` and what is brighter becomes 255."""
    found: np.ndarray = (np.minimum(values, white).astype(np.uint32) * 255 // white).astype(np.uint8)
    return found


def picture_of(deep: Deep, range_: Range) -> Image.Image:
    """L, RGB or RGBA by a camera's range. Alpha is by 16 bits."""
    mode = ("L", "RGBA", "RGB", "RGBA")[deep.bands - 1]
    plain = Image.new(mode, (deep.width, deep.height))
    for top, values_HWC in deep.strips():
        colours = deep.bands - 1 + deep.bands % 2
        level_HWC = eight_bits(values_HWC[:, :, :colours], range_.white)
        if mode == "RGBA":
            level_HWC = np.concatenate(
                [level_HWC.repeat(3, 2) if colours == 1 else level_HWC, (values_HWC[:, :, -1:] >> 8).astype(np.uint8)], 2
            )
        plain.paste(Image.fromarray(level_HWC if mode != "L" else level_HWC[:, :, 0]), (0, top))
    return plain


def _png(data: bytes) -> Deep | None:
    if len(data) < 33 or data[24] != 16 or data[25] not in (RGB, GRAY_CLEAR, RGB_CLEAR):
        return None
    width, height = struct.unpack(">II", data[16:24])
    if data[25] == GRAY_CLEAR:  # the two bytes of gray and those of alpha as four colours of 8 bits: the same bytes and filters
        body = b"IHDR" + data[16:24] + bytes([8, RGB_CLEAR]) + data[26:29]
        as_bytes = data[:12] + body + struct.pack(">I", zlib.crc32(body)) + data[33:]
        return Deep(width, height, 2, lambda: _words(as_bytes))
    mode = "RGB" if data[25] == RGB else "RGBA"
    return Deep(width, height, len(mode), lambda: _two_passes(data, mode))


def _words(data: bytes) -> Iterator[tuple[int, np.ndarray]]:
    """A PNG of RGBA as gray and alpha of 16 bits, by strips."""
    for top, bytes_HW4 in _parts(Image.open(io.BytesIO(data), formats=("PNG",))):
        yield top, bytes_HW4.view(">u2").astype(np.uint16)


def _two_passes(data: bytes, mode: str) -> Iterator[tuple[int, np.ndarray]]:
    """Colours of 16 bits of a PNG, by strips."""
    upper, lower = (Image.open(io.BytesIO(data), formats=("PNG",)) for _ in range(2))
    lower.tile = [part._replace(args=f"{mode};16L") for part in lower.tile]
    for (top, high_HWC), (_, low_HWC) in zip(_parts(upper), _parts(lower), strict=True):
        yield top, high_HWC.astype(np.uint16) << 8 | low_HWC


def _parts(picture: Image.Image) -> Iterator[tuple[int, np.ndarray]]:
    w, h = picture.size
    rows = max(1, STRIP // w)
    for top in range(0, h, rows):
        yield top, np.asarray(picture.crop((0, top, w, min(h, top + rows))))


def _tiff(data: bytes) -> Deep | None:
    found = tiff_header.words_of(data)
    if found is None:
        return None
    return Deep(found.width, found.height, found.bands, lambda: tiffs.words(data, found), found.orientation, found.unpacked // 4)
