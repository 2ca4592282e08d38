"""Two sets that had one name after the other: labels stay with their own, sleep while the other has the name, and come back."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

import ssl_core as core
from ssl_core.labels import log
from ssl_core.labels.store import Store
from ssl_core.library.listing import Listing
from ssl_core.reading import files
from tests.help.folders import plain
from tests.help.labelling import click

NAMES = [f"IMG_{i:04}.png" for i in range(8)]


@pytest.fixture
def store(clean_folders: Path) -> Store:
    return core.label_store(core.runs_root())


def photos(place: Path, shade: int, names: list[str] = NAMES) -> Path:
    """A folder of pictures that are all called as a camera calls them."""
    place.mkdir(parents=True)
    for k, name in enumerate(names):
        (place / name).write_bytes(plain(shade + k, (12 + shade % 7, 12)))
    return place


def name_all(store: Store, name: str, word: str) -> dict[str, str]:
    """Names every training picture of a set; file and class."""
    data = core.open_set(name, "train")
    store.act([click(f"train-{i}", word, name)._replace(file=data.file(i)) for i in range(len(data))])
    return said(store, name)


def said(store: Store, name: str) -> dict[str, str]:
    """Class by file."""
    sets = {split: core.open_set(name, split) for split in ("train", "test")}
    return {sets[picture.split("-")[0]].file(int(picture.split("-")[1])): word for picture, word in store.labels(name).items()}


def test_another_folder_of_the_same_name_wears_no_labels_of_the_first(clean_folders: Path, store: Store) -> None:
    first, other = photos(clean_folders / "first", 10), photos(clean_folders / "other", 100)
    core.add_folder("cats", first)
    store.set_classes("cats", ["cat", "dog"])
    given, before = name_all(store, "cats", "cat"), store.state("cats").seq
    core.remove_set("cats")
    core.add_folder("cats", other)
    state = store.state("cats")
    assert (store.labels("cats"), store.classes("cats"), state.total, state.next_undo) == ({}, (), 0, "")
    assert state.away == len(given) and state.seq > before  # nobody thinks they are lost, and browsers see that theirs are old
    mine = name_all(store, "cats", "dog")
    core.remove_set("cats")
    core.add_folder("cats", first)
    assert (said(store, "cats"), store.classes("cats")) == (given, ("cat", "dog")) and store.state("cats").away == len(mine)
    assert store.undo("cats").undone == "cat"  # its own log came back too
    core.remove_set("cats")
    core.add_folder("cats", other)
    assert said(store, "cats") == mine and store.classes("cats") == ()


def test_a_folder_that_was_moved_and_noted_anew_keeps_its_labels(clean_folders: Path, store: Store) -> None:
    core.add_folder("cats", photos(clean_folders / "first", 10))
    given = name_all(store, "cats", "cat")
    core.remove_set("cats")
    (clean_folders / "first").rename(clean_folders / "moved")
    core.add_folder("cats", clean_folders / "moved")
    assert said(store, "cats") == given and store.state("cats").away == 0


def test_a_folder_restored_from_a_backup_with_new_times_keeps_its_labels(clean_folders: Path, store: Store) -> None:
    place = photos(clean_folders / "first", 10)
    core.add_folder("cats", place)
    given = name_all(store, "cats", "cat")
    for k, name in enumerate(NAMES):
        os.utime(place / name, (10**9 + k, 10**9 + k))
    files.forget()
    assert said(store, "cats") == given and store.state("cats").away == 0


def drop(shade: int) -> None:
    """Dropped pictures as the set "cats"."""
    core.add_files("cats", [(name, plain(shade + k, (12 + shade % 7, 12))) for k, name in enumerate(NAMES)])
    files.forget()


def test_dropped_pictures_are_told_apart_by_their_id_and_the_bin_keeps_it(clean_folders: Path, store: Store) -> None:
    drop(10)
    given = name_all(store, "cats", "cat")
    core.remove_set("cats")
    core.restore_set("cats")
    assert said(store, "cats") == given
    shutil.move(core.runs_root() / "sets" / "cats", clean_folders / "kept")
    drop(100)
    assert store.labels("cats") == {} and store.state("cats").away == len(given)
    shutil.rmtree(core.runs_root() / "sets" / "cats")
    shutil.move(clean_folders / "kept", core.runs_root() / "sets" / "cats")
    assert said(store, "cats") == given and store.state("cats").away == 0


def listed(identity: str, marks: str) -> Listing:
    """Eight files of the same names, each with a letter for its mark."""
    return Listing(
        f"{identity} {marks}", {f"train-{i}": f"{i}.png" for i in range(8)}, {f"train-{i}": each for i, each in enumerate(marks)}, identity
    )


@pytest.mark.parametrize(("marks", "kept"), [("abcdefgh", True), ("abcdWXYZ", True), ("abcUWXYZ", False), ("STVUWXYZ", False)])
def test_pictures_of_another_identity_are_the_same_where_half_of_them_are_known_again(tmp_path: Path, marks: str, kept: bool) -> None:
    now = [listed("one", "abcdefgh")]
    store = Store(tmp_path / "l.sqlite", lambda name: now[0])
    store.act([click(f"train-{i}", "cat", "mine") for i in range(8)])
    now[0] = listed("two", marks)
    assert len(store.labels("mine")) == (8 if kept else 0) and store.state("mine").away == (0 if kept else 8)
    store.close()


def test_labels_that_sleep_are_never_written_over(tmp_path: Path) -> None:
    now = [listed("one", "abcdefgh")]
    store = Store(tmp_path / "l.sqlite", lambda name: now[0])
    for identity, marks, word in (("one", "abcdefgh", "A"), ("two", "ijklmnop", "B"), ("one", "ijklmnop", "B"), ("three", "qrstuvwx", "C")):
        now[0] = listed(identity, marks)
        store.act([click("train-1", word, "mine")])
    now[0] = listed("one", "abcdefgh")
    assert store.labels("mine") == {"train-1": "A"} and store.state("mine").away == 2
    store.close()


def test_labels_of_an_earlier_version_stay_with_the_set_that_has_their_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MIGRATIONS", log.MIGRATIONS[:3])
    path = tmp_path / "l.sqlite"
    db = sqlite3.connect(path, isolation_level=None)
    log.prepare(db, path)
    db.execute("INSERT INTO actions (action, batch, set_name, picture, class, at) VALUES ('a', 'a', 'mine', 'train-1', 'cat', 1)")
    db.execute("INSERT INTO labels VALUES ('mine', 'train-1', 'cat', 1)")
    db.execute("INSERT INTO listings VALUES ('mine', 'before')")
    db.execute("INSERT INTO files VALUES ('mine', 'train-1', '1.png', 'x')")
    db.close()
    monkeypatch.undo()
    store = Store(path, lambda name: listed("two", "STVUWXYZ"))
    assert store.labels("mine") == {"train-1": "cat"} and store.state("mine").away == 0
    store.close()
