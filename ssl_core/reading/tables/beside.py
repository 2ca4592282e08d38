"""The tables beside the pictures of a set: which are read, and how they take precedence over folders. No torch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.sources import TABLES, LeftOut
from ssl_core.reading.tables import table
from ssl_core.reading.tables.merged import as_one
from ssl_core.reading.tables.table import PictureTable

if TYPE_CHECKING:
    from ssl_core.reading.splits import Entry


MOST = 8  # tables that are read of one set


class Candidate(NamedTuple):
    """A table that may be about these pictures."""

    name: str
    size: int  # bytes
    read: Callable[[], bytes]


def on_top(folder: Path) -> Iterator[Candidate]:
    """Tables directly in a folder, beside its `train` and `test`."""
    with os.scandir(folder) as listing:
        mine = [each for each in listing if each.name.lower().endswith(TABLES) and each.is_file(follow_symlinks=False)]
    for each in sorted(mine, key=lambda each: each.name):
        if not each.name.startswith("."):
            yield Candidate(each.name, each.stat().st_size, Path(each.path).read_bytes)


def within(tables: Sequence[Entry], halves: Sequence[Sequence[Entry]], read: Callable[[Entry], bytes]) -> Iterator[Candidate]:
    """Tables in the root of what holds the pictures, be that a folder or an archive, then those in the root of one half."""
    for source in sorted({entry.source for entry in tables}):
        of_source = {entry.inside: entry for entry in tables if entry.source == source}
        parts = [[entry.inside for entry in half if entry.source == source] for half in halves]
        groups = [[inside for part in parts for inside in part], *filter(None, parts)]
        for inside in dict.fromkeys(inside for group in groups for inside in table.beside(list(of_source), group)):
            entry = of_source[inside]
            yield Candidate(entry.name, entry.size, lambda entry=entry: read(entry))  # type: ignore[misc]


def merged_tables(candidates: Iterable[Candidate], pictures: Sequence[Entry]) -> tuple[PictureTable | None, LeftOut]:
    """What tables say of pictures as one table, and what is to be said of each; of a picture that two tell of, the first counts.

    Tables that name classes come before others, else the order is that of the candidates.
    """
    names = [entry.name for entry in pictures]
    tables: list[PictureTable] = []
    remarks: LeftOut = []
    for candidate in candidates:
        if len(tables) == MOST:
            remarks.append((candidate.name, f"is left aside: up to {MOST} tables are read"))
            continue
        try:
            table.check_table_size(candidate.size)
            told = table.read(candidate.name, candidate.read(), names)
        except (Unreadable, OSError) as error:
            remarks.append((candidate.name, f"{error if isinstance(error, Unreadable) else 'cannot be opened'}; it is left aside"))
            continue
        if told.factors:
            tables.append(told)
        else:
            remarks += [*told.faults, (candidate.name, "is about none of these pictures; it is left aside")]
    tables.sort(key=lambda told: not ordered_classes((told.labels or {}).values()))
    if not tables:
        return None, remarks
    known, faults, aside = as_one(tables, names)
    return known, [*faults, *remarks, *aside]


def ordered_classes(labels: Iterable[str]) -> tuple[str, ...]:
    """The classes of some labels, sorted (numbers by value); () for a single class, which tells no pictures apart."""
    names = set(labels)
    plain = all(name.isascii() and name.isdigit() for name in names)
    return tuple(sorted(names, key=lambda name: (int(name) if plain else 0, name))) if len(names) > 1 else ()


def halves(train: list[Entry], test: list[Entry], told: dict[str, str]) -> tuple[list[Entry], list[Entry]]:
    """The same pictures, moved to the split that the table names."""
    now = {entry.name: "train" for entry in train} | {entry.name: "test" for entry in test}
    both = sorted([*train, *test])
    parts = {half: [entry for entry in both if told.get(entry.name, now[entry.name]) == half] for half in ("train", "test")}
    return parts["train"], parts["test"]
