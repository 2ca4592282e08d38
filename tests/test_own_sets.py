"""A person's own data sets: noted, dropped, refused, removed and brought back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core import library, shelf
from ssl_core.settings import SettingsError
from tests.dropped import DROPPED, encoded, lay, rows, total

pytestmark = pytest.mark.usefixtures("own_folders")


def test_a_noted_folder_is_a_set(own_folders: Path) -> None:
    root = lay(own_folders / "photos")
    assert library.add_folder("My pets!", root) == "my-pets"
    assert total("my-pets") == 40
    row = rows()["my-pets"]
    assert (row.title, row.source, row.classes) == ("My pets!", "yours", ("cat", "dog"))


def test_dropped_pictures_are_a_set(own_folders: Path) -> None:
    assert library.add_files("Zoo", [*DROPPED, ("cat/notes.txt", b"no picture")]) == "zoo"
    assert total("zoo") == 40 and rows()["zoo"].classes == ("cat", "dog")


def test_a_dropped_folder_gives_its_sub_folders_as_classes() -> None:
    library.add_files("zoo", [(f"holiday/{name}", data) for name, data in DROPPED])
    assert library.class_counts("zoo", "train").keys() == {"cat", "dog"}


def test_dropped_pictures_of_one_name_are_all_kept() -> None:
    library.add_files("zoo", [("a.png", encoded(1)), ("A.png", encoded(2)), ("a.png", encoded(3))])
    assert total("zoo") == 3


HOSTILE = [
    "../../evil.png",
    "/etc/evil.png",
    "C:\\evil.png",
    "a/../../b.png",
    "..png",
    "a\nb\0.png",
    "<img src=x>.png",
    "." * 300 + ".png",
    "é" * 300 + ".png",
]


@pytest.mark.parametrize("file", HOSTILE)
def test_dropped_names_lead_nowhere(own_folders: Path, file: str) -> None:
    library.add_files("zoo", [(file, encoded(1)), ("b.png", encoded(2))])
    inside = own_folders / "runs" / "sets" / "zoo" / "pictures"
    everything = list(own_folders.rglob("*.png"))
    assert len(everything) == 2 and all(path.resolve().is_relative_to(inside) for path in everything)
    assert total("zoo") == 2


REFUSED: list[tuple[str, list[tuple[str, bytes]], str]] = [
    ("zoo", [], "There is no picture among the 0 dropped files: PNG, JPEG, WebP, BMP, TIFF, GIF, HEIC files are read"),
    ("zoo", [("a.txt", b"x")], "There is no picture among the 1 dropped files"),
    ("zoo", [("a.png", b"")], "No picture in the dropped files can be read: a.png is empty"),
    ("", DROPPED, "The name of a data set must be 1 to 60 characters"),
    ("!?", DROPPED, "The name of a data set must be 1 to 60 characters"),
    ("x" * 61, DROPPED, "The name of a data set must be 1 to 60 characters"),
    ("Scenes", DROPPED, "There is already a data set 'scenes': choose another name"),
    ("folder", DROPPED, "There is already a data set 'folder'"),
]


@pytest.mark.parametrize(("name", "dropped", "sentence"), REFUSED)
def test_what_makes_no_set_is_refused_and_leaves_nothing(
    own_folders: Path, name: str, dropped: list[tuple[str, bytes]], sentence: str
) -> None:
    with pytest.raises(SettingsError, match=sentence):
        library.add_files(name, dropped)
    assert not list((own_folders / "runs").rglob("*.png")) and not shelf.own_sets()


def test_a_taken_name_is_refused(own_folders: Path) -> None:
    lay(own_folders / "data" / "pets")
    library.add_files("zoo", DROPPED)
    for name in ("zoo", "ZOO", "pets"):
        with pytest.raises(SettingsError, match="There is already a data set"):
            library.add_files(name, DROPPED)


@pytest.mark.parametrize("path", ["", "/no/such/folder", "a\0b"])
def test_a_folder_that_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(SettingsError, match="'folder' must be the path of a folder or an archive"):
        library.add_folder("zoo", path)


def test_a_folder_of_only_broken_pictures_is_refused(own_folders: Path) -> None:
    with pytest.raises(SettingsError, match=r"No picture in '.*broken' can be read: [ab]\.png is empty"):
        library.add_folder("zoo", lay(own_folders / "broken", [("a.png", b""), ("b.png", b"")]))


def test_removing_can_be_undone(own_folders: Path) -> None:
    library.add_files("zoo", DROPPED)
    library.remove_set("zoo")
    assert "zoo" not in rows()
    with pytest.raises(SettingsError, match="no data set 'zoo'"):
        library.open_set("zoo")
    library.restore_set("zoo")
    assert total("zoo") == 40


def test_removing_a_noted_folder_leaves_it_alone(own_folders: Path) -> None:
    root = lay(own_folders / "photos")
    library.add_folder("zoo", root)
    library.remove_set("zoo")
    assert len(list(root.rglob("*.png"))) == 40


@pytest.mark.parametrize("name", ["scenes", "nothing", "../zoo", ".trash"])
def test_only_own_sets_can_be_removed(name: str) -> None:
    with pytest.raises(SettingsError, match="only those can be removed"):
        library.remove_set(name)
    with pytest.raises(SettingsError, match="There is no removed data set"):
        library.restore_set(name)


def test_a_noted_folder_that_went_away_says_so(own_folders: Path) -> None:
    root = lay(own_folders / "photos")
    library.add_folder("zoo", root)
    root.rename(own_folders / "moved")
    assert not rows()["zoo"].ready and "photos" in rows()["zoo"].reason
    with pytest.raises(SettingsError, match="photos"):
        library.open_set("zoo")


def test_a_path_gets_one_name(own_folders: Path) -> None:
    root = lay(own_folders / "My photos")
    assert library.known_as(str(root)) == "my-photos" == library.known_as(str(root))
    assert library.known_as("scenes") == "scenes"
    assert library.known_as(str(lay(own_folders / "other" / "My photos"))) == "my-photos-2"
