"""The table that lies beside the pictures of a set: which one is read, and what it says put before what folders say. No torch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ssl_core.reading import table
from ssl_core.reading.pixels import Unreadable
from ssl_core.reading.sources import TABLES, LeftOut
from ssl_core.reading.table import Table

if TYPE_CHECKING:
    from ssl_core.reading.halves import Entry


class Candidate(NamedTuple):
    """A table that may be about these pictures."""

    name: str
    size: int  # bytes
    read: Callable[[], bytes]


def on_top(folder: Path) -> Iterator[Candidate]:
    """Tables in a folder itself, beside the `train` and `test` in it."""
    with os.scandir(folder) as listing:
        mine = [each for each in listing if each.name.lower().endswith(TABLES) and each.is_file(follow_symlinks=False)]
    for each in sorted(mine, key=lambda each: each.name):
        if not each.name.startswith("."):
            yield Candidate(each.name, each.stat().st_size, Path(each.path).read_bytes)


def within(tables: Sequence[Entry], pictures: Sequence[Entry], read: Callable[[Entry], bytes]) -> Iterator[Candidate]:
    """Tables in the root of what holds the pictures, be that a folder or an archive."""
    for source in sorted({entry.source for entry in tables}):
        of_source = {entry.inside: entry for entry in tables if entry.source == source}
        for inside in table.beside(list(of_source), [entry.inside for entry in pictures if entry.source == source]):
            entry = of_source[inside]
            yield Candidate(entry.name, entry.size, lambda entry=entry: read(entry))  # type: ignore[misc]


def chosen(candidates: Iterable[Candidate], pictures: Sequence[Entry]) -> tuple[Table | None, LeftOut]:
    """The first table that names pictures, and what is to be said of it and of the others."""
    known: Table | None = None
    remarks: LeftOut = []
    for candidate in candidates:
        if known is not None:
            remarks.append((candidate.name, f"is left aside: one table is read, and that is '{known.name}'"))
            continue
        try:
            table.check_size(candidate.size)
            told = table.read(candidate.name, candidate.read(), [entry.name for entry in pictures])
        except (Unreadable, OSError) as error:
            remarks.append((candidate.name, f"{error if isinstance(error, Unreadable) else 'cannot be opened'}; it is left aside"))
            continue
        if told.factors:
            known = told
        else:  # the last of its faults says that no picture has a row
            remarks += [*told.faults[:-1], (candidate.name, "is about none of these pictures; it is left aside")]
    return known, [*(known.faults if known else []), *remarks]


def classes_of(labels: Iterable[str]) -> tuple[str, ...]:
    """The classes of some labels in order, numbers by their size; one class says nothing."""
    names = set(labels)
    plain = all(name.isascii() and name.isdigit() for name in names)
    return tuple(sorted(names, key=lambda name: (int(name) if plain else 0, name))) if len(names) > 1 else ()


def halves(train: list[Entry], test: list[Entry], told: dict[str, str]) -> tuple[list[Entry], list[Entry]]:
    """The same pictures, those whose half was told in that one."""
    now = {entry.name: "train" for entry in train} | {entry.name: "test" for entry in test}
    both = sorted([*train, *test])
    parts = {half: [entry for entry in both if told.get(entry.name, now[entry.name]) == half] for half in ("train", "test")}
    return parts["train"], parts["test"]
