"""Archives: all kinds are read alike; hostile ones are refused whole or in part, by name, and leave nothing behind."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import random
import shutil
import tarfile
import time
import tracemalloc
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from ssl_core.reading import files, sources, unpacked
from ssl_core.reading.pixels import Unreadable
from ssl_core.settings import SettingsError
from tests.folders import plain
from tests.malice import GOOD, LOUD, PACKINGS, bomb, cut, encrypted, linked, lying, odd, overlapping, tar_of, zip_of

pytestmark = pytest.mark.usefixtures("own_folders")
KINDS = ("zip", *PACKINGS)


def archive(path: Path, content: dict[str, bytes]) -> Path:
    return zip_of(path, content) if path.suffix == ".zip" else tar_of(path, content)


def everything(index: files.Index) -> dict[str, bytes]:
    return {entry.name: index.read(entry) for entry in (*index.train, *index.test)}


def refused(index: files.Index) -> dict[str, str]:
    return dict(index.left_out["train"] + index.left_out["test"])


def left(folder: Path) -> list[str]:
    """Whatever lies in our cache, but for the lock."""
    return sorted(str(path.relative_to(folder)) for path in (folder / "cache").rglob("*") if path.name not in ("archives", "lock"))


# all kinds alike


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
    index = files.Index(tar_of(own_folders / "a.tar", {name: plain(1), "b/2.png": plain(2)}, form=form))
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
        index = files.index(archive(own_folders / f"{kind}.{kind}", {**GOOD, "labels.csv": b"file,label\n"}))
        assert [(table.name, index.read(table)) for table in index.tables] == [("labels.csv", b"file,label\n")]


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

    monkeypatch.setattr(files, "fill_from_tar", fill)
    with ThreadPoolExecutor(4) as askers:
        found = list(askers.map(lambda _: everything(files.listed(path)), range(4)))
    assert found == [GOOD] * 4 and len(filled) == 1


def test_pictures_are_read_by_several_at_once(own_folders: Path) -> None:
    for kind in KINDS:
        index = files.index(archive(own_folders / f"{kind}.{kind}", GOOD))
        entries = [*index.train, *index.test] * 20
        with ThreadPoolExecutor(4) as readers:
            assert list(readers.map(index.read, entries)) == [GOOD[entry.name] for entry in entries]


# bombs


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
    monkeypatch.setattr("ssl_core.reading.zips.SIP", 400)
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


# names and kinds


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../evil.png", "leads out of the archive"),
        ("cat/../../evil.png", "leads out of the archive"),
        ("/etc/evil.png", "is named by an absolute path"),
        ("C:/evil.png", "is named by an absolute path"),
        ("..\\..\\evil.png", "leads out of the archive"),
        ("cat/" + "x" * 1100 + ".png", "has a name of 1,108 characters; up to 1,024 are read"),
        ("cat/inner.zip", "is an archive inside an archive, which is not opened"),
        ("cat/inner.tar.gz", "is an archive inside an archive, which is not opened"),
    ],
)
def test_hostile_names_are_left_out_by_name(own_folders: Path, kind: str, name: str, reason: str) -> None:
    before = set(own_folders.parent.rglob("*evil*"))
    index = files.index(archive(own_folders / f"a.{kind}", {**GOOD, name: plain(3)}))
    assert everything(index) == GOOD and list(refused(index).values()) == [reason]
    assert set(own_folders.parent.rglob("*evil*")) == before


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (tarfile.SYMTYPE, "is a link, which is not followed"),
        (tarfile.LNKTYPE, "is a link, which is not followed"),
        (tarfile.CHRTYPE, "is a device, not a picture"),
        (tarfile.BLKTYPE, "is a device, not a picture"),
        (tarfile.FIFOTYPE, "is a pipe, not a picture"),
        (tarfile.GNUTYPE_SPARSE, "is a sparse file, which isn't read here"),
    ],
)
def test_what_is_no_file_is_left_out_by_name(own_folders: Path, packing: str, kind: bytes, reason: str) -> None:
    index = files.index(tar_of(own_folders / f"a.{packing}", GOOD, odd("cat/odd.png", kind, "/etc/passwd")))
    assert everything(index) == GOOD and refused(index) == {"cat/odd.png": reason}


def test_a_link_in_a_zip_is_left_out_by_name(own_folders: Path) -> None:
    index = files.index(linked(own_folders / "a.zip"))
    assert everything(index) == GOOD and refused(index) == {"cat/link.png": "is a link, which is not followed"}


def test_what_is_no_file_in_a_folder_is_named(own_folders: Path) -> None:
    home = own_folders / "set"
    (home / "more").mkdir(parents=True)
    for name in ("set/a.png", "set/more/b.png", "secret.png"):
        (own_folders / name).write_bytes(plain(1))
    (home / "out.png").symlink_to(own_folders / "secret.png")
    (home / "folder").symlink_to(home / "more")
    (home / "nothing.png").symlink_to(home / "gone")
    os.mkfifo(home / "pipe.png")
    index = files.index(home)
    assert set(everything(index)) == {"a.png", "more/b.png"}
    assert refused(index) == {
        "out.png": "is a link out of the folder, which is not followed",
        "folder": "is a link to a folder, which is not followed",
        "nothing.png": "is a link to nothing",
        "pipe.png": "is no plain file",
    }


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", KINDS)
def test_of_two_files_of_one_name_the_last_counts(own_folders: Path, kind: str) -> None:
    path = own_folders / f"a.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(zip_of(path, GOOD), "a") as archive_file:
            archive_file.writestr("cat/0.png", plain(99))
    else:
        packing = "" if kind == "tar" else path.suffix[1:]
        with tarfile.open(path, f"w:{packing}") as tar:
            for name, data in [*GOOD.items(), ("cat/0.png", plain(99))]:
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    index = files.index(path)
    assert everything(index) == {**GOOD, "cat/0.png": plain(99)}
    assert refused(index) == {"cat/0.png": "is in it more than once: the last one counts"}


@pytest.mark.parametrize("packing", PACKINGS)
def test_names_that_look_alike_are_told_apart(own_folders: Path, packing: str) -> None:
    alike = {bytes([99, end]).decode("utf-8", "surrogateescape") + ".png": plain(end) for end in (0xE8, 0xE9)}
    index = files.index(tar_of(own_folders / f"a.{packing}", alike, form=tarfile.GNU_FORMAT))
    assert everything(index) == {"c\ufffd.png": plain(0xE8), "c\ufffd~2.png": plain(0xE9)} and not refused(index)


@pytest.mark.parametrize("packing", PACKINGS)
def test_names_that_are_no_utf8_are_shown_all_the_same(own_folders: Path, packing: str) -> None:
    bad = {b"cat/caf\xe9.png".decode("utf-8", "surrogateescape"): plain(1), "cat/a\nb.png": plain(2)}
    index = files.index(tar_of(own_folders / f"a.{packing}", {**GOOD, **bad}, form=tarfile.GNU_FORMAT))
    assert {"cat/caf\ufffd.png", "cat/a\ufffdb.png"} <= set(everything(index))


def test_a_file_on_disk_may_have_a_name_that_is_no_utf8(own_folders: Path) -> None:
    (own_folders / "set").mkdir()
    for end in (b"\xe9", b"\xe8"):
        Path(os.fsdecode(os.fsencode(own_folders / "set") + b"/caf" + end + b".png")).write_bytes(plain(end[0]))
    assert set(everything(files.index(own_folders / "set"))) == {"caf\ufffd.png", "caf\ufffd~2.png"}


def test_zips_whose_writer_did_not_say_utf8_are_read_as_meant(own_folders: Path) -> None:
    path = zip_of(own_folders / "a.zip", {"kätze/1.png": plain(1), "b/2.png": plain(2)})
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\3\4", 7), (b"PK\1\2", 9)):
        data[data.find(mark) + flags] &= ~8
    path.write_bytes(data)
    assert "kätze/1.png" in everything(files.index(path))


# damage


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
    part = Path(f"{unpacked.home_of(path)}.part")
    part.mkdir(parents=True)
    (part / "bytes").write_bytes(b"half")
    assert everything(files.index(path)) == GOOD and not part.exists()


def test_a_full_disk_is_said_and_leaves_nothing(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*asked: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(unpacked.Store, "add", full)
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
    assert everything(index) == GOOD == everything(files.listed(path))


def test_a_stop_leaves_nothing(own_folders: Path) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.index(tar_of(own_folders / "a.tar.gz", GOOD), stop)
    assert left(own_folders) == []


def test_many_left_out_files_are_counted(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "NAMED", 3)
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
        index = files.listed(path)
        for entry in (*index.train, *index.test):
            index.read(entry)
    except (SettingsError, Unreadable) as error:
        assert str(error)
    allowed = {own_folders / name for name in ("cache", "data", "runs", f"a.{kind}")}
    assert set(own_folders.iterdir()) <= allowed and not list(own_folders.rglob("*.part"))
