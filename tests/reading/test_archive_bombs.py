"""Archives that want too much: refused whole or in part, within bounds of disk, memory and number."""

from __future__ import annotations

import tarfile
import time
import tracemalloc
from pathlib import Path

import pytest

from ssl_core.reading import files, sources
from ssl_core.reading.archives import unpacked
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.settings import SettingsError
from tests.help.malice import (
    GOOD,
    archive,
    bomb,
    everything,
    left,
    lying,
    odd,
    overlapping,
    refused,
    tar_of,
    zip_of,
)

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.mark.parametrize("kind", ["tar.gz", "tar.xz", "tar.bz2"])
def test_a_bomb_is_refused_and_leaves_nothing(own_folders: Path, kind: str) -> None:
    path = bomb(own_folders / f"boom.{kind}")
    with pytest.raises(SettingsError, match=rf"'boom.{kind}' would unpack to more than 100 times its size. Unpack it yourself"):
        files.index(path)
    assert left(own_folders) == []


def test_one_bomb_in_a_zip_is_left_out_by_name(own_folders: Path) -> None:
    index = files.index(bomb(own_folders / "boom.zip"))
    assert everything(index) == GOOD
    assert "would unpack to 40 MB, 1,0" in refused(index)["cat/boom.png"] and "up to 100 times is read" in refused(index)["cat/boom.png"]


def test_a_zip_whose_files_lie_in_one_another_is_refused(own_folders: Path) -> None:
    with pytest.raises(SettingsError, match=r"'quine.zip' would unpack to 25 MB, 2\d\d times its size"):
        files.index(overlapping(own_folders / "quine.zip"))


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_too_many_files_are_refused(own_folders: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(sources, "MOST_FILES", 9)
    with pytest.raises(SettingsError, match=f"'many.{kind}' holds more than 9 files: make several archives of it"):
        files.index(archive(own_folders / f"many.{kind}", GOOD))
    assert left(own_folders) == []


def test_what_is_unpacked_is_bounded(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "MOST_UNPACKED", 500)
    with pytest.raises(SettingsError, match="'big.tar.gz' unpacks to more than .* at most .* GB is unpacked"):
        files.index(tar_of(own_folders / "big.tar.gz", GOOD))
    assert left(own_folders) == []


def test_the_disks_last_gigabyte_stays_free(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "STAYS_FREE", 2**62)
    with pytest.raises(SettingsError, match="the disk's last GB stays free"):
        files.index(tar_of(own_folders / "big.tar.gz", GOOD))
    assert left(own_folders) == []


def test_a_list_of_contents_without_end_is_not_read(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.reading.archives.zips.SIP", 400)
    with pytest.raises(SettingsError, match="'a.zip' can't be opened as a zip: its list of contents says it is"):
        files.index(zip_of(own_folders / "a.zip", GOOD))


@pytest.mark.parametrize("says", [10, 10**6, 2**31])
def test_a_zip_that_lies_about_sizes_is_not_believed(own_folders: Path, says: int) -> None:
    index = files.index(lying(own_folders / "lies.zip", says))
    rest = {}
    for entry in (*index.train, *index.test):
        try:
            rest[entry.name] = index.read(entry)
        except Unreadable as error:
            assert entry.name == "cat/0.png" and "is damaged inside the zip" in str(error)
    assert {name: data for name, data in GOOD.items() if name != "cat/0.png"}.items() <= rest.items()
    assert rest.get("cat/0.png", GOOD["cat/0.png"]) == GOOD["cat/0.png"]


def said(key: str, value: bytes) -> bytes:
    """A header that says something of the next file."""
    rest = b" " + key.encode() + b"=" + value + b"\n"
    data = b"%d" % (len(rest) + 5) + rest
    return odd("said", tarfile.XHDTYPE, size=len(data)).tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % 512)


def test_headers_about_nothing_take_no_memory(own_folders: Path) -> None:
    path = tar_of(own_folders / "pets.tar", GOOD)
    path.write_bytes(b"".join(said(f"note.{k:03d}", b"x" * 60_000) for k in range(200)) + path.read_bytes())  # 12 MB
    tracemalloc.start()
    try:
        assert everything(files.index(path)) == GOOD and tracemalloc.get_traced_memory()[1] < 2 * 2**20
    finally:
        tracemalloc.stop()


def test_thousands_of_names_that_look_alike_are_soon_told_apart() -> None:
    begun, found = time.process_time(), dict.fromkeys(["b~3.png", "b.png"], "")
    for _ in range(10_000):
        found[sources.unlike("a.png", found)] = ""
    assert time.process_time() - begun < 3  # counted from 2 each time: a minute
    assert {"a.png", "a~2.png", "a~3.png", "a~10000.png"} < set(found) and len(found) == 10_002
    for _ in range(10):
        found[sources.unlike("b.png", found)] = ""
    assert len(found) == 10_012


def test_a_lie_about_sizes_takes_no_memory(own_folders: Path) -> None:
    path = bomb(own_folders / "boom.zip", 100 * 2**20)
    data = bytearray(path.read_bytes())
    place = data.rfind(b"PK\1\2")  # of the bomb, which comes last
    data[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(data)
    index = files.index(path)
    tracemalloc.start()
    with pytest.raises(Unreadable, match="is damaged inside the zip"):
        index.read(next(entry for entry in (*index.train, *index.test) if entry.name == "cat/boom.png"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20
