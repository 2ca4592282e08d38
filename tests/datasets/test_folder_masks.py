"""Masks beside pictures, as a folder's data set gives them: the object is what is not 0, cut and turned as its picture is."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from ssl_core.datasets.folder import Folder
from ssl_core.library.arrays import decoded
from ssl_core.reading import files
from ssl_core.reading.images.mask_pixels import mask_square

WIDE, HIGH, SIZE = 48, 32, 16  # pixels of a picture, and of the square that is asked for
TURN = 0x0112
Make = Callable[..., Folder]


def half() -> np.ndarray:
    """uint8 H W: 1 on the left half of the central square, and on all that is left of it."""
    values_HW = np.zeros((HIGH, WIDE), np.uint8)
    values_HW[:, : WIDE // 2] = 1
    return values_HW


def file_of(image: Image.Image, form: str = "PNG", orientation: int | None = None) -> bytes:
    exif = Image.Exif()
    if orientation is not None:
        exif[TURN] = orientation
    stream = io.BytesIO()
    image.save(stream, form, exif=exif)
    return stream.getvalue()


def picture_of(mask_HW: np.ndarray, orientation: int | None = None) -> bytes:
    """A picture that is white on its object."""
    return file_of(Image.fromarray(np.repeat(mask_HW[:, :, None] * np.uint8(255), 3, 2)), "PNG", orientation)


@pytest.fixture
def folder(tmp_path: Path) -> Make:
    """Makes a set of pictures in `images` and masks in `masks`, with the same names; its training pictures."""

    def make(masks: dict[str, bytes], pictures: dict[str, bytes] | None = None) -> Folder:
        kept = pictures or {name: picture_of(half()) for name in ("a.png", "b.png", "c.png", "d.png", "e.png", "f.png")}
        for place, files_of in (("images", kept), ("masks", masks)):
            (tmp_path / "set" / place).mkdir(parents=True)
            for name, data in files_of.items():
                (tmp_path / "set" / place / name).write_bytes(data)
        files.forget()
        return Folder(Folder.Options(path=str(tmp_path / "set")), "train", SIZE)

    return make


FULL = ("a.png", "b.png", "c.png", "d.png", "e.png", "f.png")


def palette() -> Image.Image:
    image = Image.fromarray(half() * np.uint8(2), "P")
    image.putpalette([255, 255, 255, 0, 0, 0, 90, 0, 0])  # 0 is white: colours don't count, indices do
    return image


KINDS = {
    "black and white": Image.fromarray(half() * np.uint8(255)),
    "0 and 1": Image.fromarray(half()),
    "one bit": Image.fromarray(half() > 0),
    "indices of a palette": palette(),
    "several values": Image.fromarray(half() * np.arange(1, WIDE + 1, dtype=np.uint8)),
    "colours": Image.fromarray(np.stack([half() * 0, half() * 7, half() * 0], 2)),
    "16 bits": Image.fromarray(half().astype(np.uint16) * 300),
    "colours and alpha": Image.fromarray(np.stack([half(), half(), half(), half() * 0 + 255], 2), "RGBA"),
    "twice as large": Image.fromarray(half()).resize((2 * WIDE, 2 * HIGH), Image.Resampling.NEAREST),
}
LEFT_HW = np.arange(SIZE)[None].repeat(SIZE, 0) < SIZE // 2


@pytest.mark.filterwarnings("ignore:'mode' parameter is deprecated")
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_0_is_the_object(kind: str) -> None:
    found_HW = mask_square(file_of(KINDS[kind]), SIZE)
    assert found_HW.dtype == bool and np.array_equal(found_HW, LEFT_HW)


def labels(*values: int) -> Image.Image:
    """The left half in columns of these labels, the rest 0; the last label is that of the column beside the centre."""
    label_HW = np.zeros((HIGH, WIDE), np.uint8)
    for k, value in enumerate(values):
        label_HW[:, WIDE // 2 - 4 * (len(values) - k) : WIDE // 2 - 4 * (len(values) - k - 1)] = value
    return Image.fromarray(label_HW)


def painted(label: Image.Image) -> Image.Image:
    image = label.copy()
    image.putpalette([each for k in range(256) for each in (k, k, k)])
    return image


@pytest.mark.parametrize(
    ("mask", "trimap", "columns"),
    [
        (painted(labels(15, 255)), False, 4),  # PASCAL VOC: an object and its void border
        (painted(labels(200, 255)), False, 4),
        (labels(7, 255), False, 4),  # labels in gray levels
        (labels(100, 200, 255), False, 12),  # a white object with a soft edge
        (labels(255), False, 4),
        (Image.merge("RGB", [labels(192, level) for level in (224, 224, 192)]), False, 4),
        (Image.fromarray(np.where(np.asarray(labels(1, 3)) == 0, 2, np.asarray(labels(1, 3))).astype(np.uint8)), True, 4),
        (labels(128, 255), True, 4),
    ],
)
def test_void_and_the_border_of_a_trimap_are_no_object(mask: Image.Image, trimap: bool, columns: int) -> None:
    found_HW = mask_square(file_of(mask), HIGH, trimap=trimap)
    assert found_HW.sum() == columns * HIGH


def test_several_masks_of_a_picture_are_one(folder: Make) -> None:
    first, second = half(), half()
    first[HIGH // 2 :] = 0
    second[: HIGH // 2] = 0
    whole = folder(dict.fromkeys(FULL, file_of(Image.fromarray(first * np.uint8(255)))))
    lower = Path(whole.index.path) / "trimaps"
    lower.mkdir()
    for name in FULL:
        (lower / name).write_bytes(file_of(Image.fromarray(second * np.uint8(255))))
    files.forget()
    data = Folder(Folder.Options(path=str(whole.index.path)), "train", SIZE)
    assert len(data.index.masks[data.file(0)]) == 2
    found_HW = data.mask(0)
    assert found_HW is not None and np.array_equal(found_HW, LEFT_HW)


def test_a_lossy_mask_is_cut_at_half() -> None:
    noisy_HW = np.where(half() > 0, 250, 9).astype(np.uint8)
    assert np.array_equal(mask_square(file_of(Image.fromarray(noisy_HW), "JPEG"), SIZE)[:, [0, -1]], LEFT_HW[:, [0, -1]])


SAYS = [(says, turn) for says in ("nothing", "its turn") for turn in range(1, 9)] + [("upright", turn) for turn in range(5, 9)]


@pytest.mark.parametrize(("says", "orientation"), SAYS)
def test_a_mask_lies_on_its_picture_however_that_is_turned(folder: Make, orientation: int, says: str) -> None:
    mask_HW = half()
    mask_HW[: HIGH // 4] = 0  # no turn or mirror leaves it as it is
    mask = Image.fromarray(mask_HW)
    upright = Image.open(io.BytesIO(file_of(mask, "PNG", orientation)))
    drawn = {"nothing": file_of(mask), "its turn": file_of(mask, "PNG", orientation), "upright": file_of(ImageOps.exif_transpose(upright))}
    data = folder(dict.fromkeys(FULL, drawn[says]), dict.fromkeys(FULL, picture_of(mask_HW, orientation)))
    image_CHW, _ = data[0]
    found_HW = data.mask(0)
    assert found_HW is not None and np.mean(found_HW == (image_CHW[0].numpy() > 127)) > 0.95


def test_where_some_picture_has_a_mask_the_others_are_unknown(folder: Make) -> None:
    masks = dict.fromkeys(FULL[:4], file_of(Image.fromarray(half() * np.uint8(255))))
    data = folder({**masks, "e.png": file_of(Image.fromarray(half() * np.uint8(255)))[:-30]})
    assert data.targets == ("masks",)
    by_file = {data.file(i).rpartition("/")[2]: data.mask(i) for i in range(len(data))}
    assert all((found is None) == (name in ("e.png", "f.png")) for name, found in by_file.items())
    column = decoded(data).column("mask")
    assert column is not None
    unknown = [data.file(i).rpartition("/")[2] in ("e.png", "f.png") for i in range(len(data))]
    assert [bool((mask_HW == 255).all()) for mask_HW in column[range(len(data))]] == unknown


def test_masks_are_no_part_of_the_pixels_digest_and_sets_without_masks_have_none(folder: Make, tmp_path: Path) -> None:
    data = folder(dict.fromkeys(FULL, file_of(Image.fromarray(half()))))
    before = data.digest()
    (tmp_path / "set" / "masks" / data.file(0).rpartition("/")[2]).write_bytes(file_of(Image.fromarray(1 - half())))
    files.forget()
    after = Folder(Folder.Options(path=str(tmp_path / "set")), "train", SIZE)
    found_HW = after.mask(0)
    assert after.digest() == before and found_HW is not None and np.array_equal(found_HW, ~LEFT_HW)
    plain = tmp_path / "plain"
    plain.mkdir()
    for name in FULL:
        (plain / name).write_bytes(picture_of(half()))
    assert Folder(Folder.Options(path=str(plain)), "train", SIZE).targets == ()
