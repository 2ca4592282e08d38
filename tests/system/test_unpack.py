"""Downloads unpacked: into their folder and nowhere else."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ssl_core.settings import SettingsError
from ssl_core.system import unpack as room
from ssl_core.system.unpack import extract, settle


def tar(path: Path, members: dict[str, bytes | tarfile.TarInfo]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = data if isinstance(data, tarfile.TarInfo) else tarfile.TarInfo(name)
            if isinstance(data, bytes):
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data) if isinstance(data, bytes) else None)
    return path


def a_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def special(kind: bytes, to: str = "../../out") -> tarfile.TarInfo:
    info = tarfile.TarInfo("a/link")
    info.type, info.linkname = kind, to
    return info


def out(path: Path, report: Callable[[int, int], object] = lambda done, of: None) -> Path:
    home = path.parent / "home"
    extract(path, home, report)
    return home


MEMBERS = {"a/one.txt": b"1", "a/b/two.txt": b"22" * 1000}


@pytest.mark.parametrize(
    "make", [lambda p: tar(p / "x.tar.gz", MEMBERS), lambda p: tar(p / "x.tgz", MEMBERS), lambda p: a_zip(p / "x.zip", MEMBERS)]
)
def test_every_member_is_where_it_belongs(make: Callable[[Path], Path], tmp_path: Path) -> None:
    home = out(make(tmp_path))
    assert {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()} == MEMBERS


def test_one_file_alone_is_unzipped_or_copied(tmp_path: Path) -> None:
    (tmp_path / "x.h5.gz").write_bytes(gzip.compress(b"numbers"))
    (tmp_path / "y.mat").write_bytes(b"labels")
    assert (out(tmp_path / "x.h5.gz") / "x.h5").read_bytes() == b"numbers"
    assert (out(tmp_path / "y.mat") / "y.mat").read_bytes() == b"labels"


NAMES = ["../out.txt", "a/../../out.txt", "/out.txt", "a\\..\\out.txt"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("make", [lambda p, m: tar(p / "x.tar.gz", m), lambda p, m: a_zip(p / "x.zip", m)], ids=["tar", "zip"])
def test_a_name_that_leads_out_is_refused(make: Callable[..., Path], name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="leads out of its folder. Nothing of it is used"):
        out(make(tmp_path, {name: b"bad"}))
    assert not (tmp_path / "out.txt").exists() and not list(tmp_path.rglob("out.txt"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(kind: bytes, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a link or device"):
        out(tar(tmp_path / "x.tar.gz", {"link": special(kind)}))
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz", "x.gz"])
def test_a_bomb_is_refused(name: str, tmp_path: Path) -> None:
    zeros, path = bytes(12 * 2**20), tmp_path / name
    if name == "x.gz":
        path.write_bytes(gzip.compress(zeros))
    else:
        (a_zip if name == "x.zip" else tar)(path, {"zeros": zeros})
    with pytest.raises(SettingsError, match="unpacks to more than 100 times its size"):
        out(path)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_FILES", 1)
    with pytest.raises(SettingsError, match="holds more than 1 files"):
        out(a_zip(tmp_path / "x.zip", MEMBERS))


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz", "x.gz"])
def test_an_archive_cut_short_is_said_to_be_damaged(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "x.gz":
        path.write_bytes(gzip.compress(bytes(range(256)) * 50))
    else:
        (a_zip if name == "x.zip" else tar)(path, {"a.bin": bytes(range(256)) * 50})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(SettingsError, match=f"'{name}' is damaged .* fetch it again"):
        out(path)


def test_what_was_made_joins_what_is_there(tmp_path: Path) -> None:
    for name in ("made/set/a.txt", "made/set/deep/b.txt", "home/set/c.txt", "home/other.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    settle(tmp_path / "made", tmp_path / "home")
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"home/set/a.txt", "home/set/deep/b.txt", "home/set/c.txt", "home/other.txt"}
