"""A picture of any mode as 8 bits: gray, colours, or colours with alpha. No torch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image, TiffImagePlugin

from ssl_core.reading.images import deep
from ssl_core.reading.images.levels import ends, levels
from ssl_core.reading.images.ranges import Range
from ssl_core.reading.images.unreadable import Unreadable

SIGNS = 0x0153  # TIFF tag SampleFormat: whether numbers are signed
TWELVE, SIXTEEN = Range(12), Range(16)  # scanners, microscopes and cameras fill 12 bits of 16, or all
STRIP = 2**20  # pixels turned into 8 bits at once


def plain_picture(picture: Image.Image, range_: Range | None) -> Image.Image:
    """Any mode as L, RGB or RGBA."""
    return _from_numbers(picture, range_) if picture.mode[0] in "IF" else _eight_bit(picture)


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Any mode of up to 8 bits as L, RGB or RGBA."""
    clear = picture.mode in ("LA", "PA", "La", "RGBa", "RGBA") or "transparency" in picture.info
    mode = "RGBA" if clear else "L" if picture.mode in ("1", "L") else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _from_numbers(picture: Image.Image, range_: Range | None) -> Image.Image:
    """More than 8 bits as L: 16 by a range, so that two pictures stay comparable, others by what is in the picture."""
    plain = Image.new("L", picture.size)
    if sixteen := picture.mode.startswith("I;16"):
        white = (range_ or (TWELVE if _ends(picture)[1] <= TWELVE.white else SIXTEEN)).white
    else:
        lo, hi = _ends(picture)
    for top, values_HW in number_strips(picture):
        level_HW = deep.eight_bits(values_HW, white) if sixteen else levels(values_HW, lo, hi)
        plain.paste(Image.fromarray(level_HW), (0, top))
    return plain


def _ends(picture: Image.Image) -> tuple[float, float]:
    """The least and the largest finite number in a picture."""
    found = ends(values_HW for _, values_HW in number_strips(picture))
    if found is None:
        raise Unreadable("holds no finite number")
    return found


def number_strips(picture: Image.Image) -> Iterator[tuple[int, np.ndarray]]:
    """A picture's numbers by bands of rows, each with its first row: a copy of all of them at once would be several times the picture."""
    w, h = picture.size
    rows = max(1, STRIP // w)
    unsigned = picture.mode == "I" and isinstance(picture, TiffImagePlugin.TiffImageFile) and picture.tag_v2.get(SIGNS) in (1, (1,))
    for top in range(0, h, rows):
        values_HW = np.asarray(picture.crop((0, top, w, min(h, top + rows))))
        yield top, values_HW.astype(np.uint32) if unsigned else values_HW  # Pillow takes the upper half of 32 bits for negative
