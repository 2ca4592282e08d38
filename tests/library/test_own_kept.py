"""What is kept of a person's own sets: names of dropped files, sets with broken pictures, bins of removed ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core.library import browse, own
from ssl_core.settings import SettingsError
from tests.help.dropped import DROPPED, encoded, lay, rows, total

pytestmark = pytest.mark.usefixtures("own_folders")


# names of dropped files


def kept(own_folders: Path) -> set[str]:
    """The names under which dropped pictures lie on the disk."""
    root = own_folders / "runs" / "sets" / "zoo" / "pictures"
    return {path.relative_to(root).as_posix() for path in root.rglob("*.png")}


def test_a_folder_of_uneven_depth_keeps_its_classes() -> None:
    browse.add_files("zoo", [("mine/cats/2023/may/day1/0.png", encoded(1)), ("mine/dogs/0.png", encoded(2))])
    assert rows()["zoo"].classes == ("cats", "dogs")


def test_the_deepest_folders_become_one(own_folders: Path) -> None:
    deep = "/".join("abcdefghij")
    browse.add_files("zoo", [(f"{deep}/0.png", encoded(1)), (f"{deep}k/0.png", encoded(2))])
    assert kept(own_folders) == {"a/b/c/d/e/f/g/h_i_j/0.png", "a/b/c/d/e/f/g/h_i_jk/0.png"}


@pytest.mark.parametrize("long", ["0123456789abcdef" * 12, "ж" * 100, "e" * 200])
def test_long_names_are_kept_so_that_a_table_finds_them(own_folders: Path, long: str) -> None:
    dropped = [(f"{long[:-1]}{k}/{long[:-1]}{k}.png", encoded(k)) for k in range(4)]
    told = "file,label\n" + "".join(f"{name},{'ab'[k % 2]}\n" for k, (name, _) in enumerate(dropped))
    browse.add_files("zoo", [*dropped, ("about.csv", told.encode())])
    assert kept(own_folders) == {name for name, _ in dropped}
    assert rows()["zoo"].classes == ("a", "b") and browse.remarks("zoo") == []


@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_names_longer_than_a_disk_takes_are_cut_and_stay_different(own_folders: Path, letter: str) -> None:
    browse.add_files("zoo", [(f"{letter * 300}{k}/{letter * 300}{k}.png", encoded(k)) for k in range(3)])
    names = kept(own_folders)
    assert len(names) == 3 and all(len(part.encode()) <= 210 and part.startswith(letter * 40) for name in names for part in name.split("/"))
    assert len({name.split("/")[0] for name in names}) == 3


# sets with broken pictures


def test_one_good_picture_after_many_broken_ones_makes_a_set(own_folders: Path) -> None:
    root = lay(own_folders / "photos", [*((f"{k:03d}.png", b"") for k in range(120)), ("zoo.png", encoded(1))])
    assert browse.add_folder("zoo", root) == "zoo"


def test_pictures_all_over_a_set_are_tried_first(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "TRIED", 50)
    halves = [(f"{k:03d}.png", b"" if k < 150 else encoded(k % 200)) for k in range(300)]
    assert browse.add_folder("zoo", lay(own_folders / "photos", halves)) == "zoo"


def test_where_not_all_were_tried_the_refusal_says_so(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "TRIED", 60)
    root = lay(own_folders / "photos", [(f"{k:03d}.png", b"") for k in range(90)])
    with pytest.raises(
        SettingsError, match=r"None of the 60 pictures \(of 90\) that were tried in '.*photos' can be read: \d+.png is empty"
    ):
        browse.add_folder("zoo", root)


# bins


def test_of_two_removed_sets_of_one_name_the_last_is_brought_back_and_the_first_waits(own_folders: Path) -> None:
    for count in (40, 2):
        browse.add_files("zoo", DROPPED[:count])
        browse.remove_set("zoo")
    browse.restore_set("zoo")
    assert total("zoo") == 2
    browse.remove_set("zoo")
    assert len(list((own_folders / "runs" / "sets" / ".trash").rglob("*.png"))) == 42


def test_a_bin_is_emptied_after_30_days_with_the_next_removal(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days, trash = [0.0], own_folders / "runs" / "sets" / ".trash"
    monkeypatch.setattr(own.time, "time", lambda: 1e9 + 86_400 * days[0])
    for name, day in (("old", 0), ("new", 29), ("newer", 29.9), ("newest", 31)):
        browse.add_files(name, DROPPED[:2])
        days[0] = day
        browse.remove_set(name)
    assert sorted(path.name.split("~")[0] for path in trash.iterdir()) == ["new", "newer", "newest"]


def test_a_bin_that_does_not_say_when_stays_and_can_be_restored(own_folders: Path) -> None:
    browse.add_files("zoo", DROPPED[:2])
    browse.remove_set("zoo")
    (bin_,) = (own_folders / "runs" / "sets" / ".trash").iterdir()
    bin_.rename(bin_.with_name("zoo"))
    browse.add_files("other", DROPPED[:2])
    browse.remove_set("other")
    browse.restore_set("zoo")
    assert total("zoo") == 2
