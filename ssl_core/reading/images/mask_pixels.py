"""A picture's mask from its file: what is neither 0 nor void is the object, cut and turned as the picture is. No torch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image

from ssl_core.reading.images import room
from ssl_core.reading.images.finished import ORIENTATION, UPRIGHT
from ssl_core.reading.images.opening import extra_pixels, opened, reason, verify
from ssl_core.reading.images.unreadable import Unreadable

LOSSY = ("JPEG", "MPO", "WEBP")  # formats whose 0 may come back as a small number
HALF = 128  # level from which a pixel of such a mask is the object
SWAPS = (5, 6, 7, 8)  # orientations that swap width and height
COLOURS = 3  # bands that count; a fourth is alpha
VOID = 255  # the label of borders and of what nobody labelled, in PASCAL VOC's masks and others
VOID_COLOUR = (224, 224, 192)  # the same where VOC's palette was turned into colours
PETS = {1, 2, 3}  # object, background and border in the trimaps of Oxford-IIIT Pets


class Stored(NamedTuple):
    """How a picture lies in its file."""

    width: int
    height: int
    orientation: int


def stored(data: bytes) -> Stored | None:
    """Size and orientation of a picture, by its header; None where that can't be read."""
    try:
        with opened(data) as picture:
            return Stored(*picture.size, _orientation(picture) or 1)
    except Exception:  # decoders raise anything on damaged bytes; the picture itself may still be read band by band
        return None


def mask_square(data: bytes, size: int, picture: Stored | None = None, trimap: bool = False) -> np.ndarray:
    """The largest centred square of a mask at size × size: bool H W, nearest pixel.

    A mask is turned as it says itself, else as its picture is, unless its proportions say that it was drawn upright. Of several values each
    but 0 is the object, and 255 beside other labels is void, no object. trimap: what lies between object and background isn't the object.

    Raises:
        Unreadable: it is no picture, or damaged.
    """
    try:
        with opened(data) as mask, room.ROOM.taken(mask.size[0] * mask.size[1] + extra_pixels(mask, data)):
            verify(mask, data)
            mask.load()
            turn = UPRIGHT.get(_turn(mask, picture))
            found = Image.fromarray(_object(mask, trimap).astype(np.uint8))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(reason(error, data)) from None
    w, h = found.size
    side = min(w, h)
    box = ((w - side) / 2, (h - side) / 2, (w + side) / 2, (h + side) / 2)
    square = found.resize((size, size), Image.Resampling.NEAREST, box=box)
    return np.asarray(square if turn is None else square.transpose(turn)) > 0


def _object(mask: Image.Image, trimap: bool) -> np.ndarray:
    """bool H W: the indices of a palette and numbers of any width count by being 0, void, or neither."""
    values = np.asarray(mask if mask.mode not in ("CMYK", "YCbCr", "LAB", "HSV") else mask.convert("RGB"))
    least = HALF if mask.format in LOSSY else 1
    if values.ndim == 2:
        if values.dtype == np.uint8 and least == 1:
            return _of_labels(values, mask.mode == "P", trimap)
        return np.asarray(values >= least if values.dtype != bool else values)
    colours = values[:, :, :1] if mask.mode in ("LA", "PA", "La") else values[:, :, :COLOURS]
    found_HW = (colours >= least).any(2)
    labelled_HW = found_HW & (colours != VOID_COLOUR).any(2) if colours.shape[2] == COLOURS else found_HW
    return np.asarray(labelled_HW if labelled_HW.any() else found_HW)


def _of_labels(label_HW: np.ndarray, palette: bool, trimap: bool) -> np.ndarray:
    """bool H W of labels of 8 bits.

    Beside other labels 255 is void: always among the indices of a palette, and among gray levels where all others are below 128; else
    these are the soft edge of an object that is white.
    """
    there = {int(each) for each in np.flatnonzero(np.bincount(label_HW.ravel(), minlength=256))}
    others = there - {0, VOID}
    if trimap and there <= PETS:
        return np.asarray(label_HW == 1)
    if trimap and VOID in there and others:
        return np.asarray(label_HW == VOID)
    if VOID in there and others and (palette or max(others) < HALF):
        return np.asarray((label_HW > 0) & (label_HW < VOID))
    return np.asarray(label_HW > 0)


def _turn(mask: Image.Image, picture: Stored | None) -> int:
    own = _orientation(mask)
    if own is not None:
        return own
    if picture is None:
        return 1
    lies, upright = (picture.width, picture.height), (picture.height, picture.width)
    drawn_upright = picture.orientation in SWAPS and lies != upright and _wide(mask.size) == _wide(upright) != _wide(lies)
    return 1 if drawn_upright else picture.orientation


def _wide(size: tuple[int, int]) -> bool:
    return size[0] > size[1]


def _orientation(picture: Image.Image) -> int | None:
    """The orientation that a file says; None where it says none."""
    try:
        said = picture.getexif().get(ORIENTATION)
    except Exception:  # damaged EXIF
        return None
    return int(said) if said is not None else None
