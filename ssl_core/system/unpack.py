"""Unpacks a downloaded archive into one folder and nowhere else. No torch.

The checksum shows that an archive is what its authors published; a path that leads out of the folder is refused all the same.
"""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from ssl_core.settings import SettingsError

Report = Callable[[int, int], object]  # bytes unpacked so far, at most the archive's size; the archive's size. May raise to stop the work
TARS = (".tar", ".tar.gz", ".tgz")
MOST_FILES = 200_000
RATIO = 100  # times its own size that an archive may unpack to
TRIFLE = 2**20  # bytes allowed on top of that
PIECE = 2**20  # bytes a read
DAMAGED = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, NotImplementedError)


def extract(path: Path, home: Path, report: Report) -> None:
    """Unpacks an archive (or one file's .gz) into a folder; a file of another kind is copied there.

    Raises:
        SettingsError: the archive is damaged, holds links, devices, too many files or paths that lead out of the folder, or unpacks to
            more than `RATIO` times its size.
    """
    size, done = path.stat().st_size, 0
    try:
        for count, (name, source) in enumerate(_members(path)):
            if count >= MOST_FILES:
                raise SettingsError(f"'{path.name}' holds more than {MOST_FILES:,} files. Nothing of it is used.")
            target = home / _inside(name, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            with source, open(target, "wb") as out:
                while piece := source.read(PIECE):
                    out.write(piece)
                    done += len(piece)
                    if done > RATIO * size + TRIFLE:
                        raise SettingsError(f"'{path.name}' unpacks to more than {RATIO} times its size. Nothing of it is used.")
                    report(min(done, size), size)
    except DAMAGED as error:
        reason = str(error).split("\n")[0].rstrip(": ")
        raise SettingsError(f"'{path.name}' is damaged ({reason}). Nothing of it is used: fetch it again.") from None


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Path and open file of each member; directories are passed over."""
    if path.name.endswith(TARS):
        with tarfile.open(path) as tar:
            for member in tar:
                if member.isfile():
                    file = tar.extractfile(member)
                    assert file is not None  # a file, as asked
                    yield member.name, file
                elif not member.isdir():
                    raise SettingsError(f"'{member.name[:60]}' in '{path.name}' is a link or device. Nothing of it is used.")
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not info.is_dir():  # links come out as plain files that hold their target's name
                    yield info.filename, archive.open(info)
    else:
        yield path.name.removesuffix(".gz"), _plain(path)


def _plain(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else open(path, "rb")  # type: ignore[return-value]


def _inside(name: str, path: Path) -> PurePosixPath:
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts or "\\" in name or "\0" in name or not inside.parts:
        raise SettingsError(f"'{name[:60]}' in '{path.name}' leads out of its folder. Nothing of it is used.")
    return inside


def settle(made: Path, home: Path) -> None:
    """Moves everything below `made` to the same path below `home`: folders are merged, files replaced; then deletes `made`."""
    if not home.is_dir():
        home.parent.mkdir(parents=True, exist_ok=True)
        made.replace(home)
        return
    for path in sorted(made.iterdir()):
        if path.is_dir():
            settle(path, home / path.name)
        else:
            path.replace(home / path.name)
    shutil.rmtree(made)
