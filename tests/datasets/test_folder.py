"""Folders and zips of pictures: what is found, which half, which class, which set."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ssl_core.datasets.folder import Folder
from ssl_core.library import names as sets_names
from ssl_core.reading import files, sources
from ssl_core.reading.index import Index
from ssl_core.reading.understood import understood
from ssl_core.settings import SettingsError
from tests.help.folders import MANY, fill, names, opened, plain, zipped

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


def test_links_to_themselves_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    root = fill(tmp_path / "set", ["cat/1.png", "dog/2.png"])
    for name in ("l", "l.png", "cat/train.zip", "about.csv"):
        (root / name).symlink_to(Path(name).name)
    train = opened(root)
    assert train.info.classes == ("cat", "dog")
    reason = "can't be opened (too many levels of symbolic links)"
    assert sorted(train.left_out()) == [("about.csv", reason), ("cat/train.zip", reason), ("l", reason), ("l.png", reason)]


def test_a_table_beside_the_halves_may_be_a_link_to_nothing(tmp_path: Path) -> None:
    root = fill(tmp_path, ["train/1.png", "test/2.png"])
    (root / "about.csv").symlink_to(root / "gone.csv")
    assert len(opened(root)) == 1


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_a_folder_that_cannot_be_opened_is_named_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    root, scandir = fill(tmp_path, ["cat/1.png", "dog/2.png", "shut/3.png"]), os.scandir

    def shut(path: str | Path) -> object:
        if Path(path).name == closed:
            raise OSError(number, os.strerror(number))
        return scandir(path)

    closed = "shut"
    monkeypatch.setattr(sources.os, "scandir", shut)
    train = opened(root)
    assert train.info.classes == ("cat", "dog") and train.left_out() == [("shut", f"can't be opened ({os.strerror(number).lower()})")]
    closed = root.name
    files.forget()
    with pytest.raises(SettingsError, match=f"can't be read: {os.strerror(number).lower()}"):
        opened(root)


def test_a_link_to_itself_does_not_hide_the_other_shared_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_DATA", str(tmp_path))
    fill(tmp_path / "pets", ["1.png", "2.png"])
    for name in ("pets/l.png", "loop", "loop.zip"):
        (tmp_path / name).symlink_to(Path(name).name)
    assert sets_names.shared() == [tmp_path / "pets"]


@pytest.mark.parametrize("given", ["", "/no/such/place", "a\0b", "~nobody-at-all/x"])
def test_a_path_to_nothing_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match="'path' of Folder must name a folder or an archive"):
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
    monkeypatch.setattr(sources, "MOST_FILES", 20)
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


def test_a_folder_that_stays_is_understood_once_and_anew_after_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, asked = fill(tmp_path, MANY), list[Path]()

    def counted(path: Path, *more: Any) -> Index:
        asked.append(path)
        return understood(path, *more)

    monkeypatch.setattr(files, "FRESH", 0.0)
    monkeypatch.setattr(files, "understood", counted)
    for _ in range(3):
        files.index(root)
    assert len(asked) == 1
    (root / "cat" / "000.png").write_bytes(plain(7) + b" ")  # the same name
    files.index(root)
    (root / "notes.svg").write_text("a file that isn't read is in the account too")
    account = files.index(root).account
    assert account is not None and "1 file isn't read: 1 .svg" in account.words
    assert len(asked) == 3


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
