"""Bytes of a picture file to upright RGB pixels, whatever its format and mode. No torch.

Of an animation the first frame, of a TIFF the first page. Numbers of 32 bits and floats have no white of their own: their least finite
number becomes black, their largest white. Numbers of 16 bits are as bright as their camera's `Range` says, which is found over a whole set;
without it gray ones as 12 bits allow where they need no more, else as 16 do. Colour profiles are not applied.

Memory: a picture of P megapixels takes at most 17 P MB beside its file while it is read (100 megapixels: 1.7 GB; a WebP needs that, a
PNG at most 12 P, a JPEG 7 P); larger pictures are refused from their header, before anything is unpacked. A TIFF's tile counts as a
picture more, and bands of a TIFF by their bytes, four as a pixel; a JPEG 2000 or AVIF counts twice. Threads that read at the same time
share these 100 megapixels, so that all of them together stay within the same bound.
"""

from __future__ import annotations

import io
from typing import NamedTuple

import numpy as np
from PIL import Image

from ssl_core.reading.images import deep, jpeg2000, netpbm, room, tiff_header, tiffs
from ssl_core.reading.images.deep import Deep
from ssl_core.reading.images.deep_bits import checked_orientation
from ssl_core.reading.images.finished import UPRIGHT, finished, orientation_of
from ssl_core.reading.images.modes import SIXTEEN, TWELVE, plain_picture
from ssl_core.reading.images.opening import LEAST as LEAST
from ssl_core.reading.images.opening import MOST as MOST
from ssl_core.reading.images.opening import READ as READ
from ssl_core.reading.images.opening import check_size, extra_pixels, opened, verify
from ssl_core.reading.images.ranges import Range
from ssl_core.reading.images.room import MEGAPIXELS as MEGAPIXELS
from ssl_core.reading.images.safely import safely

BYTES_A_PIXEL = 17  # at most, beside the file, while a picture is read


def square(data: bytes, size: int, range_: Range | None = None) -> np.ndarray:
    """The largest centred square at size × size: uint8 H W 3, upright. range_: of numbers of 16 bits. Raises Unreadable."""
    return safely(data, lambda ready: _read(ready, _Wanted(size, True, True, range_)))


def whole_picture(data: bytes, size: int, enlarge: bool = True, range_: Range | None = None) -> np.ndarray:
    """The whole picture, its longer side `size` (or less, where it may not be enlarged): uint8 H W 3, upright. Raises Unreadable."""
    return safely(data, lambda ready: _read(ready, _Wanted(size, False, enlarge, range_)))


def encode_png(image_HW3: np.ndarray) -> bytes:
    """uint8 pixels as a PNG file."""
    stream = io.BytesIO()
    Image.fromarray(image_HW3).save(stream, "PNG", compress_level=3)
    return stream.getvalue()


class _Wanted(NamedTuple):
    """How a picture is to come out."""

    size: int
    crop: bool
    enlarge: bool
    range_: Range | None

    def side(self, w: int, h: int) -> int:
        """The side that a picture of w × h pixels comes out with."""
        return self.size if self.enlarge else min(self.size, max(w, h))


def _read(data: bytes, wanted: _Wanted) -> np.ndarray:
    if (head := netpbm.header_of(data)) is not None:
        return _read_netpbm(data, head, wanted)
    if wanted.range_ is not None and (found := deep.deep_of(data)) is not None:
        return _read_deep(data, found, wanted, wanted.range_)
    if (bands := tiff_header.bands_of(data)) is not None:
        return _read_bands(data, bands, wanted)
    with opened(data) as picture:
        side, pixels = wanted.side(*picture.size), picture.size[0] * picture.size[1]
        extra = extra_pixels(picture, data)
        verify(picture, data)
        if picture.format in ("JPEG", "MPO"):
            picture.draft(None, (2 * side, 2 * side))  # the decoder skips detail that 2 × size doesn't show: several times faster
        with room.ROOM.taken(extra + (pixels if picture.info.get("progressive") else picture.size[0] * picture.size[1])):
            picture.load()
            turn = UPRIGHT.get(orientation_of(picture))  # now: loading turns a TIFF by itself, and some files say it after their pixels
            range_ = SIXTEEN if jpeg2000.says_its_white(data) else wanted.range_
            return finished(plain_picture(picture, range_), side, wanted.crop, turn)


def _read_bands(data: bytes, bands: tiff_header.Bands, wanted: _Wanted) -> np.ndarray:
    check_size(bands.width, bands.height)
    with room.ROOM.taken(bands.width * bands.height + bands.unpacked // 4):
        side, turn = wanted.side(bands.width, bands.height), UPRIGHT.get(bands.orientation)
        return finished(tiffs.tiff_picture(data, bands), side, wanted.crop, turn)


def _read_netpbm(data: bytes, head: netpbm.Header, wanted: _Wanted) -> np.ndarray:
    check_size(head.width, head.height)
    with room.ROOM.taken(head.width * head.height):
        found = netpbm.deep_netpbm(data, head)
        if found is None:
            plain = netpbm.plain_of(data, head)
        else:
            plain = deep.picture_of(found, wanted.range_ or _range_of_one(found))
        return finished(plain, wanted.side(head.width, head.height), wanted.crop, None)


def _range_of_one(found: Deep) -> Range:
    """What a picture alone says: gray of 12 bits where it needs no more."""
    return TWELVE if found.bands == 1 and max(int(values.max()) for _, values in found.strips()) <= TWELVE.white else SIXTEEN


def _read_deep(data: bytes, found: Deep, wanted: _Wanted, range_: Range) -> np.ndarray:
    """A picture with colours of 16 bits, by its set's range."""
    turn = UPRIGHT.get(checked_orientation(data, found))
    with room.ROOM.taken(found.pixels):
        return finished(deep.picture_of(found, range_), wanted.side(found.width, found.height), wanted.crop, turn)
