"""MedMNIST's .npz: opened like any set, or refused in a sentence; nothing pickled is loaded."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ssl_core.library import sets
from ssl_core.reading import files
from ssl_core.reading.archives import npz
from ssl_core.settings import SettingsError
from tests.help.dropped import rows
from tests.help.malice import GOOD, medmnist, zip_of

pytestmark = pytest.mark.usefixtures("own_folders")


def test_pictures_and_labels_are_those_of_the_file(own_folders: Path) -> None:
    path = medmnist(own_folders / "tiny.npz")
    train = sets.open_set(str(path), "train", 8)
    held = np.load(path)
    assert (len(train), len(sets.open_set(str(path), "test", 8)), train.info.classes, train.info.colour) == (
        12,
        6,
        ("0", "1", "2"),
        False,
    )
    for i in range(12):
        place = int(train.file(i)[-10:-4])
        image_CHW, label = train[i]
        assert (image_CHW.numpy() == held["train_images"][place]).all() and label == held["train_labels"][place, 0]


def test_colour_is_kept(own_folders: Path) -> None:
    images = np.random.default_rng(1).integers(0, 256, (12, 8, 8, 3), np.uint8)
    data = sets.open_set(str(medmnist(own_folders / "tiny.npz", train_images=images, test_images=images[:6])), "train", 8)
    assert data.info.colour and (data[0][0].numpy() == images[int(data.file(0)[-10:-4])].transpose(2, 0, 1)).all()


@pytest.mark.parametrize("place", ["tiny.npz", "tiny/tiny.npz", "tiny/other.npz"])
def test_it_is_a_set_of_the_data_folder(own_folders: Path, place: str) -> None:
    medmnist(own_folders / "data" / place)
    row = rows()["tiny"]
    assert (row.samples_train, row.samples_test, row.classes, row.source) == (12, 6, ("0", "1", "2"), "data folder")
    assert row.help.endswith("Its 4 pictures for validation are left out.")


def test_where_there_is_no_test_validation_is_it(own_folders: Path) -> None:
    index = files.index(medmnist(own_folders / "tiny.npz", test_images=None, test_labels=None))
    assert (len(index.train), len(index.test), index.note) == (12, 4, "")


def test_without_labels_there_are_no_classes(own_folders: Path) -> None:
    index = files.index(medmnist(own_folders / "tiny.npz", train_labels=None, test_labels=None))
    assert (len(index.train), index.classes) == (12, ())


def test_classes_are_in_the_order_of_their_numbers(own_folders: Path) -> None:
    index = files.index(medmnist(own_folders / "tiny.npz", train_labels=np.arange(12)))
    assert index.classes == tuple(f"{k:02d}" for k in range(12))


def several(own_folders: Path, **more: np.ndarray | None) -> Path:
    """ChestMNIST's layout: 14 yes or no for each picture."""
    rng = np.random.default_rng(0)
    labels = {f"{half}_labels": rng.integers(0, 2, (count, 14), np.uint8) for half, count in (("train", 12), ("val", 4), ("test", 6))}
    return medmnist(own_folders / "chest.npz", **{**labels, **more})


def test_several_labels_a_picture_are_columns_and_no_classes(own_folders: Path) -> None:
    path = several(own_folders)
    held = np.load(path)
    for split in ("train", "test"):
        data = sets.open_set(str(path), split, 8)
        assert data.info.classes == () and data.label(0) == -1 and len(data) == (12 if split == "train" else 6)
        for i in range(len(data)):
            told = {f"label {k}": "yes" if label else "no" for k, label in enumerate(held[f"{split}_labels"][int(data.file(i)[-10:-4])])}
            assert data.factors(i) == told and (data[i][0][0].numpy() == held[f"{split}_images"][int(data.file(i)[-10:-4])]).all()
    said = "Its pictures have 14 labels each, so they have no classes; each label is a column. Its 4 pictures for validation are left out."
    assert files.index(path).note == said and not [reason for _, reason in files.index(path).remarks if "column" not in reason]


def test_several_labels_without_a_test_half_are_columns_too(own_folders: Path) -> None:
    index = files.index(several(own_folders, test_images=None, test_labels=None, val_images=None, val_labels=None))
    assert index.table is not None and len(index.table.factors) == 12 and not index.classes


def test_several_numbers_a_picture_stay_numbers(own_folders: Path) -> None:
    numbers = {f"{half}_labels": np.arange(3 * count).reshape(count, 3) for half, count in (("train", 12), ("val", 4), ("test", 6))}
    index = files.index(medmnist(own_folders / "tiny.npz", **numbers))
    assert index.table is not None and index.table.factors["train/000002.png"] == {"label 0": 6, "label 1": 7, "label 2": 8}


def test_more_labels_than_a_table_may_have_are_left_out_and_the_set_says_so(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = (1 + 12 + 6) * (1 + 14)
    monkeypatch.setattr("ssl_core.reading.tables.cells.MOST_CELLS", cells)
    monkeypatch.setattr(npz, "MOST_CELLS", cells)
    index = files.index(several(own_folders))
    assert index.table is not None and len(index.table.factors) == 18  # as many as are read
    monkeypatch.setattr(npz, "MOST_CELLS", cells - 1)
    index = files.index(several(own_folders / "more"))
    assert (index.table, index.classes, len(index.train), len(index.test), index.remarks) == (None, (), 12, 6, [])
    left = "Its pictures have 14 labels each, so they have no classes; they are left out, since a table may have 284 cells at most."
    assert index.note == f"{left} Its 4 pictures for validation are left out."


def test_labels_of_the_test_half_alone_count_towards_a_table(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npz, "MOST_CELLS", 7 * 15 - 1)
    index = files.index(several(own_folders, train_labels=None))
    assert index.table is None and "14 labels each" in index.note


def test_labels_become_text_a_row_at_a_time() -> None:
    rows = [(f"train/{k:06d}.png", np.full(100, k % 7)) for k in range(4000)]
    tracemalloc.start()
    try:
        table = npz._table(rows)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert table.splitlines()[9] == b"train/000008.png" + b",1" * 100 and table.count(b"\n") == 4001
    assert peak < 5 * len(table)


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"train_labels": np.zeros((12, 101), np.uint8)},
        "'train_labels' .* 12 whole numbers, one for each picture, or that many times up to 100",
    ),
    ({"train_labels": np.zeros((12, 14), np.uint8)}, "'test_labels' of 'tiny.npz' must be as many a picture as those for training"),
    ({"train_labels": np.zeros((12, 0), np.uint8)}, "'train_labels' of 'tiny.npz' must be 12 whole numbers"),
    ({"train_images": np.zeros((12, 8, 8, 8, 1), np.uint8)}, "'train_images' of 'tiny.npz' must be N × height × width"),
    ({"train_labels": np.zeros(11, np.uint8)}, "'train_labels' of 'tiny.npz' must be 12 whole numbers"),
    ({"train_labels": np.zeros(12)}, "'train_labels' of 'tiny.npz' must be 12 whole numbers.* of float64"),
    ({"train_labels": np.full(12, -1)}, "'train_labels' of 'tiny.npz' must be 0 or more"),
    ({"train_labels": np.array(["a"] * 12, object)}, "'train_labels' of 'tiny.npz' hold Python objects, which are never loaded"),
    ({"train_images": np.zeros((12, 8, 8), np.float32)}, "'train_images' of 'tiny.npz' must be N × height × width"),
    ({"train_images": np.zeros((12, 8, 8, 8), np.uint8)}, "'train_images' of 'tiny.npz' must be N × height × width"),
    ({"train_images": np.zeros((12, 0, 8), np.uint8)}, "'train_images' of 'tiny.npz' must be at most 200,000 pictures"),
    ({"train_images": np.zeros((12, 8, 8, 3), np.uint8, "F")}, "'train_images' of 'tiny.npz' are stored column by column"),
    ({"train_images": None}, "'tiny.npz' must hold arrays named train_images.* It holds train_labels, val_images"),
    ({"train_images": np.zeros((12, 2000, 2000), np.uint8)}, "'tiny.npz' would unpack to 46 MB, .* times its size"),
]


@pytest.mark.parametrize(("changed", "sentence"), REFUSED)
def test_another_layout_is_refused_in_a_sentence(own_folders: Path, changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        files.index(medmnist(own_folders / "tiny.npz", **changed))
    assert not [path for path in (own_folders / "cache").rglob("*") if path.name not in ("archives", "lock")]


def claiming(shape: tuple[int, ...], data: bytes) -> bytes:
    """An array that says it is larger than it is."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "|u1", "fortran_order": False, "shape": shape})
    return stream.getvalue() + data


def test_an_array_that_says_it_is_larger_than_it_is_is_refused(own_folders: Path) -> None:
    path = zip_of(own_folders / "lies.npz", {"train_images.npy": claiming((10**5, 1000, 1000), b"few")}, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(SettingsError, match="'train_images' of 'lies.npz' end too early"):
        files.index(path)


def headed(header: str) -> bytes:
    """An array whose header is this line of Python."""
    return b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header.encode()


@pytest.mark.parametrize(
    "header", ["{'descr': '|u1', 'sha", "{'descr': (\n", "  {}\n {}", "{[]: 1}", "(" * 5000, "{'descr': '|S(', }", "\0"]
)
def test_an_array_whose_header_is_cut_short_is_refused(own_folders: Path, header: str) -> None:
    with pytest.raises(SettingsError, match="'train_images' of 'cut.npz' begin with a header that is|'cut.npz' can't be read: "):
        files.index(zip_of(own_folders / "cut.npz", {"train_images.npy": headed(header)}))


def test_a_zip_that_is_no_npz_is_refused(own_folders: Path) -> None:
    with pytest.raises(SettingsError, match="'a.npz' must hold arrays named .* It holds cat/0.png, cat/1.png"):
        files.index(zip_of(own_folders / "a.npz", GOOD))


def test_real_pneumonia_opens_with_its_counts(real_data: Path) -> None:
    index = files.index(real_data / "pneumonia")
    assert (len(index.train), len(index.test), index.classes) == (2428, 468, ("0", "1"))
    assert index.note == "Its 270 pictures for validation are left out." and npz.LAYOUT
