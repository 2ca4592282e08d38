"""Tables in memory, and what they say of pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ssl_core.reading.account import Choice
from ssl_core.reading.table_sentences import use_in_words
from ssl_core.reading.tables.beside import Candidate
from ssl_core.reading.tables.told import Told, told

PICTURES = tuple(f"{k:03d}.png" for k in range(8))  # half of them cats in the tests


def tell(tables: Mapping[str, str | bytes], pictures: Sequence[str] = PICTURES, **choice: Any) -> Told:
    """What tables, by name, say of pictures."""
    data = {name: text if isinstance(text, bytes) else text.encode() for name, text in tables.items()}
    return told([Candidate(name, len(each), lambda each=each: each) for name, each in data.items()], pictures, Choice(**choice))


def table(header: str, *columns: Sequence[object], mark: str = ",") -> str:
    """A table of its first line and its columns."""
    return "\n".join([header, *(mark.join(map(str, row)) for row in zip(*columns, strict=True))]) + "\n"


def by_class(told: Told) -> dict[str, str]:
    """Classes and the pictures of each, as "cat": "000 002"."""
    found: dict[str, list[str]] = {}
    for picture, label in sorted(told.labels.items()):
        found.setdefault(label, []).append(picture.rpartition("/")[2].rpartition(".")[0])
    return {label: " ".join(pictures) for label, pictures in found.items()}


def sentence(told: Told, table: str) -> str:
    """What a table is used for, in words."""
    return use_in_words(told.uses[table])


def by_part(told: Told) -> dict[str, int]:
    """How many pictures each part has."""
    return {part: sum(each == part for each in told.parts.values()) for part in sorted(set(told.parts.values()))}
