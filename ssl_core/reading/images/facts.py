"""What a picture's file says of itself, and its pixels in small, from its bytes. No torch."""

from __future__ import annotations

import hashlib
import io
from typing import NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

from ssl_core.reading.images import deep_bits, pixels, tiff_header
from ssl_core.reading.images.stacks import Stack, stack_of
from ssl_core.reading.images.unreadable import Unreadable

SEEN = 96  # pixels of the longer side at which colours are looked at
GRAY = 2  # levels between red, green and blue of a pixel that still counts as gray
PAGED = ("TIFF", "GIF", "WEBP", "PNG")  # formats in which several pages are several pictures; a phone's JPEG holds previews


class Facts(NamedTuple):
    """One picture."""

    bytes_digest: str  # SHA-256 of the file, its first 16 hexadecimal digits
    width: int  # pixels, as stored: before the picture is turned upright
    height: int
    mode: str  # as Pillow names it: L, RGB, I;16; "5 bands" of a TIFF that is read band by band
    pages: int  # of a TIFF or an animation; 1 of other pictures
    gray: bool
    thumb_HW3: np.ndarray  # uint8: the whole picture, upright, squeezed into a square
    bits: int | None = None  # that a picture of 16 needs; None of pictures of other numbers
    stack: Stack | None = None  # pages of a TIFF that has several


def picture_facts(data: bytes, side: int) -> Facts:
    """What is known of a picture once it was opened, with its pixels at side × side. Raises Unreadable."""
    seen_HW3 = pixels.whole_picture(data, SEEN, enlarge=False)
    width, height, mode, pages = _header(data)
    return Facts(
        digest_of(data), width, height, mode, pages, is_gray(seen_HW3), squeezed(seen_HW3, side), deep_bits.bits_of(data), stack_of(data)
    )


def digest_of(data: bytes) -> str:
    """16 hexadecimal digits of the SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


def pixel_digest(data: bytes) -> str:
    """The same of a picture's decoded pixels, upright, at full size; "" where it can't be read."""
    try:
        image_HW3 = pixels.whole_picture(data, pixels.MOST, enlarge=False)
    except Unreadable:
        return ""
    return digest_of(repr(image_HW3.shape).encode() + image_HW3.tobytes())


def is_gray(image_HW3: np.ndarray) -> bool:
    """Whether red, green and blue are the same in each pixel."""
    return int(np.ptp(image_HW3.astype(np.int16), axis=2).max()) <= GRAY


def squeezed(image_HW3: np.ndarray, side: int) -> np.ndarray:
    """The whole picture at side × side, whatever its proportions: uint8 H W 3."""
    return np.asarray(Image.fromarray(image_HW3).resize((side, side), Image.Resampling.BICUBIC))


def _header(data: bytes) -> tuple[int, int, str, int]:
    """Width, height, mode and pages of a picture that can be read."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            pages = int(getattr(picture, "n_frames", 1)) if picture.format in PAGED else 1
            return (*picture.size, picture.mode, pages)
    except UnidentifiedImageError:
        bands = tiff_header.bands_of(data)
        assert bands is not None  # else nobody could have read it
        return bands.width, bands.height, f"{bands.bands} bands", 1
