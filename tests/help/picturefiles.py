"""Picture files of formats that Pillow doesn't write, for tests of reading."""

from __future__ import annotations

import io
import warnings

import numpy as np
import pillow_heif
from PIL import Image

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import tifffile as tifffile


def written(values: np.ndarray, **more: object) -> bytes:
    """An array H W C as a TIFF of tifffile."""
    stream, apart = io.BytesIO(), more.get("planarconfig") == "separate"
    bare = values[:, :, 0] if values.shape[2] == 1 else values.transpose(2, 0, 1).copy() if apart else values
    one = {"planarconfig": None} if values.shape[2] == 1 else {}
    how = {"photometric": "minisblack", "planarconfig": "contig", "metadata": None, "software": False, **more, **one}
    tifffile.imwrite(stream, bare, **how)
    return stream.getvalue()


def heic(image: Image.Image, **more: object) -> bytes:
    """A HEIC file, the format of telephones."""
    stream = io.BytesIO()
    pillow_heif.from_pillow(image).save(stream, quality=90, **more)
    return stream.getvalue()
