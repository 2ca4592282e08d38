"""Which of a set's files are for training and which for testing, by what folders and archives are called. No picture is opened."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from ssl_core.reading.sources import ARCHIVES, SUFFIXES

TRAIN = ("train", "training")
TEST = ("test", "testing", "val", "valid", "validation")


class Entry(NamedTuple):
    """One picture's file."""

    name: str  # relative to the set, "/" between folders: the name a person knows it by
    inside: str  # as its source knows it
    source: int
    size: int  # bytes
    stamp: int  # changes when the file does: time of the last change, or a checksum


def stem(path: Path) -> str:
    """A folder's name, an archive's without what says that it is one: "pets.tar.gz" is "pets"."""
    suffix = max((suffix for suffix in ARCHIVES if path.name.lower().endswith(suffix)), key=len, default="")
    return path.name if os.path.isdir(path) else path.name[: len(path.name) - len(suffix)]  # a name too long for this disk is no folder


def on_disk(path: Path) -> tuple[Path, Path | None]:
    """Where the pictures for training and for testing lie; None: nobody said which are for testing."""
    if path.is_file():
        return path, None
    train = _first(path, TRAIN)
    return (train, _first(path, TEST)) if train else (_only(path) or path, None)


def _first(path: Path, names: tuple[str, ...]) -> Path | None:
    for name in names:
        for place in (path / name, *(path / f"{name}{suffix}" for suffix in ARCHIVES)):
            if place.is_file() if place.suffix else place.is_dir():
                return place
    return None


def archives_in(path: Path) -> list[Path]:
    """The archives in a folder that holds no other folder and no picture."""
    found = []
    with contextlib.suppress(NotADirectoryError), os.scandir(path) as listing:
        for entry in listing:
            if entry.name.startswith("."):
                continue
            if entry.is_dir() or entry.name.lower().endswith(SUFFIXES):
                return []
            if entry.name.lower().endswith(ARCHIVES) and entry.is_file():
                found.append(path / entry.name)
    return sorted(found)


def _only(path: Path) -> Path | None:
    """The archive in a folder that holds one and nothing else to read."""
    found = archives_in(path)
    return found[0] if len(found) == 1 else None


def unused(path: Path, test: Path | None) -> str:
    """Says which other half is there: `val` beside `test`."""
    return _beside([name for name in TEST if _first(path, (name,)) not in (None, test)] if test else [])


def inside(entries: list[Entry]) -> tuple[list[Entry], list[Entry] | None, str]:
    """Entries for training and for testing where their folders say so, and which folders are neither."""
    tops = dict.fromkeys(entry.name.split("/")[0] for entry in entries)
    train, test = (next((name for name in names if name in tops), None) for names in (TRAIN, TEST))
    if train is None or test is None:
        return entries, None, ""
    parts = {top: [entry for entry in entries if entry.name.startswith(f"{top}/")] for top in (train, test)}
    others = [top for top in tops if top not in (train, test)]
    return parts[train], parts[test], _beside(others)


def _beside(names: list[str]) -> str:
    quoted = ", ".join(f"'{name}'" for name in names[:5])
    return f"{quoted}{' …' if len(names) > 5 else ''} beside 'train' and 'test' is left out. " if names else ""


def without_masks(entries: list[Entry]) -> list[Entry]:
    """Masks beside a folder of images are no class of pictures."""
    tops = {entry.inside.split("/")[0] for entry in entries}
    return [entry for entry in entries if not entry.inside.startswith("masks/")] if {"images", "masks"} <= tops else entries


def without_wrapping(entries: list[Entry]) -> list[Entry]:
    """Names without the folders that all of them lie in."""
    parents = [entry.name.split("/")[:-1] for entry in entries]
    depth = len(os.path.commonprefix(parents)) if parents else 0
    return [entry._replace(name="/".join(entry.name.split("/")[depth:])) for entry in entries]


def class_folder(name: str, halved: bool) -> str:
    """The class folder of a picture, "" where it lies in none."""
    parts = name.split("/")[1:] if halved else name.split("/")
    return parts[0] if len(parts) > 1 else ""


def parted(entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Four fifths for training, one for testing, by a hash of the name: a picture stays where it is when others come."""
    rank = {entry.name: int(hashlib.sha256(entry.name.encode("utf-8", "surrogateescape")).hexdigest()[:8], 16) for entry in entries}
    test = {name for name, value in rank.items() if value % 5 == 0}
    by_rank = sorted(rank, key=lambda name: rank[name])
    if len(rank) > 1 and not test:
        test = {by_rank[0]}
    if len(rank) > 1 and len(test) == len(rank):
        test.remove(by_rank[0])
    return [entry for entry in entries if entry.name not in test], [entry for entry in entries if entry.name in test]
