"""Which folders and archives are the halves of a set, and what is said of those beside them, in the first reading."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ssl_core.reading import splits
from ssl_core.reading.first import first_reading
from ssl_core.reading.index import Index
from tests.help.folders import fill, zipped


def pictures(*folders: str) -> list[str]:
    return [f"{folder}/{k}.png" for folder in folders for k in range(3)]


def listed(root: Path) -> Index:
    return first_reading(root)


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    index = listed(fill(tmp_path, pictures("bus", "car", "train")))
    assert index.classes == ("bus", "car", "train") and len(index.train) + len(index.test) == 9 and not index.given


def test_loose_pictures_beside_train_are_read(tmp_path: Path) -> None:
    index = listed(fill(tmp_path, [*pictures("train"), "0.png", "1.png"]))
    assert len(index.train) + len(index.test) == 5


def test_train_alone_is_the_set(tmp_path: Path) -> None:
    index = listed(fill(tmp_path, [*pictures("train/cat", "train/dog"), ".cache/1.png"]))
    assert index.classes == ("cat", "dog") and index.note == ""


@pytest.mark.parametrize("beside", ["notes.txt", "annotations/1.xml"])
def test_what_holds_no_picture_does_not_make_train_a_class(tmp_path: Path, beside: str) -> None:
    assert listed(fill(tmp_path, [*pictures("train/cat", "train/dog"), beside])).classes == ("cat", "dog")


@pytest.mark.parametrize(("one", "other"), [("Train", "Test"), ("TRAINING", "val"), ("train", "Validation")])
def test_halves_are_known_in_any_case(tmp_path: Path, one: str, other: str) -> None:
    index = listed(fill(tmp_path, pictures(f"{one}/cat", f"{one}/dog", f"{other}/cat")))
    assert index.classes == ("cat", "dog") and (len(index.train), len(index.test), index.given) == (6, 3, True)
    assert index.test[0].name == f"{other}/cat/0.png" and index.note == ""


def test_halves_in_an_archive_are_known_in_any_case(tmp_path: Path) -> None:
    index = listed(zipped(tmp_path / "pets.zip", pictures("pets/Train/cat", "pets/Train/dog", "pets/TEST/dog", "pets/more")))
    assert index.classes == ("cat", "dog") and (len(index.train), len(index.test)) == (6, 3)
    assert index.note == "'more' beside 'train' and 'test' is left out. "


def test_archives_are_halves_in_any_case(tmp_path: Path) -> None:
    zipped(tmp_path / "Train.ZIP", pictures("cat", "dog"))
    zipped(tmp_path / "test.Zip", pictures("cat"))
    assert (len(listed(tmp_path).train), len(listed(tmp_path).test)) == (6, 3)


def test_what_lies_beside_the_halves_is_named(tmp_path: Path) -> None:
    zipped(tmp_path / "more.zip", pictures("cat"))
    index = listed(fill(tmp_path, [*pictures("train", "test", "val", "extra"), "loose.png", "README.md"]))
    assert (len(index.train), len(index.test)) == (3, 3)
    assert index.note == "'extra', 'val', 'more.zip', 'loose.png' beside 'train' and 'test' are left out. "


def test_an_archive_beside_train_alone_is_named(tmp_path: Path) -> None:
    zipped(tmp_path / "old.zip", pictures("cat"))
    index = listed(fill(tmp_path, pictures("train/cat", "train/dog")))
    assert index.classes == ("cat", "dog") and index.note == "'old.zip' beside 'train' is left out. "


@pytest.mark.parametrize("loose", [["0.png", "1.png"], pictures("cat", "dog")])
def test_archives_beside_pictures_without_halves_are_named(tmp_path: Path, loose: list[str]) -> None:
    zipped(tmp_path / "old.zip", pictures("cat"))
    assert listed(fill(tmp_path, loose)).note == "'old.zip' beside pictures is not opened. "
    zipped(tmp_path / "older.zip", pictures("cat"))
    assert listed(tmp_path).note == "'old.zip', 'older.zip' beside pictures are not opened. "


def test_a_folder_that_rests_is_listed_once_in_a_while_and_a_changed_one_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, pictures("train", "test"))
    listings, scandir = [], os.scandir
    monkeypatch.setattr(splits.os, "scandir", lambda path: listings.append(path) or scandir(path))
    monkeypatch.setattr(splits, "FRESH", 1000.0)
    for age, expected in ((5000, 1), (4000, 1), (1, 20)):  # as old as that; each time of change is another
        os.utime(tmp_path, (time.time() - age,) * 2)
        listings.clear()
        assert {splits.on_disk(tmp_path) for _ in range(20)} == {(tmp_path / "train", tmp_path / "test")}
        assert len(listings) <= expected + (expected == 1)  # one more where a moment ends in between
