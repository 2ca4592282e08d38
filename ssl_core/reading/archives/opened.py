"""The source of files for a path: a folder, or an archive by its first bytes."""

from __future__ import annotations

from pathlib import Path

from ssl_core.reading.archives.npz import arrays
from ssl_core.reading.archives.tars import Tar
from ssl_core.reading.archives.unpacked import Report, Unpacked, fill_from_tar, packing
from ssl_core.reading.archives.zips import ZIPPED, Zip, head
from ssl_core.reading.sources import FileSource, Tree


def source_of(path: Path, report: Report) -> FileSource:
    """The source that reads a folder or an archive; its first bytes decide on the kind, not its name."""
    if path.is_dir():
        return Tree(path)
    if path.name.lower().endswith(".npz"):
        return arrays(path, report)
    if packing(path):
        return Unpacked(path, fill_from_tar, report)
    return Zip(path) if path.name.lower().endswith(".zip") or head(path) == ZIPPED else Tar(path)


def needs_unpacking(path: Path) -> bool:
    """Whether an archive can't be read where it lies."""
    return path.name.lower().endswith(".npz") or packing(path) != ""
