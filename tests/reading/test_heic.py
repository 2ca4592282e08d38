"""HEIC, as telephones write it: real files, read by the decoder that the tests bring; and what is said without it."""

from __future__ import annotations

import io
import struct
import sys

import numpy as np
import pytest
from PIL import Image, ImageOps

from ssl_core.reading.images import finished, opening
from ssl_core.reading.images.pixels import square, whole_picture
from ssl_core.reading.images.unreadable import Unreadable
from tests.help.picturefiles import heic

CORNER = Image.new("RGB", (96, 64))
CORNER.paste((255, 255, 255), (0, 0, 32, 32))


def said_to_be(data: bytes, width: int, height: int) -> bytes:
    """The same file, whose header gives another size."""
    changed, place = bytearray(data), data.find(b"ispe")
    struct.pack_into(">II", changed, place + 8, width, height)
    return bytes(changed)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_real_file_gives_its_pixels(mode: str) -> None:
    image = Image.linear_gradient("L").resize((64, 64)).convert(mode)
    assert np.abs(whole_picture(heic(image), 64).astype(int) - np.asarray(image.convert("RGB"))).max() <= 6


def test_what_is_clear_lies_on_gray() -> None:
    assert whole_picture(heic(Image.new("RGBA", (64, 64), (255, 0, 0, 0))), 64)[32, 32].tolist() == pytest.approx([128] * 3, abs=3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_turned_upright_once(orientation: int) -> None:
    exif = Image.Exif()
    exif[finished.ORIENTATION] = orientation
    stream = io.BytesIO()
    CORNER.save(stream, "PNG", exif=exif)
    want, found = np.asarray(ImageOps.exif_transpose(Image.open(stream))), whole_picture(heic(CORNER, exif=exif.tobytes()), 96)
    assert found.shape == want.shape and np.abs(found.astype(int) - want).mean() < 6


def test_a_large_one_is_refused_from_its_header() -> None:
    with pytest.raises(Unreadable, match="has 400 megapixels; up to 100 are read"):
        square(said_to_be(heic(CORNER), 20_000, 20_000), 16)


def test_a_small_header_before_a_large_picture_is_refused() -> None:
    with pytest.raises(Unreadable, match="is damaged .*limit"):
        square(said_to_be(heic(Image.new("RGB", (1024, 1024))), 16, 16), 16)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_one_cut_short_is_refused_in_a_sentence(share: float) -> None:
    data = heic(CORNER)
    with pytest.raises(Unreadable, match="HEIC|is damaged|ends too early"):
        square(data[: int(share * len(data))], 16)


def test_without_the_decoder_a_real_file_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # an import of it fails
    opening._reads_heic.cache_clear()
    try:
        with pytest.raises(
            Unreadable, match="is HEIC, which is read once pillow-heif is installed: .venv/bin/python -m pip install pillow-heif"
        ):
            whole_picture(heic(CORNER), 16)
    finally:
        opening._reads_heic.cache_clear()
