"""Which files of a set are for training and which for testing, by the names of folders and archives. No picture is opened."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ssl_core.reading.naming import quoted
from ssl_core.reading.sources import ARCHIVES, SUFFIXES, is_folder, shown

TRAIN = ("train", "training")
TEST = ("test", "testing", "val", "valid", "validation")
FRESH = 2.0  # seconds for which the list of a folder is cached; right after a change it isn't


class Entry(NamedTuple):
    """One picture's file."""

    name: str  # relative to the set, "/" between folders: shown to people
    inside: str  # the name in its source
    source: int
    size: int  # bytes
    stamp: int  # time of the last change, or a checksum


def stem(path: Path) -> str:
    """The name of a folder, or of an archive without its suffixes: "pets.tar.gz" is "pets"."""
    return path.name if os.path.isdir(path) else _bare(path.name)  # a name too long for this file system is no folder


def _bare(name: str) -> str:
    suffix = max((suffix for suffix in ARCHIVES if name.lower().endswith(suffix)), key=len, default="")
    return name[: len(name) - len(suffix)]


class Top(NamedTuple):
    """The names in a folder itself, without hidden files."""

    folders: list[str]
    archives: list[str]
    pictures: list[str]

    def half(self, names: tuple[str, ...]) -> str | None:
        """The folder, else the archive, of one of these names, compared without case."""
        called = [(name.lower(), name) for name in self.folders] + [(_bare(name).lower(), name) for name in self.archives]
        return next((name for half in names for plain, name in called if plain == half), None)


def _top(path: Path) -> Top:
    """The names in a folder, cached for FRESH seconds: every picture shown asks for them."""
    changed = path.stat().st_mtime
    if time.time() - changed < FRESH:  # two changes may have the same time
        return _listed(path)
    return _rested(path, changed, int(time.monotonic() / FRESH))


@lru_cache(maxsize=16)
def _rested(path: Path, changed: float, moment: int) -> Top:
    return _listed(path)


def _listed(path: Path) -> Top:
    top = Top([], [], [])
    with os.scandir(path) as listing:
        for entry in listing:
            if entry.name.startswith("."):
                continue
            if is_folder(entry):
                top.folders.append(entry.name)
            elif entry.name.lower().endswith(ARCHIVES) and os.path.isfile(entry):
                top.archives.append(entry.name)
            elif entry.name.lower().endswith(SUFFIXES):
                top.pictures.append(entry.name)
    return Top(*map(sorted, top))


def on_disk(path: Path) -> tuple[Path, Path | None]:
    """The folders or archives for training and for testing; the second is None where nothing says which pictures are for testing.

    `train` is a half beside `test`, or where no other folder and no picture lies beside it; else it is a class like the others.
    """
    if path.is_file():
        return path, None
    top = _top(path)
    train, test = top.half(TRAIN), top.half(TEST)
    if train and (test or not {*top.folders, *top.pictures} - {train}):
        return path / train, path / test if test else None
    alone = len(top.archives) == 1 and not (top.folders or top.pictures)
    return path / top.archives[0] if alone else path, None


def archives_in(path: Path) -> list[Path]:
    """The archives in a folder that holds no other folder and no picture."""
    top = _top(path) if path.is_dir() else Top([], [], [])
    return [] if top.folders or top.pictures else [path / name for name in top.archives]


def archives_on_top(path: Path, says_split: Callable[[str], bool]) -> list[Path]:
    """The archives in a folder that belong to its set: those named as splits, or the only one with no folder or picture beside it."""
    top = _top(path) if path.is_dir() else Top([], [], [])
    named = [name for name in top.archives if says_split(_bare(name))]
    alone = len(top.archives) == 1 and not (top.folders or top.pictures)
    return [path / name for name in (named if len(named) > 1 or (named and top.folders) else top.archives if alone else [])]


def unused(path: Path, train: Path, test: Path | None) -> str:
    """Names what a folder holds besides the two splits: `val` beside `test`, another folder, a picture.

    Where there are no halves, the archives that lie beside folders and pictures.
    """
    if path == train:
        return _named(_top(path).archives, "beside pictures", "not opened") if path.is_dir() else ""
    return _beside([name for names in _top(path) for name in names if path / name not in (train, test)], test is not None)


def inside(entries: list[Entry]) -> tuple[list[Entry], list[Entry] | None, str]:
    """Entries for training and for testing by their folders, and a note on folders of neither."""
    tops = dict.fromkeys(entry.name.split("/")[0] for entry in entries if "/" in entry.name)
    top = Top(sorted(tops), [], [])
    train, test = top.half(TRAIN), top.half(TEST)
    if train is None or test is None:
        return entries, None, ""
    parts = {half: [entry for entry in entries if entry.name.startswith(f"{half}/")] for half in (train, test)}
    aside = dict.fromkeys(entry.name.split("/")[0] for entry in entries if not entry.name.startswith((f"{train}/", f"{test}/")))
    return parts[train], parts[test], _beside(list(aside), True)


def _beside(names: list[str], tested: bool) -> str:
    return _named(names, "beside 'train' and 'test'" if tested else "beside 'train'", "left out")


def _named(names: list[str], where: str, fate: str) -> str:
    return f"{quoted(map(shown, names))} {where} {'is' if len(names) == 1 else 'are'} {fate}. " if names else ""


def without_masks(entries: list[Entry]) -> list[Entry]:
    """Leaves out folders of masks beside a folder of images: they are no class."""
    tops = {entry.inside.split("/")[0] for entry in entries}
    return [entry for entry in entries if not entry.inside.startswith("masks/")] if {"images", "masks"} <= tops else entries


def without_wrapping(entries: list[Entry]) -> list[Entry]:
    """Names without the folders that all of them share."""
    parents = [entry.name.split("/")[:-1] for entry in entries]
    depth = len(os.path.commonprefix(parents)) if parents else 0
    return [entry._replace(name="/".join(entry.name.split("/")[depth:])) for entry in entries]


def class_folder(name: str, halved: bool) -> str:
    """The class folder of a picture, "" where it is in none."""
    parts = name.split("/")[1:] if halved else name.split("/")
    return parts[0] if len(parts) > 1 else ""


def parted(entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Four fifths for training, one fifth for testing, by a hash of the name: adding files moves no picture to the other split."""
    rank = {entry.name: int(hashlib.sha256(entry.name.encode("utf-8", "surrogateescape")).hexdigest()[:8], 16) for entry in entries}
    test = {name for name, value in rank.items() if value % 5 == 0}
    by_rank = sorted(rank, key=lambda name: rank[name])
    if len(rank) > 1 and not test:
        test = {by_rank[0]}
    if len(rank) > 1 and len(test) == len(rank):
        test.remove(by_rank[0])
    return [entry for entry in entries if entry.name not in test], [entry for entry in entries if entry.name in test]
