"""Tables that name pictures by numbers or codes which another table gives them, as CUB-200's image_class_labels.txt. No torch."""

from __future__ import annotations

import re

from ssl_core.reading.sources import SUFFIXES
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.number_keys import number_key
from ssl_core.reading.tables.sheets import Column, Sheet

CODE = re.compile(r"(?=\S*\d)\S{2,200}")
FEW = 3  # lines of a list up to which words with digits may be classes, each of one picture


def by_numbers(sheet: Sheet, numbered: dict[str, str]) -> Bound | None:
    """A table whose first column holds the numbers or codes that another table gives to pictures (CUB's image_class_labels.txt)."""
    if len(sheet.columns) < 2:
        return None
    keys = [number_key(text) for text in sheet.columns[0]]
    pictures = [numbered.get(key, "") for key in keys]
    named = sum(map(bool, pictures))
    if named < 0.9 * len(keys) or 2 * named < len(numbered) or len(set(keys)) < len(keys):
        return None
    return Bound(sheet, -1, pictures, None, sheet.faults)


def numbers_of(known: Bound) -> dict[str, str]:
    """Pictures by the numbers that a table of two columns gives them, or by the codes of a list; {} where it gives none."""
    if len(known.sheet.columns) != 2 or known.file < 0:
        return {}
    column: Column = known.sheet.columns[1 - known.file]
    keys = [number_key(text) for text in column]
    numbers = all(words.number(key) is not None for key in keys)
    if len(set(keys)) < len(keys) or not (numbers or _codes(known.sheet, keys)):
        return {}
    return {key: picture for key, picture in zip(keys, known.pictures, strict=True) if picture}


def _codes(sheet: Sheet, keys: list[str]) -> bool:
    """Whether a list gives each of its files a code: one word with a digit that is no file's name, and more of them than classes."""
    plain = all(CODE.fullmatch(key) and not key.lower().endswith(SUFFIXES) for key in keys)
    return plain and not sheet.titled and len(keys) > FEW
