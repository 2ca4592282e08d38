"""Pictures in folders and zips: what there is, which class, which half. No torch, no picture is opened.

A set is a folder with `train` and `test` (folders or zips) of class folders, or one tree of class folders, or a flat heap of pictures.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

from ssl_core.pixels import READ, Unreadable
from ssl_core.settings import SettingsError

# every name that says "picture": what can't be read is skipped and named when it is opened, not passed over in silence
SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".heif")
TRAIN = ("train", "training")
TEST = ("test", "testing", "val", "valid", "validation")
MOST_FILES = 200_000  # a typed path may be a whole disk
MOST_BYTES = 500 * 2**20  # of one picture's file
FRESH = 2.0  # seconds a listing is trusted before the disk is asked again
KEPT = 16  # listings held in memory


class Entry(NamedTuple):
    """One picture's file."""

    name: str  # relative to the set, "/" between folders: the name a person knows it by
    inside: str  # relative to its source
    source: int
    size: int  # bytes
    stamp: int  # changes when the file does: time of the last change, or a zip's CRC


class Source(Protocol):
    """Something that lists files and reads them."""

    def entries(self) -> Iterator[tuple[str, int, int]]: ...  # name, bytes, stamp
    def read(self, name: str) -> bytes: ...


class Tree:
    """A folder on disk. Links that lead out of it, and linked folders, are not followed."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def entries(self) -> Iterator[tuple[str, int, int]]:
        """Every picture below, hidden files left out."""
        seen, heap = 0, [str(self.root)]
        while heap:
            with os.scandir(heap.pop()) as listing:
                for entry in listing:
                    seen += 1
                    if seen > MOST_FILES:
                        raise SettingsError(f"'{self.root}' holds more than {MOST_FILES:,} files: choose a folder further down.")
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        heap.append(entry.path)
                    elif entry.name.lower().endswith(SUFFIXES) and self._mine(entry):
                        facts = entry.stat()
                        yield os.path.relpath(entry.path, self.root).replace(os.sep, "/"), facts.st_size, facts.st_mtime_ns

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises Unreadable."""
        try:
            return (self.root / name).read_bytes()
        except OSError as error:
            raise Unreadable((error.strerror or "can't be read").lower()) from None

    def _mine(self, entry: os.DirEntry[str]) -> bool:
        if not entry.is_symlink():
            return entry.is_file(follow_symlinks=False)
        target = Path(entry.path).resolve()
        return target.is_relative_to(self.root) and target.is_file()


class Archive:
    """A zip, read in place: nothing is unpacked, so names in it lead nowhere."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def zip(self) -> zipfile.ZipFile:
        """The open archive; reading from it is safe from several threads."""
        try:
            return zipfile.ZipFile(self.path)
        except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
            raise SettingsError(f"'{self.path.name}' can't be opened as a zip: {error}.") from None

    def entries(self) -> Iterator[tuple[str, int, int]]:
        """Every picture inside, hidden files and the Finder's copies left out."""
        for info in self.zip.infolist():
            hidden = any(part.startswith((".", "__MACOSX")) for part in info.filename.split("/"))
            if info.filename.lower().endswith(SUFFIXES) and not hidden:
                yield info.filename, info.file_size, info.CRC

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises Unreadable."""
        try:
            return self.zip.read(name)
        except RuntimeError:
            raise Unreadable("is encrypted") from None
        except (OSError, KeyError, EOFError, ValueError, zipfile.BadZipFile, NotImplementedError, zlib.error) as error:
            raise Unreadable(f"is damaged inside the zip ({error})") from None


class Index:
    """What a folder or zip holds, listed once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sources: list[Source] = []
        halves = _halves(path)
        train = self._listed(halves[0])
        test = self._listed(halves[1]) if halves[1] else None
        if test is None:
            train = _without_wrapping(train)
        places = {entry.name: _folder(entry.name, halves[1] is not None) for entry in (*train, *(test or ()))}
        names = sorted(set(places.values()) - {""})
        self.classes = tuple(names) if len(names) > 1 else ()  # one class says nothing
        number = {name: k for k, name in enumerate(self.classes)}
        self.labels = {name: number.get(place, -1) for name, place in places.items()}
        self.given = test is not None  # whether the person said what is for testing
        self.train, self.test = (train, test) if test is not None else _parted(train)

    def _listed(self, path: Path) -> list[Entry]:
        source: Source = Tree(path) if path.is_dir() else Archive(path)
        self.sources.append(source)
        place, half = len(self.sources) - 1, "" if path == self.path else path.stem + "/"
        found = {name: Entry(half + name, name, place, size, stamp) for name, size, stamp in source.entries()}
        return _without_masks(sorted(found.values()))

    def entries(self, split: str) -> list[Entry]:
        """The pictures of a split, in the order of their names."""
        return self.train if split == "train" else self.test

    def read(self, entry: Entry) -> bytes:
        """A picture's bytes. Raises Unreadable."""
        if entry.size > MOST_BYTES:
            raise Unreadable(f"is larger than {MOST_BYTES // 2**20} MB")
        return self.sources[entry.source].read(entry.inside)

    @cached_property
    def digests(self) -> dict[str, str]:
        """A name for what each split holds: names, sizes and stamps of its files."""
        return {split: _digest([self.classes, *((e.name, e.size, e.stamp) for e in self.entries(split))]) for split in ("train", "test")}


def _digest(values: list[object]) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _halves(path: Path) -> tuple[Path, Path | None]:
    """Where the pictures for training and for testing lie; None: nobody said which are for testing."""
    if path.is_file():
        return path, None
    train = _first(path, TRAIN)
    return (train, _first(path, TEST)) if train else (path, None)


def _first(path: Path, names: tuple[str, ...]) -> Path | None:
    for name in names:
        if (path / name).is_dir():
            return path / name
        if (path / f"{name}.zip").is_file():
            return path / f"{name}.zip"
    return None


def _without_masks(entries: list[Entry]) -> list[Entry]:
    """Masks beside a folder of images are no class of pictures."""
    tops = {entry.inside.split("/")[0] for entry in entries}
    return [entry for entry in entries if not entry.inside.startswith("masks/")] if {"images", "masks"} <= tops else entries


def _without_wrapping(entries: list[Entry]) -> list[Entry]:
    """Names without the folders that all of them lie in."""
    parents = [entry.inside.split("/")[:-1] for entry in entries]
    depth = len(os.path.commonprefix(parents)) if parents else 0
    return [entry._replace(name="/".join(entry.inside.split("/")[depth:])) for entry in entries]


def _folder(name: str, halved: bool) -> str:
    """The class folder of a picture, "" where it lies in none."""
    parts = name.split("/")[1:] if halved else name.split("/")
    return parts[0] if len(parts) > 1 else ""


def _parted(entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Four fifths for training, one for testing, by a hash of the name: a picture stays where it is when others come."""
    rank = {entry.name: int(hashlib.sha256(entry.name.encode("utf-8", "surrogateescape")).hexdigest()[:8], 16) for entry in entries}
    test = {name for name, value in rank.items() if value % 5 == 0}
    by_rank = sorted(rank, key=lambda name: rank[name])
    if len(rank) > 1 and not test:
        test = {by_rank[0]}
    if len(rank) > 1 and len(test) == len(rank):
        test.remove(by_rank[0])
    return [entry for entry in entries if entry.name not in test], [entry for entry in entries if entry.name in test]


_lock = threading.Lock()
_listings: OrderedDict[str, tuple[float, tuple[object, ...], Index]] = OrderedDict()


def index(path: Path) -> Index:
    """What a folder or zip holds; the same object for as long as nothing in it changes.

    Raises:
        SettingsError: there is nothing at this path, or no picture in it.
    """
    key = str(path.absolute())
    with _lock:
        age, stamp, known = _listings.get(key, (0.0, (), None))
        if known is not None and time.monotonic() - age < FRESH:
            _listings.move_to_end(key)
            return known
        if known is not None:  # one asks the disk, the others take what is known meanwhile
            _listings[key] = (time.monotonic(), stamp, known)
    now = _stamp(path)
    if known is None or now != stamp or any(isinstance(source, Tree) for source in known.sources):
        fresh = _listed(path)
        known = known if known is not None and now == stamp and known.digests == fresh.digests else fresh
    with _lock:
        _listings[key] = (time.monotonic(), now, known)
        _listings.move_to_end(key)
        while len(_listings) > KEPT:
            _listings.popitem(last=False)
    return known


def discard(folders: Iterable[Path]) -> None:
    """Deletes what a killed worker left half written."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def forget() -> None:
    """Lists every folder anew at the next question."""
    with _lock:
        _listings.clear()


def _listed(path: Path) -> Index:
    try:
        listing = Index(path)
    except OSError as error:
        raise SettingsError(f"'{path}' can't be read: {(error.strerror or str(error)).lower()}.") from None
    if not listing.train and not listing.test:
        raise SettingsError(f"There is no picture in '{path}': {READ} files are read, alone or in class folders.")
    return listing


def _stamp(path: Path) -> tuple[object, ...]:
    """Changes when an archive of the set is replaced."""
    try:
        halves = [half for half in _halves(path) if half]
        return tuple((str(half), half.stat().st_size, half.stat().st_mtime_ns) for half in halves if half.is_file())
    except OSError as error:
        raise SettingsError(f"'{path}' can't be read: {(error.strerror or str(error)).lower()}.") from None
