"""A picture of 8 bits at its size, upright, and flat where it was transparent. No torch."""

from __future__ import annotations

import numpy as np
from PIL import Image

GRAY = (128, 128, 128)  # the background of transparent pixels
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


def finished(picture: Image.Image, size: int, crop: bool, turn: Image.Transpose | None) -> np.ndarray:
    plain = _flat(_scaled(picture, size, crop))
    return np.array(plain if turn is None else plain.transpose(turn))


def orientation_of(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # damaged EXIF: the pixels may still be good
        return 1


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
