"""Several tables about the pictures of one set merged into one, with remarks on each. No torch."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from ssl_core.reading.naming import distinct
from ssl_core.reading.sources import LeftOut
from ssl_core.reading.tables.table import MOST_CLASSES, PictureTable, count_of, nameless

V = TypeVar("V")


def as_one(tables: Sequence[PictureTable], pictures: Sequence[str]) -> tuple[PictureTable, LeftOut, LeftOut]:
    """One table of several, each of which tells of some picture; remarks on those that are read, and on those that add no picture.

    Of a picture that two tell of, the first counts.
    """
    known, read, faults, aside = tables[0], [tables[0].name], list(tables[0].faults), list[tuple[str, str]]()
    for told in tables[1:]:
        new, again = told.factors.keys() - known.factors.keys(), sorted(told.factors.keys() & known.factors.keys())
        if not new:
            reason = "one table is read, and that is" if len(read) == 1 else "its pictures have rows in"
            aside.append((told.name, f"is left aside: {reason} '{known.name}'"))
            continue
        faults += told.faults
        if again:
            rows = count_of(len(again), "row")
            twice = f"has {rows} about pictures that '{known.name}' tells of, and the first counts: {distinct(again)}"
            faults.append((told.name, twice))
        known = _both(known, told, new)
        read.append(told.name)
    faults += nameless(read[0], known.factors, pictures, "".join(f", nor has '{name}'" for name in read[1:]))
    known, more = _classed(known)
    return known, faults + more, aside


def _both(known: PictureTable, told: PictureTable, new: Collection[str]) -> PictureTable:
    """A table, and what another one says of new pictures."""

    def joined(first: Mapping[str, V] | None, second: Mapping[str, V] | None) -> dict[str, V]:
        return {**(first or {}), **{picture: value for picture, value in (second or {}).items() if picture in new}}

    columns = {**told.columns, **known.columns}
    return PictureTable(
        f"{known.name} and {told.name}",
        hashlib.sha256(f"{known.digest} {told.digest}".encode()).hexdigest()[:16],
        None if known.labels is None and told.labels is None else joined(known.labels, told.labels),
        joined(known.captions, told.captions),
        joined(known.halves, told.halves),
        joined(known.factors, told.factors),
        {title: number and told.columns.get(title, number) for title, number in columns.items()},
        [],
    )


def _classed(known: PictureTable) -> tuple[PictureTable, LeftOut]:
    """The same table; where its labels are too many for classes, they are a column more."""
    kinds = set((known.labels or {}).values())
    if known.labels is None or len(kinds) <= MOST_CLASSES:
        return known, []
    factors = {
        picture: {**told, "label": known.labels[picture]} if picture in known.labels else told for picture, told in known.factors.items()
    }
    fault = f"has {len(kinds):,} different labels; up to {MOST_CLASSES:,} are classes, so they colour the map"
    return known._replace(labels=None, factors=factors, columns={**known.columns, "label": False}), [(known.name, fault)]
