"""Bytes of a picture file to upright RGB pixels, whatever its format and mode. No torch.

Of an animation the first frame, of a TIFF the first page. Numbers of 32 bits and floats have no white of their own: their least finite
number becomes black, their largest white. Numbers of 16 bits are as bright as 12 bits allow where they need no more, else as 16 do.

Memory: a picture of P megapixels takes at most 17 P MB beside its file while it is read (100 megapixels: 1.7 GB; a WebP needs that, a
PNG at most 12 P, a JPEG 7 P); larger pictures are refused from their header, before anything is unpacked. A TIFF's tile counts as a
picture more, and bands of a TIFF by their bytes, four as a pixel. Threads that read at the same time share these 100 megapixels, so that
all of them together stay within the same bound.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from ssl_core.reading.images import tiffs
from ssl_core.reading.images.levels import ends, levels
from ssl_core.reading.images.unreadable import Unreadable

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")
READ = "PNG, JPEG, WebP, BMP, TIFF, GIF, HEIC"  # as a person calls them
BEGINNINGS = {b"\x89PNG": "a PNG", b"\xff\xd8\xff": "a JPEG", b"GIF8": "a GIF", b"RIFF": "a WebP"}
HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")  # brands of HEIC, in bytes 8 to 12 of the file
MEGAPIXELS = 100
BYTES_A_PIXEL = 17  # at most, beside the file, while a picture is read
LEAST, MOST = 8, 20_000  # pixels a side
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
WHITE_12, WHITE_16 = 2**12 - 1, 2**16 - 1  # of 16 bits: scanners, microscopes and cameras fill 12 of them, or all
STRIP = 2**20  # pixels turned into 8 bits at once
Image.core.set_block_size(64 * 2**20)  # pieces above 32 MB go back to the system at once, smaller ones stay with the thread that had them
Image.MAX_IMAGE_PIXELS = None  # `_opened` refuses by the header, with a sentence, instead of Pillow's warning


class Room:
    """A bound on the pixels of all threads together; requests are granted in order, so that a large picture isn't passed over forever."""

    def __init__(self, pixels: int) -> None:
        self.whole = self.free = pixels
        self.first, self.changed = threading.Lock(), threading.Condition()

    @contextmanager
    def taken(self, pixels: int) -> Iterator[None]:
        """Waits until so many pixels are free."""
        pixels = min(pixels, self.whole)
        with self.first, self.changed:
            self.changed.wait_for(lambda: self.free >= pixels)
            self.free -= pixels
        try:
            yield
        finally:
            with self.changed:
                self.free += pixels
                self.changed.notify_all()


ROOM = Room(MEGAPIXELS * 10**6)


def square(data: bytes, size: int) -> np.ndarray:
    """The largest centred square at size × size: uint8 H W 3, upright. Raises Unreadable."""
    return _read(data, size, crop=True)


def whole_picture(data: bytes, size: int, enlarge: bool = True) -> np.ndarray:
    """The whole picture, its longer side `size` (or less, where it may not be enlarged): uint8 H W 3, upright. Raises Unreadable."""
    return _read(data, size, crop=False, enlarge=enlarge)


def encode_png(image_HW3: np.ndarray) -> bytes:
    """uint8 pixels as a PNG file."""
    stream = io.BytesIO()
    Image.fromarray(image_HW3).save(stream, "PNG", compress_level=3)
    return stream.getvalue()


def _read(data: bytes, size: int, crop: bool, enlarge: bool = True) -> np.ndarray:
    try:
        if (bands := tiffs.bands_of(data)) is not None:
            return _read_bands(data, bands, size, crop, enlarge)
        with _opened(data) as picture:
            size, pixels = size if enlarge else min(size, max(picture.size)), picture.size[0] * picture.size[1]
            tile = _tile(picture, data)
            if picture.format == "PNG":
                Image.open(io.BytesIO(data), formats=("PNG",)).verify()  # checksums, which decoding alone ignores
            if picture.format in ("JPEG", "MPO"):
                picture.draft(None, (2 * size, 2 * size))  # the decoder skips detail that 2 × size doesn't show: several times faster
            with ROOM.taken(tile + (pixels if picture.info.get("progressive") else picture.size[0] * picture.size[1])):
                picture.load()
                turn = UPRIGHT.get(_orientation(picture))  # now: loading turns a TIFF by itself, and some files say it after their pixels
                return _finished(_eight_bit(picture), size, crop, turn)
    except Unreadable:
        raise
    except Exception as error:  # decoders raise anything on damaged bytes, and one picture must not end a training run
        raise Unreadable(_reason(error, data)) from None


def _read_bands(data: bytes, bands: tiffs.Bands, size: int, crop: bool, enlarge: bool) -> np.ndarray:
    _check_size(bands.width, bands.height)
    size = size if enlarge else min(size, max(bands.width, bands.height))
    with ROOM.taken(bands.width * bands.height + bands.unpacked // 4):
        return _finished(tiffs.tiff_picture(data, bands), size, crop, UPRIGHT.get(bands.orientation))


def _finished(picture: Image.Image, size: int, crop: bool, turn: Image.Transpose | None) -> np.ndarray:
    plain = _flat(_scaled(picture, size, crop))
    return np.array(plain if turn is None else plain.transpose(turn))


def _opened(data: bytes) -> Image.Image:
    """The picture opened by its header, not decoded yet."""
    if not data:
        raise Unreadable("is empty")
    try:
        picture = Image.open(io.BytesIO(data), formats=(*FORMATS, "HEIF") if _is_heic(data) and _reads_heic() else FORMATS)
    except UnidentifiedImageError:
        raise Unreadable(_unknown(data)) from None
    _check_size(*picture.size)
    return picture


def _check_size(w: int, h: int) -> None:
    """Refuses what is too large or too small. Raises Unreadable."""
    if w * h > MEGAPIXELS * 10**6:
        raise Unreadable(f"has {w * h / 1e6:.0f} megapixels; up to {MEGAPIXELS} are read")
    if min(w, h) < LEAST or max(w, h) > MOST:
        raise Unreadable(f"is {w} × {h} pixels; sides of {LEAST} to {MOST} pixels are read")


def _tile(picture: Image.Image, data: bytes) -> int:
    """Pixels that are unpacked beside the picture's own: one tile of a TIFF. Raises Unreadable where it is too large."""
    tile = tiffs.tile_pixels(data) if picture.format == "TIFF" else 0
    if tile + picture.size[0] * picture.size[1] > MEGAPIXELS * 10**6:
        raise Unreadable(f"has tiles of {tile / 1e6:.0f} megapixels; up to {MEGAPIXELS} are read, the picture counted too")
    return tile


def _unknown(data: bytes) -> str:
    """Why a file can't be opened, as the rest of a sentence."""
    if _is_heic(data) and not _reads_heic():
        return "is HEIC, which is read once pillow-heif is installed: .venv/bin/python -m pip install pillow-heif, then start again"
    like = next((name for head, name in BEGINNINGS.items() if data.startswith(head)), "")
    like = like or ("a HEIC" if _is_heic(data) else "a TIFF" if data[:4] in TiffImagePlugin.PREFIXES else "")
    if like:
        return f"begins like {like} but is cut short or damaged"
    return f"is no picture in a format that is read here ({READ})"


def _is_heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in HEIC


@cache
def _reads_heic() -> bool:
    """Whether the decoder for HEIC is installed."""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True


def _reason(error: Exception, data: bytes) -> str:
    text = " ".join(str(error).split())[:120]
    lost = data[:4] == b"RIFF" and int.from_bytes(data[4:8], "little") > len(data)  # a WebP says its length
    short = lost or any(word in text.lower() for word in ("truncated", "only got", "larger than file", "not enough"))
    return "ends too early (truncated)" if short else f"is damaged ({text or type(error).__name__})"


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # damaged EXIF: the pixels may still be good
        return 1


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Any mode as L, RGB or RGBA."""
    if picture.mode[0] in "IF":
        return _from_numbers(picture)
    clear = picture.mode in ("LA", "PA", "La", "RGBa", "RGBA") or "transparency" in picture.info
    mode = "RGBA" if clear else "L" if picture.mode in ("1", "L") else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _from_numbers(picture: Image.Image) -> Image.Image:
    """More than 8 bits as L: 16 by what 12 or 16 bits hold, so that two pictures stay comparable, others by what is in the picture."""
    plain = Image.new("L", picture.size)
    sixteen = picture.mode.startswith("I;16")
    lo, hi = _range(picture)
    white = WHITE_12 if hi <= WHITE_12 else WHITE_16
    for top, values_HW in _strips(picture):
        level_HW = values_HW.astype(np.uint32) * 255 // white if sixteen else levels(values_HW, lo, hi)
        plain.paste(Image.fromarray(level_HW.astype(np.uint8)), (0, top))
    return plain


def _range(picture: Image.Image) -> tuple[float, float]:
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
