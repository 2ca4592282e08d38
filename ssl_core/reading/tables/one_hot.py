"""Classes by one column each, of which a single one is 1 in every row (one-hot). No torch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from ssl_core.reading.account import Remark
from ssl_core.reading.naming import quoted
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.classes import Classes

STATEMENT = re.compile(r"(?:is|has|was|with|without|no|not|contains|shows|in|on|can|flag)(?![a-z])|(?:is|has|was|no)(?=[A-Z])")
DENIED = frozenset({"is", "has", "was", "with", "without", "no", "not", "non"})


def one_hot_classes(known: Bound, candidates: Sequence[int]) -> Classes | None:
    """Classes by columns of 0 and 1, of which each row has a single 1; a question where rows have several.

    Columns that are the same in all rows are classes only beside two that aren't: a class that no picture has, as ISIC's UNK.
    """
    binary = [k for k in candidates if _binary(known, k)]
    runs = [[k for k in binary if not _skipped(binary, start, k)] for start in binary if start - 1 not in binary]
    blocks = [block for block in ([binary, *runs] if len(runs) > 1 else runs) if len(block) > 1]
    blocks, runs = ([block for block in each if _varying(_hot(known, block)) > 1] for each in (blocks, runs))
    for block in blocks:
        hot = _hot(known, block)
        sums = Counter(map(sum, hot))
        if sums[1] and sums[1] + sums[0] == len(hot) and sums[1] >= sums[0]:
            return _by_columns(known, block, hot, _two_statements([known.sheet.titles[k] for k in block]))
    for block in runs:
        if inner := _within(block, _hot(known, block)):
            beside = [known.sheet.titles[k] for k in block if k not in inner]
            doubt = f" {quoted(beside)} beside {'holds' if len(beside) == 1 else 'hold'} 0 and 1 too, and may be meant as well."
            return _by_columns(known, inner, _hot(known, inner), doubt)
    several = [block for block in blocks if len(block) > 2 and any(sum(row) > 1 for row in _hot(known, block))]
    if not several:
        return None
    names = quoted(known.sheet.titles[k] for k in several[0])
    text = f"`{known.sheet.name}` has several of its columns {names} at 1 for some pictures, so they name no classes; each colours the map."
    return Classes("", [], remarks=(Remark(text, True, {"classes": "none"}),))


def _by_columns(known: Bound, block: Sequence[int], hot: Sequence[Sequence[bool]], doubt: str = "") -> Classes:
    """Classes by the titles of hot columns; a question where there is a doubt."""
    names, rows = [known.sheet.titles[k] for k in block], iter(hot)
    values = [next((name for name, is_hot in zip(names, next(rows), strict=True) if is_hot), "") if p else "" for p in known.pictures]
    text = f"`{known.sheet.name}` names {len(names):,} classes by a column each: {quoted(names)}.{doubt}"
    remark = Remark(text, True, {"classes": "none"}) if doubt else Remark(text)
    return Classes(f"{names[0]} to {names[-1]}", values, frozenset(block), (remark,))


def _two_statements(titles: Sequence[str]) -> str:
    """A doubt where the titles of two columns are statements, both of which may hold: "is_indoor" and "has_people"; "" otherwise."""
    if len(titles) != 2 or not any(map(STATEMENT.match, titles)):
        return ""
    said = [re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title).lower()) for title in titles]
    bare = [{*each} - DENIED for each in said]
    return "" if bare[0] == bare[1] else " Each row has a single 1 in these two, which may be two statements about a picture as well."


def _within(block: Sequence[int], hot: Sequence[Sequence[bool]]) -> list[int]:
    """The longest part of a block, more than half of it and of three columns at least, of which each row has a single 1."""
    rows = {tuple(row) for row in hot}
    for length in range(len(block) - 1, max(2, len(block) // 2), -1):
        for start in range(len(block) - length + 1):
            if all(sum(row[start : start + length]) == 1 for row in rows) and _varying([row[start : start + length] for row in rows]) > 1:
                return list(block[start : start + length])
    return []


def _hot(known: Bound, block: Sequence[int]) -> list[list[bool]]:
    """Which columns are hot, of each row about a picture."""
    cold = {"", "0", "0.0", "0.00", "false"}
    return [[known.sheet.columns[k][row].strip().lower() not in cold for k in block] for row, p in enumerate(known.pictures) if p]


def _varying(hot: Collection[Sequence[bool]]) -> int:
    """How many columns are hot in some rows and cold in others."""
    return sum(len(set(column)) > 1 for column in zip(*hot, strict=True))


def _binary(known: Bound, k: int) -> bool:
    values = {text.strip().lower() for text in set(known.sheet.columns[k])}
    return values <= {"0", "1", "0.0", "1.0", "0.00", "1.00", "true", "false", ""} and bool(values - {""})


def _skipped(binary: Sequence[int], start: int, k: int) -> bool:
    return k < start or any(each not in binary for each in range(start, k))
