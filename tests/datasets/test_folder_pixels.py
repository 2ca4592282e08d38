"""Pictures of folders and zips: their pixels, and what is said of those that can't be read."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ssl_core.datasets.base import BadPicture
from ssl_core.datasets.folder import Folder
from ssl_core.library.arrays import decode
from ssl_core.reading import sources
from ssl_core.reading.images import finished, opening
from tests.help.folders import MANY, encoded, fill, opened, plain, zipped


def alone(root: Path, data: bytes, name: str = "train/x.png", size: int = 16) -> Folder:
    """One picture for training; another one for testing says that this one is."""
    fill(root, ["test/other.png", name])
    (root / name).write_bytes(data)
    return opened(root, "train", size)


def test_the_centre_square_is_what_the_network_gets(tmp_path: Path) -> None:
    wide_HW3 = np.zeros((16, 40, 3), np.uint8)
    wide_HW3[:, 12:28] = 255
    data = alone(tmp_path, encoded(Image.fromarray(wide_HW3)))
    assert data[0][0].min() == 255
    assert data.picture(0, 80).shape == (32, 80, 3)


def test_a_picture_of_the_right_size_keeps_its_pixels(tmp_path: Path) -> None:
    pixels_HW3 = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
    data = alone(tmp_path, encoded(Image.fromarray(pixels_HW3)))
    assert np.array_equal(data[0][0].permute(1, 2, 0).numpy(), pixels_HW3)


def test_making_small_is_antialiased(tmp_path: Path) -> None:
    stripes_HW3 = np.zeros((256, 256, 3), np.uint8)
    stripes_HW3[:, ::2] = 255
    image_CHW = alone(tmp_path, encoded(Image.fromarray(stripes_HW3)))[0][0]
    assert image_CHW.min() >= 120 and image_CHW.max() <= 135


MODES = {
    "gray": (Image.new("L", (9, 9), 200), (200, 200, 200)),
    "one bit": (Image.new("1", (9, 9), 1), (255, 255, 255)),
    "palette": (Image.new("RGB", (9, 9), (10, 200, 30)).quantize(4), (10, 200, 30)),
    "clear": (Image.new("RGBA", (9, 9), (255, 0, 0, 0)), (128, 128, 128)),
    "half clear": (Image.new("RGBA", (9, 9), (255, 0, 0, 128)), (192, 64, 64)),
    "gray, clear": (Image.new("LA", (9, 9), (255, 0)), (128, 128, 128)),
    "16 bits": (Image.fromarray(np.full((9, 9), 257 * 90, np.uint16)), (90, 90, 90)),
}


@pytest.mark.parametrize("mode", MODES)
def test_any_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    image, want = MODES[mode]
    assert alone(tmp_path, encoded(image))[0][0][:, 8, 8].tolist() == pytest.approx(want, abs=1)


def test_a_transparent_palette_lies_on_gray(tmp_path: Path) -> None:
    image = Image.new("P", (9, 9), 0)
    image.putpalette([255, 0, 0])
    assert alone(tmp_path, encoded(image, transparency=0))[0][0][:, 8, 8].tolist() == [128, 128, 128]


def test_cmyk_jpeg_becomes_rgb(tmp_path: Path) -> None:
    data = alone(tmp_path, encoded(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "JPEG", quality=95), "train/x.jpg")
    assert data[0][0][:, 8, 8].tolist() == pytest.approx([254, 0, 0], abs=6)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_is_turned_upright(tmp_path: Path, orientation: int) -> None:
    from PIL import ImageOps

    values_HW3 = np.random.default_rng(1).integers(0, 256, (4, 7, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    exif = Image.Exif()
    exif[finished.ORIENTATION] = orientation
    data = encoded(Image.fromarray(values_HW3), exif=exif)
    want = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    assert np.array_equal(alone(tmp_path, data).picture(0, 56), np.asarray(want))
    side = 32
    centre = want.crop(((want.width - side) // 2, (want.height - side) // 2, (want.width + side) // 2, (want.height + side) // 2))
    assert np.array_equal(opened(tmp_path, "train", side)[0][0].permute(1, 2, 0).numpy(), np.asarray(centre))


def test_colour_is_told_from_gray(tmp_path: Path) -> None:
    assert alone(tmp_path / "gray", encoded(Image.new("L", (9, 9), 50))).info.colour is False
    assert alone(tmp_path / "red", encoded(Image.new("RGB", (9, 9), (90, 0, 0)))).info.colour is True


# what can't be read

NOISE = encoded(Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)))
SMOOTH = encoded(Image.linear_gradient("L"))
NOISE_JPEG = encoded(Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)), "JPEG")
BROKEN = {
    "train/empty.png": (b"", "is empty"),
    "train/page.png": (b"<html>not found</html>", f"is no picture in a format that is read here ({opening.READ})"),
    "train/small.bmp": (encoded(Image.new("RGB", (9, 7)), "BMP"), "is 9 × 7 pixels; sides of 8 to 20000 pixels are read"),
    "train/cut.png": (NOISE[: len(NOISE) // 2], "ends too early (truncated)"),
    "train/cut.jpg": (NOISE_JPEG[: len(NOISE_JPEG) // 2], "ends too early (truncated)"),
    "train/changed.png": (SMOOTH[:60] + b"\xff" * 40 + SMOOTH[100:], "is damaged"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_picture_is_named_with_its_reason(tmp_path: Path, name: str) -> None:
    data = alone(tmp_path, BROKEN[name][0], name)
    for read in (lambda: data[0], lambda: data.picture(0, 64)):
        with pytest.raises(BadPicture) as caught:
            read()
        assert caught.value.file == name
        assert caught.value.reason.startswith(BROKEN[name][1])


def test_corrupt_pictures_among_good_ones_are_skipped_and_named(tmp_path: Path) -> None:
    root = fill(tmp_path / "set", [*(f"train/{k:02d}.png" for k in range(30)), "test/other.png"])
    for name, (data, _) in BROKEN.items():
        (root / name).write_bytes(data)
    train = opened(root)
    arrays = decode(train, tmp_path / "cache")
    assert {name for name, _ in arrays.skipped} == set(BROKEN)
    assert all(reason.startswith(BROKEN[name][1]) for name, reason in arrays.skipped)
    assert [train.file(int(i)) for i in arrays.id_N] == [f"train/{k:02d}.png" for k in range(30)]
    assert arrays.images(range(30))[:, 0, 8, 8].tolist() == list(range(30))


def test_too_many_megapixels_are_refused_from_the_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MEGAPIXELS", 0.001)
    with pytest.raises(BadPicture, match="has 0 megapixels; up to 0.001 are read"):
        alone(tmp_path, plain(0, (40, 40)))[0]


def test_a_bomb_of_a_header_is_refused(tmp_path: Path) -> None:
    import struct
    import zlib

    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    bomb += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    with pytest.raises(BadPicture, match="has 3600 megapixels; up to 100 are read"):
        alone(tmp_path, bomb)[0]


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_BYTES", 50)
    with pytest.raises(BadPicture, match="is larger than"):
        alone(tmp_path, NOISE)[0]


def test_a_picture_damaged_inside_a_zip_is_named(tmp_path: Path) -> None:
    zipped(tmp_path / "test.zip", ["b.png"])
    path = zipped(tmp_path / "train.zip", ["a.png"], NOISE)
    path.write_bytes(path.read_bytes().replace(NOISE[100:110], bytes(10)))
    with pytest.raises(BadPicture, match="train/a.png: is damaged inside the zip"):
        opened(tmp_path)[0]


def test_a_picture_that_is_gone_is_named(tmp_path: Path) -> None:
    data = alone(tmp_path, NOISE)
    (tmp_path / "train/x.png").unlink()
    with pytest.raises(BadPicture, match="train/x.png: no such file"):
        data[0]


def test_reading_many_is_reading_one_by_one(tmp_path: Path) -> None:
    data = opened(fill(tmp_path, MANY))
    block = data.read_many(range(len(data)))
    assert torch.equal(torch.from_numpy(block.images_NCHW), torch.stack([data[i][0] for i in range(len(data))]))
    assert block.label_N.tolist() == [data.label(i) for i in range(len(data))]
    assert block.id_N.tolist() == list(range(len(data)))
