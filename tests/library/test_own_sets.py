"""A person's own data sets: noted, dropped, refused, removed and brought back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core.library import browse, own, sets
from ssl_core.reading.images.opening import READ
from ssl_core.settings import SettingsError
from tests.help.dropped import DROPPED, encoded, lay, rows, total
from tests.help.malice import GOOD, left, medmnist, tar_of, zip_of

pytestmark = pytest.mark.usefixtures("own_folders")


def test_a_noted_folder_is_a_set(own_folders: Path) -> None:
    root = lay(own_folders / "photos")
    assert browse.add_folder("My pets!", root) == "my-pets"
    assert total("my-pets") == 40
    row = rows()["my-pets"]
    assert (row.title, row.source, row.classes) == ("My pets!", "yours", ("cat", "dog"))


def test_dropped_pictures_are_a_set(own_folders: Path) -> None:
    assert browse.add_files("Zoo", [*DROPPED, ("cat/notes.txt", b"no picture")]) == "zoo"
    assert total("zoo") == 40 and rows()["zoo"].classes == ("cat", "dog")


def test_a_dropped_folder_gives_its_sub_folders_as_classes() -> None:
    browse.add_files("zoo", [(f"holiday/{name}", data) for name, data in DROPPED])
    assert browse.class_counts("zoo", "train").keys() == {"cat", "dog"}


def test_dropped_pictures_of_one_name_are_all_kept() -> None:
    browse.add_files("zoo", [("a.png", encoded(1)), ("A.png", encoded(2)), ("a.png", encoded(3))])
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
    browse.add_files("zoo", [(file, encoded(1)), ("b.png", encoded(2))])
    inside = own_folders / "runs" / "sets" / "zoo" / "pictures"
    everything = list(own_folders.rglob("*.png"))
    assert len(everything) == 2 and all(path.resolve().is_relative_to(inside) for path in everything)
    assert total("zoo") == 2


@pytest.mark.parametrize("twin", ["._a.png", "cats/._a.png", "cats\\._a.png", "__MACOSX/cats/a.png", ".thumbs/a.png"])
def test_what_a_system_keeps_for_itself_is_not_taken_for_a_picture(twin: str) -> None:
    browse.add_files("zoo", [("cats/a.png", encoded(1)), (twin, b"Mac OS X"), ("dogs/b.png", encoded(2))])
    assert total("zoo") == 2


def test_dropped_names_are_kept_as_far_as_any_disk_takes_them() -> None:
    browse.add_files("zoo", [("John's cats/no #1, [old] & ~é.png", encoded(1)), ("b.png", encoded(2))])
    names = [data.file(i) for data in (sets.open_set("zoo", split) for split in ("train", "test")) for i in range(len(data))]
    assert "John's cats/no #1, [old] & ~é.png" in names


REFUSED: list[tuple[str, list[tuple[str, bytes]], str]] = [
    ("zoo", [], f"There is no picture among the 0 dropped files: {READ} files are read"),
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
        browse.add_files(name, dropped)
    assert not list((own_folders / "runs").rglob("*.png")) and not own.own_sets()


def test_a_taken_name_is_refused(own_folders: Path) -> None:
    lay(own_folders / "data" / "pets")
    browse.add_files("zoo", DROPPED)
    for name in ("zoo", "ZOO", "pets"):
        with pytest.raises(SettingsError, match="There is already a data set"):
            browse.add_files(name, DROPPED)


@pytest.mark.parametrize("path", ["", "/no/such/folder", "a\0b"])
def test_a_folder_that_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(SettingsError, match="'folder' must be the path of a folder or an archive"):
        browse.add_folder("zoo", path)


def test_a_folder_of_only_broken_pictures_is_refused(own_folders: Path) -> None:
    with pytest.raises(SettingsError, match=r"No picture in '.*broken' can be read: [ab]\.png is empty"):
        browse.add_folder("zoo", lay(own_folders / "broken", [("a.png", b""), ("b.png", b"")]))


def test_removing_can_be_undone(own_folders: Path) -> None:
    browse.add_files("zoo", DROPPED)
    browse.remove_set("zoo")
    assert "zoo" not in rows()
    with pytest.raises(SettingsError, match="no data set 'zoo'"):
        sets.open_set("zoo")
    browse.restore_set("zoo")
    assert total("zoo") == 40


def test_removing_a_noted_folder_leaves_it_alone(own_folders: Path) -> None:
    root = lay(own_folders / "photos")
    browse.add_folder("zoo", root)
    browse.remove_set("zoo")
    assert len(list(root.rglob("*.png"))) == 40


@pytest.mark.parametrize("name", ["scenes", "nothing", "../zoo", ".trash"])
def test_only_own_sets_can_be_removed(name: str) -> None:
    with pytest.raises(SettingsError, match="only those can be removed"):
        browse.remove_set(name)
    with pytest.raises(SettingsError, match="There is no removed data set"):
        browse.restore_set(name)


def test_a_noted_folder_that_went_away_says_so(own_folders: Path) -> None:
    root = lay(own_folders / "photos")
    browse.add_folder("zoo", root)
    root.rename(own_folders / "moved")
    assert not rows()["zoo"].ready and "photos" in rows()["zoo"].reason
    with pytest.raises(SettingsError, match="photos"):
        sets.open_set("zoo")


def test_a_path_gets_one_name(own_folders: Path) -> None:
    root = lay(own_folders / "My photos")
    assert browse.known_as(str(root)) == "my-photos" == browse.known_as(str(root))
    assert browse.known_as("scenes") == "scenes"
    assert browse.known_as(str(lay(own_folders / "other" / "My photos"))) == "my-photos-2"


# archives


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.xz"])
def test_a_dropped_archive_is_kept_as_it_is(own_folders: Path, kind: str) -> None:
    path = (zip_of if kind == "zip" else tar_of)(own_folders / f"My pets!.{kind}", GOOD)
    browse.add_files("zoo", [(path.name, path.read_bytes())])
    assert [each.name for each in (own_folders / "runs" / "sets" / "zoo" / "pictures").iterdir()] == [f"My pets!.{kind}"]
    assert total("zoo") == 10 and rows()["zoo"].classes == ("cat", "dog")


def test_two_dropped_archives_are_the_halves(own_folders: Path) -> None:
    data = tar_of(own_folders / "a.tar.gz", GOOD).read_bytes()
    browse.add_files("zoo", [("train.tar.gz", data), ("test.tar.gz", data)])
    assert (rows()["zoo"].samples_train, rows()["zoo"].samples_test) == (10, 10)


def test_a_dropped_npz_is_a_set(own_folders: Path) -> None:
    browse.add_files("zoo", [("tiny.npz", medmnist(own_folders / "tiny.npz").read_bytes())])
    assert rows()["zoo"].classes == ("0", "1", "2")


@pytest.mark.parametrize("names", [["a.zip", "b.zip"], ["a.zip", "b.png"], ["train.zip", "train.tar"]])
def test_archives_that_do_not_go_together_are_refused(own_folders: Path, names: list[str]) -> None:
    data = zip_of(own_folders / "a.zip", GOOD).read_bytes()
    with pytest.raises(SettingsError, match="An archive must be dropped alone, or as two that are named 'train' and 'test'"):
        browse.add_files("zoo", [(name, data) for name in names])
    assert not list((own_folders / "runs").rglob("*"))


HOSTILE_ARCHIVES = ["../../evil.zip", "/etc/evil.zip", "C:\\evil.zip", "a\nb\0.zip", "." * 300 + ".zip", ".zip"]


@pytest.mark.parametrize("file", HOSTILE_ARCHIVES)
def test_a_dropped_archives_name_leads_nowhere(own_folders: Path, file: str) -> None:
    data = zip_of(own_folders / "good" / "a.zip", GOOD).read_bytes()
    browse.add_files("zoo", [(file, data)])
    inside = own_folders / "runs" / "sets" / "zoo" / "pictures"
    everything = [path for path in own_folders.rglob("*") if path.suffix == ".zip" and path.name != "a.zip"]
    assert len(everything) == 1 and everything[0].parent == inside and total("zoo") == 10


def test_a_refused_archive_leaves_nothing(own_folders: Path) -> None:
    data = tar_of(own_folders / "a.tar.gz", {"cat/1.png": b"broken", "dog/2.png": b""}).read_bytes()
    with pytest.raises(SettingsError, match="No picture in 'a.tar.gz' can be read"):
        browse.add_files("zoo", [("a.tar.gz", data)])
    kept = ("lock", "before.json")  # the latter names the sets that earlier versions worked with, whatever was dropped
    left = [path for folder in ("runs", "cache") for path in (own_folders / folder).rglob("*") if path.is_file() and path.name not in kept]
    assert left == []


@pytest.mark.parametrize("kind", ["tar.gz", "tar.xz"])
def test_a_typed_archive_that_is_refused_leaves_nothing_in_the_cache(own_folders: Path, kind: str) -> None:
    path = tar_of(own_folders / f"a.{kind}", {"cat/1.png": b"broken", "dog/2.png": b""})
    for _ in range(2):
        with pytest.raises(SettingsError, match="No picture in '.*a.tar.*' can be read"):
            browse.add_folder("zoo", path)
        assert left(own_folders) == []


@pytest.mark.parametrize("twin", ["._photos.zip", "__MACOSX/._photos.zip", ".cache/photos.tar"])
def test_what_a_system_keeps_beside_an_archive_is_none(twin: str) -> None:
    browse.add_files("zoo", [*DROPPED, (twin, b"Mac OS X")])
    assert total("zoo") == 40


def test_an_archive_by_its_path_is_a_set_with_its_name(own_folders: Path) -> None:
    path = tar_of(own_folders / "My pets.tar.gz", GOOD)
    assert browse.known_as(str(path)) == "my-pets" == browse.known_as(str(path))
    assert total("my-pets") == 10


def test_a_large_archive_waits_to_be_unpacked(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.reading.archives.unpacked.AT_ONCE", 10)
    tar_of(own_folders / "data" / "pets" / "train.tar.gz", GOOD)
    row = rows()["pets"]
    assert not row.ready and row.packed > 10 and "to be unpacked once" in row.reason
    browse.unpack_set("pets", lambda done, of: None)
    assert rows()["pets"].ready and not rows()["pets"].packed


@pytest.mark.parametrize("path", ["~nobody-at-all/x", "~\0", "~\ud800"])
def test_a_home_of_nobody_is_no_folder(own_folders: Path, path: str) -> None:
    with pytest.raises(SettingsError, match="'folder' must be the path of a folder"):
        browse.add_folder("pets", path)
    with pytest.raises(SettingsError, match="There is no data set '~"):
        sets.open_set(path)
