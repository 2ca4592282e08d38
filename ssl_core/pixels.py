"""Bytes of a picture file to upright RGB pixels, whatever its mode. No torch.

Memory: a picture of P megapixels takes at most about 8 P MB while it is read (100 megapixels: 0.8 GB); pictures beyond that are refused
from their header, before anything is unpacked.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, UnidentifiedImageError

FORMATS = ("PNG", "JPEG")
MEGAPIXELS = 100
GRAY = (128, 128, 128)  # what shows through transparent pixels
ORIENTATION = 0x0112  # EXIF tag
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
Image.MAX_IMAGE_PIXELS = None  # `_opened` refuses by the header, with a sentence, instead of Pillow's warning


class Unreadable(Exception):
    """A picture that can't be read: the reason as the rest of a sentence that begins with its name."""


def square(data: bytes, size: int) -> np.ndarray:
    """The largest centred square at size × size: uint8 H W 3, upright. Raises Unreadable."""
    return _read(data, size, crop=True)


def whole(data: bytes, size: int, enlarge: bool = True) -> np.ndarray:
    """The whole picture, its longer side `size` (or less, where it may not be enlarged): uint8 H W 3, upright. Raises Unreadable."""
    return _read(data, size, crop=False, enlarge=enlarge)


def png(image_HW3: np.ndarray) -> bytes:
    """uint8 pixels as a PNG file."""
    stream = io.BytesIO()
    Image.fromarray(image_HW3).save(stream, "PNG", compress_level=3)
    return stream.getvalue()


def _read(data: bytes, size: int, crop: bool, enlarge: bool = True) -> np.ndarray:
    try:
        with _opened(data) as picture:
            size = size if enlarge else min(size, max(picture.size))
            if picture.format == "PNG":
                Image.open(io.BytesIO(data), formats=("PNG",)).verify()  # checksums, which decoding alone ignores
            if picture.format == "JPEG":
                picture.draft(None, (2 * size, 2 * size))  # the decoder skips detail that 2 × size doesn't show: several times faster
            turn = UPRIGHT.get(_orientation(picture))
            plain = _flat(_scaled(_eight_bit(picture), size, crop))
            return np.array(plain if turn is None else plain.transpose(turn))
    except Unreadable:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, ArithmeticError, LookupError, TypeError) as error:
        raise Unreadable(_reason(error)) from None  # what Pillow's decoders raise on damaged files


def _opened(data: bytes) -> Image.Image:
    """The picture behind its header, not yet decoded."""
    if not data:
        raise Unreadable("is empty")
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise Unreadable(f"is no picture in a format that is read here ({' and '.join(FORMATS)})") from None
    if picture.width * picture.height > MEGAPIXELS * 10**6:
        raise Unreadable(f"has {picture.width * picture.height / 1e6:.0f} megapixels; up to {MEGAPIXELS} are read")
    return picture


def _reason(error: Exception) -> str:
    text = str(error)
    return "ends too early (truncated)" if "truncated" in text.lower() else f"is damaged ({text or type(error).__name__})"


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError):  # damaged EXIF: the pixels may still be good
        return 1


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Any mode as L, RGB or RGBA; 16 bits by their full range, so that two pictures stay comparable."""
    picture.load()
    if picture.mode.startswith("I"):
        values_HW = np.asarray(picture).clip(0, 65535)
        return Image.fromarray((values_HW // 257).astype(np.uint8))
    if picture.mode in ("L", "RGB", "RGBA"):
        return picture.convert("RGBA") if "transparency" in picture.info and picture.mode != "RGBA" else picture
    if picture.mode in ("LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode == "1" else "RGB")


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
