"""Names and members of archives that lead elsewhere or are no pictures: left out by name; odd names that are harmless are read."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from ssl_core.reading import files
from tests.help.folders import plain
from tests.help.malice import (
    GOOD,
    KINDS,
    PACKINGS,
    archive,
    everything,
    linked,
    odd,
    refused,
    tar_of,
    zip_of,
)

pytestmark = pytest.mark.usefixtures("own_folders")


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
