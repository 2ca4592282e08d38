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
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from PIL import Image, TiffImagePlugin

from ssl_core.reading.images import deep, icons, jpeg2000, mended, netpbm, tiffs
from ssl_core.reading.images.deep import Deep
from ssl_core.reading.images.formats import CODESTREAM, JP2
from ssl_core.reading.images.levels import ends, levels
from ssl_core.reading.images.opening import LEAST as LEAST
from ssl_core.reading.images.opening import MEGAPIXELS, check_size, extra_pixels, opened, reason, verify
from ssl_core.reading.images.opening import MOST as MOST
from ssl_core.reading.images.opening import READ as READ
from ssl_core.reading.images.ranges import Range
from ssl_core.reading.images.room import Room
from ssl_core.reading.images.unreadable import Unreadable

BYTES_A_PIXEL = 17  # at most, beside the file, while a picture is read
GRAY = (128, 128, 128)  # the background of transparent pixels
ORIENTATION = 0x0112  # EXIF tag
SIGNS = 0x0153  # TIFF tag SampleFormat: whether numbers are signed
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SMOOTH = Image.Resampling.BICUBIC  # antialiased when it makes a picture smaller; without Pillow's reducing_gap, whose last column differs
TWELVE, SIXTEEN = Range(12), Range(16)  # scanners, microscopes and cameras fill 12 bits of 16, or all
STRIP = 2**20  # pixels turned into 8 bits at once
Image.core.set_block_size(64 * 2**20)  # pieces above 32 MB go back to the system at once, smaller ones stay with the thread that had them
ROOM = Room(MEGAPIXELS * 10**6)

T = TypeVar("T")


def square(data: bytes, size: int, range_: Range | None = None) -> np.ndarray:
    """The largest centred square at size × size: uint8 H W 3, upright. range_: of numbers of 16 bits. Raises Unreadable."""
    return _safely(data, lambda ready: _read(ready, _Wanted(size, True, True, range_)))


def whole_picture(data: bytes, size: int, enlarge: bool = True, range_: Range | None = None) -> np.ndarray:
    """The whole picture, its longer side `size` (or less, where it may not be enlarged): uint8 H W 3, upright. Raises Unreadable."""
    return _safely(data, lambda ready: _read(ready, _Wanted(size, False, enlarge, range_)))


def bits_of(data: bytes) -> int | None:
    """The bits that a picture of 16 needs, for `Range.over`; None of pictures of other numbers. Raises Unreadable."""
    return _safely(data, _bits)


def range_of(pictures: Iterable[bytes]) -> Range | None:
    """The range of a set, of the bytes of its files; those that can't be read don't count. None where none has 16 bits."""
    return Range.over(map(_tried_bits, pictures))


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


def _safely(data: bytes, read: Callable[[bytes], T]) -> T:
    """What `read` gives, of an icon's PNG, and of a PNG without damaged notes. Raises Unreadable."""
    try:
        return read(mended.without_damage(icons.largest_picture(data)))
    except Unreadable:
        raise
    except Exception as error:  # decoders raise anything on damaged bytes, and one picture must not end a training run
        raise Unreadable(reason(error, data)) from None


def _read(data: bytes, wanted: _Wanted) -> np.ndarray:
    if (head := netpbm.header_of(data)) is not None:
        return _read_netpbm(data, head, wanted)
    if wanted.range_ is not None and (found := deep.deep_of(data)) is not None:
        return _read_deep(data, found, wanted, wanted.range_)
    if (bands := tiffs.bands_of(data)) is not None:
        return _read_bands(data, bands, wanted)
    with opened(data) as picture:
        side, pixels = wanted.side(*picture.size), picture.size[0] * picture.size[1]
        extra = extra_pixels(picture, data)
        verify(picture, data)
        if picture.format in ("JPEG", "MPO"):
            picture.draft(None, (2 * side, 2 * side))  # the decoder skips detail that 2 × size doesn't show: several times faster
        with ROOM.taken(extra + (pixels if picture.info.get("progressive") else picture.size[0] * picture.size[1])):
            picture.load()
            turn = UPRIGHT.get(_orientation(picture))  # now: loading turns a TIFF by itself, and some files say it after their pixels
            range_ = SIXTEEN if jpeg2000.says_its_white(data) else wanted.range_
            return _finished(_plain(picture, range_), side, wanted.crop, turn)


def _read_bands(data: bytes, bands: tiffs.Bands, wanted: _Wanted) -> np.ndarray:
    check_size(bands.width, bands.height)
    with ROOM.taken(bands.width * bands.height + bands.unpacked // 4):
        side, turn = wanted.side(bands.width, bands.height), UPRIGHT.get(bands.orientation)
        return _finished(tiffs.tiff_picture(data, bands), side, wanted.crop, turn)


def _read_netpbm(data: bytes, head: netpbm.Header, wanted: _Wanted) -> np.ndarray:
    check_size(head.width, head.height)
    with ROOM.taken(head.width * head.height):
        found = netpbm.deep_netpbm(data, head)
        if found is None:
            plain = netpbm.plain_of(data, head)
        else:
            plain = deep.picture_of(found, wanted.range_ or _range_of_one(found))
        return _finished(plain, wanted.side(head.width, head.height), wanted.crop, None)


def _range_of_one(found: Deep) -> Range:
    """What a picture alone says: gray of 12 bits where it needs no more."""
    return TWELVE if found.bands == 1 and max(int(values.max()) for _, values in found.strips()) <= TWELVE.white else SIXTEEN


def _read_deep(data: bytes, found: Deep, wanted: _Wanted, range_: Range) -> np.ndarray:
    """A picture with colours of 16 bits, by its set's range."""
    turn = UPRIGHT.get(_checked_deep(data, found))
    with ROOM.taken(found.pixels):
        return _finished(deep.picture_of(found, range_), wanted.side(found.width, found.height), wanted.crop, turn)


def _checked_deep(data: bytes, found: Deep) -> int:
    """The orientation of such a picture, its size and checksums checked. Raises Unreadable, or what Pillow raises."""
    check_size(found.width, found.height)
    if found.pixels > 2 * MEGAPIXELS * 10**6:
        raise Unreadable(f"unpacks to {found.pixels / 1e6:.0f} megapixels; up to {2 * MEGAPIXELS} are read")
    if found.orientation is not None:
        return found.orientation
    with opened(data) as picture, ROOM.taken(found.pixels):
        verify(picture, data)
        return _orientation(picture)


def _bits(data: bytes) -> int | None:
    if (head := netpbm.header_of(data)) is not None:
        check_size(head.width, head.height)
        found = netpbm.deep_netpbm(data, head)
    elif (found := deep.deep_of(data)) is not None:
        _checked_deep(data, found)
    else:
        found = _deep_gray(data)
    if found is None:
        return None
    with ROOM.taken(found.pixels):
        return deep.count_bits(found)


def _tried_bits(data: bytes) -> int | None:
    try:
        return bits_of(data)
    except Unreadable:
        return None


def _deep_gray(data: bytes) -> Deep | None:
    """The numbers of a gray PNG, TIFF or JPEG 2000 of 16 bits; None of any other file."""
    if not data.startswith((deep.PNG, *tiffs.PREFIXES, JP2, CODESTREAM)) or tiffs.bands_of(data) or jpeg2000.says_its_white(data):
        return None
    picture = opened(data)
    if not picture.mode.startswith("I;16"):
        return None
    extra = extra_pixels(picture, data)
    verify(picture, data)
    w, h = picture.size
    return Deep(w, h, 1, lambda: ((top, values_HW[:, :, None]) for top, values_HW in _strips(picture)), None, extra)


def _finished(picture: Image.Image, size: int, crop: bool, turn: Image.Transpose | None) -> np.ndarray:
    plain = _flat(_scaled(picture, size, crop))
    return np.array(plain if turn is None else plain.transpose(turn))


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # damaged EXIF: the pixels may still be good
        return 1


def _plain(picture: Image.Image, range_: Range | None) -> Image.Image:
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
    for top, values_HW in _strips(picture):
        level_HW = deep.eight_bits(values_HW, white) if sixteen else levels(values_HW, lo, hi)
        plain.paste(Image.fromarray(level_HW), (0, top))
    return plain


def _ends(picture: Image.Image) -> tuple[float, float]:
    """The least and the largest finite number in a picture."""
    found = ends(values_HW for _, values_HW in _strips(picture))
    if found is None:
        raise Unreadable("holds no finite number")
    return found


def _strips(picture: Image.Image) -> Iterator[tuple[int, np.ndarray]]:
    """A picture's numbers by bands of rows, each with its first row: a copy of all of them at once would be several times the picture."""
    w, h = picture.size
    rows = max(1, STRIP // w)
    unsigned = picture.mode == "I" and isinstance(picture, TiffImagePlugin.TiffImageFile) and picture.tag_v2.get(SIGNS) in (1, (1,))
    for top in range(0, h, rows):
        values_HW = np.asarray(picture.crop((0, top, w, min(h, top + rows))))
        yield top, values_HW.astype(np.uint32) if unsigned else values_HW  # Pillow takes the upper half of 32 bits for negative


def _scaled(picture: Image.Image, size: int, crop: bool) -> Image.Image:
    w, h = picture.size
    if (w, h) == (size, size):
        return picture
    if crop:
        side = min(w, h)  # a box in halves of pixels stays centred however the picture is turned later
        box = ((w - side) / 2, (h - side) / 2, (w + side) / 2, (h + side) / 2)
        return picture.resize((size, size), SMOOTH, box=box)
    shape = (max(1, round(size * w / max(w, h))), max(1, round(size * h / max(w, h))))
    return picture.resize(shape, SMOOTH)


def _flat(picture: Image.Image) -> Image.Image:
    """RGB, transparent pixels on mid-gray."""
    if picture.mode != "RGBA":
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    ground = Image.new("RGB", picture.size, GRAY)
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground
