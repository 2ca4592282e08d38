"""Archives that are encrypted, cut short, broken, or meet a full disk: they say so and leave nothing behind."""

from __future__ import annotations

import errno
import random
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from ssl_core.reading import files, sources
from ssl_core.reading import index as index_of_set
from ssl_core.reading.archives import unpacked
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.settings import SettingsError
from tests.help.folders import plain
from tests.help.malice import (
    GOOD,
    KINDS,
    LOUD,
    archive,
    cut,
    encrypted,
    everything,
    left,
    odd,
    refused,
    tar_of,
)

pytestmark = pytest.mark.usefixtures("own_folders")


def test_an_encrypted_picture_is_left_out_by_name(own_folders: Path) -> None:
    index = files.index(encrypted(own_folders / "a.zip", "cat/3"))
    assert refused(index) == {"cat/3.png": "is encrypted"} and len(everything(index)) == 9


def test_an_encrypted_archive_says_so(own_folders: Path) -> None:
    with pytest.raises(SettingsError, match=r"No picture in '.*a.zip' can be used: cat/0.png is encrypted, and 9 more"):
        files.index(encrypted(own_folders / "a.zip"))


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar.xz", "tar.bz2"])
@pytest.mark.parametrize("share", [0.3, 0.95])
def test_a_truncated_archive_says_so_and_leaves_nothing(own_folders: Path, kind: str, share: float) -> None:
    path = cut(archive(own_folders / f"half.{kind}", {**GOOD, "cat/loud.png": LOUD}), share)
    with pytest.raises(SettingsError, match=f"'half.{kind}' can't be opened as a .*: it ends too early .truncated.; copy or download"):
        files.index(path)
    assert left(own_folders) == []


def test_of_a_truncated_tar_the_beginning_is_read(own_folders: Path) -> None:
    path = tar_of(own_folders / "half.tar", {"cat/1.png": plain(1), "dog/2.png": plain(2), "dog/3.png": LOUD})
    index = files.index(cut(path))
    assert refused(index) == {"half.tar": "ends too early (truncated): what comes after dog/3.png is not read"}
    with pytest.raises(Unreadable, match="ends too early"):
        index.read(next(entry for entry in (*index.train, *index.test) if entry.name == "dog/3.png"))
    assert len(index.train) + len(index.test) == 3


def test_a_tar_that_is_broken_in_the_middle_is_read_up_to_there(own_folders: Path) -> None:
    path = tar_of(own_folders / "a.tar", GOOD)
    data = bytearray(path.read_bytes())
    place = data.find(b"dog/1.png")
    data[place : place + 3] = b"DOG"
    path.write_bytes(data)
    index = files.index(path)
    assert len(everything(index)) == 6
    assert refused(index) == {"a.tar": "is damaged (a header's sum is wrong): what comes after dog/0.png is not read"}


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.zip", b"", "'a.zip' can't be opened as a zip"),
        ("a.zip", b"PK not really", "'a.zip' can't be opened as a zip"),
        ("a.tar", b"", "'a.tar' can't be opened as a tar: it is empty"),
        ("a.tar", b"words " * 200, "'a.tar' can't be opened as a tar: it is no tar"),
        ("a.tar", bytes(10240), "There is no picture in '.*a.tar'"),
        ("a.tgz", b"\x1f\x8bnot really", "'a.tgz' can't be opened as a tar: it is damaged"),
        ("a.txz", b"\xfd7zXZ\0not really", "'a.txz' can't be opened as a tar: it is damaged"),
        ("a.zip", b"PK\5\6" + bytes(18), "There is no picture in '.*a.zip'"),
        ("a.npz", b"", "'a.npz' can't be opened as a zip"),
    ],
)
def test_what_is_no_archive_or_empty_says_so(own_folders: Path, name: str, data: bytes, sentence: str) -> None:
    (own_folders / name).write_bytes(data)
    with pytest.raises(SettingsError, match=sentence):
        files.index(own_folders / name)
    assert left(own_folders) == []


def test_a_killed_unpacking_is_thrown_away_by_the_next(own_folders: Path) -> None:
    path = tar_of(own_folders / "a.tar.gz", GOOD)
    part = Path(f"{unpacked.unpacked_home(path)}.part")
    part.mkdir(parents=True)
    (part / "bytes").write_bytes(b"half")
    assert everything(files.index(path)) == GOOD and not part.exists()


def test_a_full_disk_is_said_and_leaves_nothing(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*asked: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(unpacked.UnpackedStore, "add", full)
    with pytest.raises(SettingsError, match="'a.tar.gz' can't be unpacked into '.*': no space left on device. Make room, or choose"):
        files.index(tar_of(own_folders / "a.tar.gz", GOOD))
    assert left(own_folders) == []


def test_a_cache_that_cannot_be_written_is_said(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_folders / "file").touch()
    monkeypatch.setenv("SSL_CACHE", str(own_folders / "file" / "cache"))
    with pytest.raises(SettingsError, match="'a.tar.gz' can't be unpacked into .*choose another folder with SSL_CACHE"):
        files.index(tar_of(own_folders / "a.tar.gz", GOOD))


def test_pictures_are_read_on_after_the_caches_were_cleared(own_folders: Path) -> None:
    path = tar_of(own_folders / "a.tar.gz", GOOD)
    index = files.index(path)
    shutil.rmtree(own_folders / "cache")
    assert everything(index) == GOOD == everything(files.fresh_index(path))


def test_a_stop_leaves_nothing(own_folders: Path) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.index(tar_of(own_folders / "a.tar.gz", GOOD), stop)
    assert left(own_folders) == []


def test_many_left_out_files_are_counted(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_of_set, "NAMED", 3)
    index = files.index(tar_of(own_folders / "a.tar", GOOD, *(odd(f"{k}.png", tarfile.FIFOTYPE) for k in range(10))))
    assert [*refused(index)] == ["0.png", "1.png", "2.png"]
    assert refused(index)["2.png"] == "is a pipe, not a picture; 7 more files are left out too"


# whatever comes


NAMES = some.text(min_size=1, max_size=30) | some.lists(some.sampled_from(["..", ".", "", "a", "\\", "C:", "~", "b.png"])).map("/".join)


@given(some.lists(NAMES, max_size=8))
def test_no_name_leads_anywhere(names: list[str]) -> None:
    sieve = sources.Sieve("x.zip")
    for raw in names:
        name = sieve.name(raw + ".png")
        if name is not None:
            assert not name.startswith("/") and ".." not in name.split("/") and name.isprintable() == sources.shown(name).isprintable()
            (sources.shown(name) + "!").encode("utf-8")
    assert all(sources.shown(name) == name for name, _ in sieve.left_out)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=some.integers(0, 2**32), count=some.integers(1, 30))
def test_damaged_anyhow_it_ends_in_a_sentence(own_folders: Path, kind: str, seed: int, count: int) -> None:
    path = own_folders / f"a.{kind}"
    data, chance = bytearray(archive(path, GOOD).read_bytes()), random.Random(seed)
    for _ in range(count):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path.write_bytes(data[: chance.randrange(len(data))] if chance.random() < 0.2 else data)
    try:
        index = files.fresh_index(path)
        for entry in (*index.train, *index.test):
            index.read(entry)
    except (SettingsError, Unreadable) as error:
        assert str(error)
    allowed = {own_folders / name for name in ("cache", "data", "runs", f"a.{kind}")}
    assert set(own_folders.iterdir()) <= allowed and not list(own_folders.rglob("*.part"))
