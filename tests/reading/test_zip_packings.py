"""Zips whose files are packed by bzip2 or LZMA: unpacked a piece at a time, and never more than the list says."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ssl_core.reading import files
from ssl_core.reading.archives import zips
from ssl_core.reading.archives.zips import Zip
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.settings import SettingsError
from tests.help.malice import GOOD, LOUD, everything, refused, zip_of

PACKINGS = {"bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}
by_packing = pytest.mark.parametrize("packing", PACKINGS.values(), ids=PACKINGS)


def changed(path: Path, old: bytes, new: bytes) -> Path:
    """The same zip, some of its bytes others; both must be as long."""
    data = path.read_bytes()
    assert old in data and len(old) == len(new)
    path.write_bytes(data.replace(old, new))
    return path


@by_packing
def test_every_file_gives_its_bytes(tmp_path: Path, packing: int) -> None:
    content = {**GOOD, "cat/loud.png": LOUD, "cat/empty.png": b""}
    index = files.fresh_index(zip_of(tmp_path / "a.zip", content, compression=packing))
    assert everything(index) == content and refused(index) == {}


@by_packing
def test_many_pieces_join_to_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packing: int) -> None:
    monkeypatch.setattr(zips, "PIECE", 1000)
    content = {"a.png": LOUD + bytes(200_000) + LOUD}
    assert everything(files.fresh_index(zip_of(tmp_path / "a.zip", content, compression=packing))) == content


@by_packing
def test_a_list_that_says_less_than_there_is_gets_no_more(tmp_path: Path, packing: int) -> None:
    data = bytes(60 * 2**20)
    path = zip_of(tmp_path / "a.zip", {"a.png": data}, compression=packing)
    changed(path, struct.pack("<I", len(data)), struct.pack("<I", 1000))
    archive = Zip(path)
    assert [each.size for each in archive.entries()] == [1000]
    tracemalloc.start()
    with pytest.raises(Unreadable, match="is damaged inside the zip"):
        archive.read("a.png")
    assert tracemalloc.get_traced_memory()[1] < 6e6
    tracemalloc.stop()


@by_packing
def test_a_list_that_says_more_than_there_is_is_not_believed(tmp_path: Path, packing: int) -> None:
    path = zip_of(tmp_path / "a.zip", {"a.png": LOUD}, compression=packing)
    archive = Zip(changed(path, struct.pack("<I", len(LOUD)), struct.pack("<I", len(LOUD) + 9)))
    assert [each.size for each in archive.entries()] == [len(LOUD) + 9]
    with pytest.raises(Unreadable, match=r"is damaged inside the zip \(ends too early\)"):
        archive.read("a.png")


@by_packing
def test_a_changed_byte_is_told(tmp_path: Path, packing: int) -> None:
    path = zip_of(tmp_path / "a.zip", {"a.png": LOUD}, compression=packing)
    data = bytearray(path.read_bytes())
    data[30_000] ^= 255
    path.write_bytes(data)
    with pytest.raises(Unreadable, match="is damaged inside the zip"):
        Zip(path).read("a.png")


def test_lzma_that_asks_for_gigabytes_gets_as_much_as_its_file_is_long(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", GOOD, compression=zipfile.ZIP_LZMA)
    head = path.read_bytes()[30 + len("cat/0.png") :][:9]
    index = files.fresh_index(changed(path, head, head[:5] + struct.pack("<I", 2**32 - 1)))
    assert everything(index) == GOOD


@by_packing
def test_arrays_packed_so_are_refused(tmp_path: Path, packing: int, own_folders: Path) -> None:
    np.savez(tmp_path / "plain.npz", train_images=np.zeros((4, 8, 8), np.uint8))
    with zipfile.ZipFile(tmp_path / "plain.npz") as plain:
        path = zip_of(tmp_path / "a.npz", {name: plain.read(name) for name in plain.namelist()}, compression=packing)
    with pytest.raises(SettingsError, match="'train_images' of 'a.npz' are packed by bzip2 or LZMA; save them with numpy.savez_compressed"):
        files.fresh_index(path)
