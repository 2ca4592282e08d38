"""Tables that name pictures by numbers which another table gives them, as CUB-200's image_class_labels.txt. No torch."""

from __future__ import annotations

from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.number_keys import number_key
from ssl_core.reading.tables.sheets import Column, Sheet


def by_numbers(sheet: Sheet, numbered: dict[str, str]) -> Bound | None:
    """A table whose first column holds numbers that another table gives to pictures (CUB's image_class_labels.txt)."""
    if len(sheet.columns) < 2:
        return None
    keys = [number_key(text) for text in sheet.columns[0]]
    pictures = [numbered.get(key, "") for key in keys]
    named = sum(map(bool, pictures))
    if named < 0.9 * len(keys) or 2 * named < len(numbered) or len(set(keys)) < len(keys):
        return None
    return Bound(sheet, -1, pictures, None, sheet.faults)


def numbers_of(known: Bound) -> dict[str, str]:
    """Pictures by the numbers that a table of two columns gives them, {} where it does not."""
    if len(known.sheet.columns) != 2 or known.file < 0:
        return {}
    column: Column = known.sheet.columns[1 - known.file]
    keys = [number_key(text) for text in column]
    if len(set(keys)) < len(keys) or not all(words.number(key) is not None for key in keys):
        return {}
    return {key: picture for key, picture in zip(keys, known.pictures, strict=True) if picture}
