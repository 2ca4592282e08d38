"""Votes or probabilities, a column a class: numbers whose sum is the same in every row; the largest names the class. No torch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate

from ssl_core.reading.account import Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.classes import Classes
from ssl_core.reading.tables.table import count_of

LEAST = 3  # columns
WIDEST = 60  # adjacent columns that are searched for a block of one sum
SAMPLE = 200  # rows by which a block is found
SAME = 0.01  # share by which sums may differ: probabilities are rounded

Row = Sequence[float]


def votes_asked(known: Bound, taken: Collection[int]) -> Classes | None:
    """A question on the longest block of columns that adds up to the same in every row; None where there is none."""
    sheet = known.sheet
    if not sheet.titled:
        return None
    told = [row for row, picture in enumerate(known.pictures) if picture]
    numbers = {k: some for k in range(len(sheet.titles)) if k not in taken and (some := _numbers(known, k, told[:SAMPLE]))}
    for run in _runs(sorted(numbers)):
        rows = list(zip(*(numbers[k] for k in run), strict=True))
        start, end = _block(rows)
        if end - start >= LEAST and (found := by_largest(known, run[start:end])):
            text = f"`{sheet.name}` has numbers in its columns `{found.column}` that add up to the same for every picture, as votes do: "
            text += "the largest may name a picture's class, which is for you to say."
            return Classes("", [], remarks=(Remark(text, True, {"classes": f"{sheet.name}:{found.column}"}),))
    return None


def by_largest(known: Bound, block: Sequence[int]) -> Classes | None:
    """Classes by the column with the largest number of each row, none of a row with two; None where columns are no shares of one sum."""
    titles = [known.sheet.titles[k] for k in block]
    told = [row for row, picture in enumerate(known.pictures) if picture]
    columns = [_numbers(known, k, told) for k in block]
    if len(block) < LEAST or not all(columns):
        return None
    rows = dict(zip(told, zip(*columns, strict=True), strict=True))
    if not _same(list(map(sum, rows.values()))):
        return None
    tied = sum(row.count(max(row)) > 1 for row in rows.values())
    largest = {at: titles[row.index(max(row))] for at, row in rows.items() if row.count(max(row)) == 1}
    if len(set(largest.values())) < 2 or 2 * tied > len(rows):
        return None
    text = f"`{known.sheet.name}` names the class of a picture by the largest of its columns `{titles[0]}` to `{titles[-1]}`"
    text += f"; {count_of(tied, 'picture')} with two largest {'has' if tied == 1 else 'have'} none." if tied else "."
    values = [largest.get(at, "") for at in range(len(known.pictures))]
    return Classes(f"{titles[0]} to {titles[-1]}", values, frozenset(block), (Remark(text),))


def _numbers(known: Bound, k: int, rows: Sequence[int]) -> list[float]:
    """A column's numbers, [] where one is none or negative."""
    found = [words.number(known.sheet.columns[k][row].strip(), known.sheet.comma) for row in rows]
    return [value for value in found if value is not None] if all(value is not None and value >= 0 for value in found) else []


def _runs(columns: Sequence[int]) -> list[list[int]]:
    """Adjacent columns, the first of many."""
    runs: list[list[int]] = []
    for k in columns:
        if not runs or runs[-1][-1] != k - 1 or len(runs[-1]) == WIDEST:
            runs.append([])
        runs[-1].append(k)
    return [run for run in runs if len(run) >= LEAST]


def _block(rows: Sequence[Row]) -> tuple[int, int]:
    """The first and the end of the longest block of columns with one sum, (0, 0) where there is none."""
    width = len(rows[0]) if rows else 0
    sums = [[0.0, *accumulate(row)] for row in rows]
    for length in range(width, LEAST - 1, -1):
        for start in range(width - length + 1):
            if _same([row[start + length] - row[start] for row in sums[:2]]) and _same([row[start + length] - row[start] for row in sums]):
                return start, start + length
    return 0, 0


def _same(sums: Sequence[float]) -> bool:
    """Whether sums are one positive number but for rounding."""
    return len(sums) > 1 and min(sums) > 0 and max(sums) - min(sums) <= SAME * max(sums)
