"""Folders and zips of pictures: what is found, which half, which class, and what can't be read."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ssl_core import files, pixels
from ssl_core.data.base import BadPicture, decode
from ssl_core.data.folder import Folder
from ssl_core.settings import SettingsError


@pytest.fixture(autouse=True)
def listed_anew() -> Iterator[None]:
    files.forget()
    yield
    files.forget()


def encoded(image: Image.Image, form: str = "PNG", **more: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **more)
    return stream.getvalue()


def plain(value: int, size: tuple[int, int] = (12, 12)) -> bytes:
    return encoded(Image.new("RGB", size, (value, 255 - value, 40)))


def fill(root: Path, names: list[str]) -> Path:
    for k, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(plain(k % 256))
    return root


def zipped(path: Path, names: list[str], data: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for k, name in enumerate(names):
            archive.writestr(name, data or plain(k % 256))
    return path


def opened(path: Path, split: str = "train", size: int = 16) -> Folder:
    return Folder(Folder.Options(path=str(path)), split, size)  # type: ignore[arg-type]


def names(data: Folder) -> list[str]:
    return [data.file(i) for i in range(len(data))]


MANY = [f"{kind}/{k:03d}.png" for kind in ("cat", "dog") for k in range(40)]


# what is found


def test_class_folders_give_the_classes(tmp_path: Path) -> None:
    train = opened(fill(tmp_path, MANY))
    assert train.info.classes == ("cat", "dog")
    assert all(train.label(i) == ("dog" in train.file(i)) for i in range(len(train)))


def test_a_flat_heap_has_no_classes(tmp_path: Path) -> None:
    train = opened(fill(tmp_path, [f"{k}.png" for k in range(9)]))
    assert train.info.classes == () and {train.label(i) for i in range(len(train))} == {-1}


def test_one_class_folder_says_nothing(tmp_path: Path) -> None:
    assert opened(fill(tmp_path, [f"holiday/{k}.png" for k in range(9)])).info.classes == ()


def test_folders_that_wrap_everything_are_no_class(tmp_path: Path) -> None:
    assert opened(fill(tmp_path, [f"pets/all/{name}" for name in MANY])).info.classes == ("cat", "dog")


def test_masks_beside_images_are_left_out(tmp_path: Path) -> None:
    root = fill(tmp_path, [f"{kind}/{k}.png" for kind in ("images", "masks") for k in range(10)])
    assert len(opened(root)) + len(opened(root, "test")) == 10
    assert opened(root).info.classes == ()


@pytest.mark.parametrize(("one", "other"), [("train", "test"), ("training", "val")])
def test_named_halves_are_kept(tmp_path: Path, one: str, other: str) -> None:
    root = fill(tmp_path, [f"{one}/cat/1.png", f"{one}/dog/2.png", f"{other}/dog/3.png"])
    assert names(opened(root)) == [f"{one}/cat/1.png", f"{one}/dog/2.png"]
    assert names(opened(root, "test")) == [f"{other}/dog/3.png"]
    assert opened(root, "test").label(0) == opened(root).label(1) == 1


def test_zips_are_read_in_place(tmp_path: Path) -> None:
    zipped(tmp_path / "train.zip", ["dog/2.png", "cat/1.png"])
    zipped(tmp_path / "test.zip", ["cat/3.png"])
    train = opened(tmp_path)
    assert names(train) == ["train/cat/1.png", "train/dog/2.png"]
    assert train[0][0][:, 8, 8].tolist() == [1, 254, 40] and train[0][1] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["test.zip", "train.zip"]


def test_one_zip_is_a_set_too(tmp_path: Path) -> None:
    assert opened(zipped(tmp_path / "pets.zip", MANY)).info.classes == ("cat", "dog")


def test_the_order_in_a_zip_does_not_matter(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", MANY)
    zipped(tmp_path / "b.zip", MANY[::-1])
    assert names(opened(tmp_path / "a.zip")) == names(opened(tmp_path / "b.zip"))


def test_hidden_files_and_other_kinds_are_passed_over(tmp_path: Path) -> None:
    fill(tmp_path, ["a.png", "b.jpg", ".c.png", ".cache/d.png", "notes.txt"])
    assert sorted(names(opened(tmp_path)) + names(opened(tmp_path, "test"))) == ["a.png", "b.jpg"]
    zipped(tmp_path / "z.zip", ["a.png", "b.png", "__MACOSX/a.png", ".x/c.png"])
    assert len(opened(tmp_path / "z.zip")) + len(opened(tmp_path / "z.zip", "test")) == 2


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = fill(tmp_path / "private", ["secret.png", "more/secret2.png"])
    root = fill(tmp_path / "set", ["a.png", "b.png"])
    (root / "linked.png").symlink_to(outside / "secret.png")
    (root / "linked").symlink_to(outside / "more")
    (root / "again.png").symlink_to(root / "a.png")
    (root / "circle").symlink_to(root)
    assert sorted(names(opened(root)) + names(opened(root, "test"))) == ["a.png", "again.png", "b.png"]


@pytest.mark.parametrize("given", ["", "/no/such/place", "a\0b"])
def test_a_path_to_nothing_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match="'path' of Folder must name a folder or a zip with pictures"):
        Folder(Folder.Options(path=given), "train", 16)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(SettingsError, match="There is no picture in"):
        opened(tmp_path)


def test_a_zip_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "train.zip").write_bytes(b"PK not really")
    with pytest.raises(SettingsError, match="'train.zip' can't be opened as a zip"):
        opened(tmp_path)


def test_a_whole_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 20)
    with pytest.raises(SettingsError, match="holds more than 20 files: choose a folder further down"):
        opened(fill(tmp_path, MANY))


# which half


def test_a_fifth_is_kept_for_testing_and_none_is_in_both(tmp_path: Path) -> None:
    root = fill(tmp_path, [f"{k:04d}.png" for k in range(400)])
    train, test = names(opened(root)), names(opened(root, "test"))
    assert len(train) + len(test) == 400 and not set(train) & set(test)
    assert 50 <= len(test) <= 110  # 80 ± 4 standard deviations


def test_a_picture_stays_in_its_half_when_others_come(tmp_path: Path) -> None:
    root = fill(tmp_path, MANY)
    before = set(names(opened(root, "test")))
    fill(root, ["cat/new.png", "emu/new.png"])
    files.forget()
    assert before == set(names(opened(root, "test"))) - {"cat/new.png", "emu/new.png"}


@pytest.mark.parametrize("count", [2, 3, 4])
def test_even_a_few_pictures_give_two_halves(tmp_path: Path, count: int) -> None:
    root = fill(tmp_path, [f"{k}.png" for k in range(count)])
    assert len(opened(root)) >= 1 and len(opened(root, "test")) >= 1


# identity


def digest(root: Path) -> str:
    files.forget()
    return opened(root).digest()


def test_a_changed_file_is_another_set(tmp_path: Path) -> None:
    root = fill(tmp_path, [f"train/{name}" for name in MANY])
    before = digest(root)
    assert digest(root) == before
    (root / "train" / "cat" / "003.png").write_bytes(plain(200, (40, 40)))
    assert digest(root) != before


def test_one_file_more_is_another_set(tmp_path: Path) -> None:
    root = fill(tmp_path, [f"train/{name}" for name in MANY])
    before = digest(root)
    fill(root, ["train/cat/extra.png"])
    assert digest(root) != before


def test_the_same_files_elsewhere_are_the_same_set(tmp_path: Path) -> None:
    zipped(tmp_path / "a" / "train.zip", MANY)
    (tmp_path / "b").mkdir()
    os.link(tmp_path / "a" / "train.zip", tmp_path / "b" / "train.zip")
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def test_an_archive_replaced_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FRESH", 0.0)
    before = opened(zipped(tmp_path / "a.zip", MANY)).digest()
    zipped(tmp_path / "a.zip", [*MANY, "emu/1.png"])
    assert opened(tmp_path / "a.zip").digest() != before


def test_a_folder_is_listed_once_for_as_long_as_it_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = fill(tmp_path, MANY)
    monkeypatch.setattr(files, "FRESH", 0.0)
    first = files.index(root)
    assert files.index(root) is first
    fill(root, ["cat/new.png"])
    assert files.index(root) is not first


# pixels


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
    exif[pixels.ORIENTATION] = orientation
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
    "train/page.png": (b"<html>not found</html>", "is no picture in a format that is read here (PNG and JPEG)"),
    "train/bitmap.bmp": (encoded(Image.new("RGB", (9, 9)), "BMP"), "is no picture in a format that is read here (PNG and JPEG)"),
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
    assert arrays.images_NCHW[:, 0, 8, 8].tolist() == list(range(30))


def test_too_many_megapixels_are_refused_from_the_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "MEGAPIXELS", 0.001)
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
    monkeypatch.setattr(files, "MOST_BYTES", 50)
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


@pytest.mark.parametrize(
    ("name", "train", "test", "classes"),
    [("cifar10", 50_000, 10_000, 10), ("imagenette", 2000, 1000, 10), ("flowers12", 720, 240, 12)],
)
def test_real_sets_open_with_their_counts(real_data: Path, name: str, train: int, test: int, classes: int) -> None:
    halves = [opened(real_data / name, split, 32) for split in ("train", "test")]
    assert [len(half) for half in halves] == [train, test]
    for half in halves:
        labels = np.array([half.label(i) for i in range(len(half))])
        assert np.bincount(labels).tolist() == [len(half) // classes] * classes
        assert half[len(half) - 1][0].shape == (3, 32, 32)
