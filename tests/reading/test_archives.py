"""Archives: all kinds are read alike, and unpacked once."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ssl_core.reading import files
from ssl_core.reading.archives import opened as opening
from ssl_core.reading.archives import unpacked
from ssl_core.settings import SettingsError
from tests.help.folders import plain
from tests.help.malice import (
    GOOD,
    KINDS,
    archive,
    everything,
    left,
    refused,
    tar_of,
    zip_of,
)

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_holds_the_same_pictures(own_folders: Path, kind: str) -> None:
    index = files.index(archive(own_folders / f"pets.{kind}", GOOD))
    assert everything(index) == GOOD and index.classes == ("cat", "dog") and not refused(index)


@pytest.mark.parametrize("kind", KINDS)
def test_halves_may_be_archives(own_folders: Path, kind: str) -> None:
    for half in ("train", "test"):
        archive(own_folders / "pets" / f"{half}.{kind}", GOOD)
    index = files.index(own_folders / "pets")
    assert [entry.name for entry in index.test] == [f"test/{name}" for name in sorted(GOOD)] and index.given


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_halves_may_lie_inside_an_archive(own_folders: Path, kind: str) -> None:
    content = {f"pets/{half}/{name}": data for half in ("train", "val", "test") for name, data in GOOD.items()}
    index = files.index(archive(own_folders / f"pets.{kind}", {**content, "pets/.hidden.png": b"", "pets/about.txt": b"pets"}))
    assert (len(index.train), len(index.test), index.classes) == (10, 10, ("cat", "dog"))
    assert index.note.strip() == "'val' beside 'train' and 'test' is left out."


def test_a_folder_that_holds_one_archive_is_that_archive(own_folders: Path) -> None:
    archive(own_folders / "pets" / "download.tar", GOOD)
    (own_folders / "pets" / "LICENSE").write_text("free")
    assert everything(files.index(own_folders / "pets")) == GOOD


@pytest.mark.parametrize(("name", "like"), [("a.tar", "tar.gz"), ("a.tgz", "tar"), ("a.zip", "tar.xz"), ("a.tar", "zip")])
def test_an_archive_is_known_by_its_first_bytes(own_folders: Path, name: str, like: str) -> None:
    archive(own_folders / f"b.{like}", GOOD).rename(own_folders / name)
    assert everything(files.index(own_folders / name)) == GOOD


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("name", ["a/" + "x" * 90 + "/" + "y" * 80 + ".png", "é/ü.png", "short.png"])
def test_names_of_tars_are_read_in_every_form(own_folders: Path, form: int, name: str) -> None:
    index = files.index(tar_of(own_folders / "a.tar", {name: plain(1), "b/2.png": plain(2)}, form=form))
    assert set(everything(index)) == {name, "b/2.png"}


def test_several_packed_files_one_after_another_are_one(own_folders: Path) -> None:
    data = tar_of(own_folders / "a.tar", GOOD).read_bytes()
    for name, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)):
        path = own_folders / f"a.tar.{name}"
        path.write_bytes(pack(data[:1000]) + pack(data[1000:]))
        assert everything(files.index(path)) == GOOD


def test_pieces_without_end_are_refused(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "MOST_FILES", 100)
    (own_folders / "a.tar.gz").write_bytes(gzip.compress(b"") * 200)
    with pytest.raises(SettingsError, match="'a.tar.gz' can't be opened as a tar: it is packed in more than 100 pieces"):
        files.index(own_folders / "a.tar.gz")


def test_tables_can_be_read_from_every_kind(own_folders: Path) -> None:
    for kind in KINDS:
        source = opening.source_of(archive(own_folders / f"{kind}.{kind}", {**GOOD, "labels.csv": b"file,label\n"}), unpacked.silent)
        assert [source.read(each.name) for each in source.entries() if each.name == "labels.csv"] == [b"file,label\n"]


def test_a_moved_archive_is_not_unpacked_again(own_folders: Path) -> None:
    files.index(tar_of(own_folders / "a.tar.gz", GOOD))
    before = left(own_folders)
    (own_folders / "a.tar.gz").rename(own_folders / "b.tar.gz")
    assert everything(files.index(own_folders / "b.tar.gz")) == GOOD and left(own_folders) == before
    assert len(before) == 3  # its folder with bytes and index.json: no name of the archive's


def test_a_folder_of_several_archives_says_what_to_do(own_folders: Path) -> None:
    for name in ("cats.zip", "dogs.zip"):
        zip_of(own_folders / "pets" / name, GOOD)
    with pytest.raises(SettingsError, match=r"There is no picture in .* It holds archives: name one by its path, as cats.zip"):
        files.index(own_folders / "pets")


def test_two_who_ask_at_once_unpack_once(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, filled = tar_of(own_folders / "a.tar.gz", GOOD), []

    def fill(*asked: Any) -> None:
        filled.append(asked)
        time.sleep(0.1)
        unpacked.fill_from_tar(*asked)

    monkeypatch.setattr(opening, "fill_from_tar", fill)
    with ThreadPoolExecutor(4) as askers:
        found = list(askers.map(lambda _: everything(files.fresh_index(path)), range(4)))
    assert found == [GOOD] * 4 and len(filled) == 1


def test_pictures_are_read_by_several_at_once(own_folders: Path) -> None:
    for kind in KINDS:
        index = files.index(archive(own_folders / f"{kind}.{kind}", GOOD))
        entries = [*index.train, *index.test] * 20
        with ThreadPoolExecutor(4) as readers:
            assert list(readers.map(index.read, entries)) == [GOOD[entry.name] for entry in entries]
