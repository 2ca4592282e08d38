"""Tables about groups of pictures, joined to pictures by a column that a table of files has too (capture_id, patient). No torch."""

from __future__ import annotations

from collections.abc import Iterable

from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.number_keys import number_key
from ssl_core.reading.tables.sheets import Column, Sheet

KNOWN = 0.9  # share of the files' keys that the table must tell of, and of its rows with a key of their own


def by_shared_key(sheet: Sheet, files: Iterable[Bound]) -> Bound | None:
    """A table with a row for each group that another table's column names, as a table with a row for each picture; None where it isn't.

    Its first column is the key. Columns of classes are no keys: what such a table says is the words for the classes.
    """
    for key, title in enumerate(sheet.titles):
        if not sheet.titled or words.group_kind(title) is None:
            continue
        row_of = {number_key(text): row for row, text in reversed(list(enumerate(sheet.columns[key]))) if text.strip()}
        if len(row_of) < KNOWN * len(sheet.lines):
            continue
        for known in files:
            keys = _keys(known, title)
            if 1 < len(set(keys.values())) < len(keys) and sum(each in row_of for each in keys.values()) >= KNOWN * len(keys):
                return _of_each_picture(sheet, key, {picture: row_of[each] for picture, each in keys.items() if each in row_of})
    return None


def _keys(known: Bound, title: str) -> dict[str, str]:
    """By picture, what a table says in the column of this title; {} where it has none."""
    header = words.bare_header(title)
    column = next((k for k, each in enumerate(known.sheet.titles) if words.bare_header(each) == header and k != known.file), None)
    if column is None:
        return {}
    pairs = zip(known.pictures, known.sheet.columns[column], strict=True)
    return {picture: number_key(text) for picture, text in pairs if picture and text.strip()}


def _of_each_picture(sheet: Sheet, key: int, row_of: dict[str, int]) -> Bound:
    """The table with its rows repeated for each picture that they are about, the key first."""
    order = [key, *(k for k in range(len(sheet.titles)) if k != key)]
    rows = list(row_of.values())
    columns: list[Column] = [[sheet.columns[k][row] for row in rows] for k in order]
    lines = [sheet.lines[row] for row in rows]
    return Bound(
        sheet._replace(titles=[sheet.titles[k] for k in order], columns=columns, lines=lines), -1, list(row_of), None, sheet.faults
    )
