"""One picture of a set large and whole, from the set's own file, with what is known of it. torch loads inside functions only."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image

from ssl_core.library.browse import addressed
from ssl_core.library.sets import PictureSet, open_set
from ssl_core.reading.images.pixels import encode_png
from ssl_core.settings import SettingsError
from ssl_core.types import Box, PictureId

if TYPE_CHECKING:
    from ssl_core.datasets.base import ImageSet

SIDE = 1024  # pixels of the longer side at most; a picture that has fewer isn't enlarged
DRAWN = 768  # pixels a side of a drawing, which takes 0.1 s to draw at this size and four times that at SIDE
PHOTO = 160  # pixels; from this side on a picture is sent as WebP, a tenth of the bytes of PNG


class PictureFacts(NamedTuple):
    """What is known of a picture."""

    file: str  # as a person knows it
    label: str  # the name of its class, "" without one
    caption: str
    facts: dict[str, str | float | bool]  # further ones by name: factors, columns of a table
    stored: tuple[int, int] | None  # width and height in pixels as stored; None: drawn at any size
    shown: tuple[int, int]  # of the picture as `large_picture` gives it


def about_picture(name: str, picture_id: str) -> PictureFacts:
    """What is known of a picture; of its file only the header is read.

    Raises:
        SettingsError: there is no such set or picture, or its file can't be read.
    """
    data, i = _found(name, picture_id)
    label = data.label(i) if data.info.classes else -1
    stored = _stored(data, i, name)
    further = {key: value for key, value in (data.factors(i) or {}).items() if key != "class"}
    return PictureFacts(
        data.file(i), data.info.classes[label] if label >= 0 else "", data.caption(i) or "", further, stored, _shown(stored)
    )


def large_picture(name: str, picture_id: str) -> tuple[bytes, str]:
    """A picture as a file, whole and at most SIDE pixels a side, and the file's media type. Raises SettingsError as `about_picture`."""
    from ssl_core.datasets.base import BadPicture

    data, i = _found(addressed(name), picture_id)
    size = max(_shown(_stored(data, i, name)))
    try:
        image = Image.fromarray(data.picture(i, size))
    except BadPicture as bad:
        raise _unshown(bad, name) from None
    file, kind = io.BytesIO(), "png" if size < PHOTO else "webp"
    options: dict[str, Any] = {} if kind == "png" else {"quality": 90, "method": 2}
    image.save(file, kind, **options)
    return file.getvalue(), f"image/{kind}"


def seen_picture(name: str, picture_id: str, size: int) -> bytes:
    """The square that a network of `size` pixels a side gets of a picture, as PNG. Raises SettingsError as `about_picture`."""
    from ssl_core.datasets.base import BadPicture

    asked = PictureId.parse(picture_id)
    _, i = _found(addressed(name), picture_id)
    try:
        image_CHW, _ = PictureSet(name, asked.split, size).open()[i]
    except BadPicture as bad:
        raise _unshown(bad, name) from None
    return encode_png(image_CHW.numpy().transpose(1, 2, 0).copy())


def middle_square(width: int, height: int) -> Box:
    """The part of a picture that networks get, the largest square in its middle, in parts of the picture's width and height."""
    side = min(width, height)
    return Box((width - side) / 2 / width, (height - side) / 2 / height, side / width, side / height)


def _found(name: str, picture_id: str) -> tuple[ImageSet, int]:
    asked = PictureId.parse(picture_id)
    data = open_set(name, asked.split)
    if asked.index >= len(data):
        raise SettingsError(f"'{name[:60]}' has {asked.split} pictures 0 to {len(data) - 1}. Got {asked.index}.")
    return data, asked.index


def _stored(data: ImageSet, i: int, name: str) -> tuple[int, int] | None:
    from ssl_core.datasets.base import BadPicture

    try:
        return data.stored(i)
    except BadPicture as bad:
        raise _unshown(bad, name) from None


def _unshown(bad: Any, name: str) -> SettingsError:
    return SettingsError(f"The picture '{bad.file}' of '{name[:60]}' can't be shown: it {bad.reason}.")


def _shown(stored: tuple[int, int] | None) -> tuple[int, int]:
    if stored is None:
        return DRAWN, DRAWN
    longer = max(stored)
    if longer <= SIDE:
        return stored
    return max(1, round(SIDE * stored[0] / longer)), max(1, round(SIDE * stored[1] / longer))
