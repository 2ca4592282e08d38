"""Tables of cats and dogs, and the questions that they raise."""

from __future__ import annotations

from tests.help.telling import PICTURES, table, tell

ANIMALS = ["cat", "dog"] * 4
EVEN = {"cat": "000 002 004 006", "dog": "001 003 005 007"}
ROWS = list(zip(PICTURES, ANIMALS, strict=True))
MANY = tuple(f"{k:03d}.png" for k in range(24))


def said(*columns: list[object] | tuple[object, ...], header: str = "label", pictures: tuple[str, ...] = PICTURES, **choice: object):
    return tell({"a.csv": table(f"file,{header}", pictures, *columns)}, pictures, **choice)


def questions(told) -> list[tuple[str, dict[str, object]]]:
    return [(remark.words, remark.other) for remark in told.remarks if remark.asks]
