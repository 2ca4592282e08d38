"""Which of a table's columns names the pictures. No torch."""

from __future__ import annotations

from collections.abc import Sequence

from ssl_core.reading.account import Part, Remark
from ssl_core.reading.sources import SUFFIXES
from ssl_core.reading.tables import words
from ssl_core.reading.tables.matching import Matcher
from ssl_core.reading.tables.sheets import Sheet

SAMPLE = 120  # rows by which columns are compared
ENOUGH = 0.5  # share of the sample that a column must name


def file_column(sheet: Sheet, matcher: Matcher, folder: str, part: Part | None) -> tuple[int | None, tuple[Remark, ...]]:
    """The column that names most pictures, and a question where another names others as well."""
    size = len(sheet.lines)
    rows = range(0, size, max(1, size // SAMPLE))
    merits: list[tuple[float, int]] = []
    for k, column in enumerate(sheet.columns):
        header = words.bare_header(sheet.titles[k])
        if header in words.MASKS or header in words.BOXES:
            continue
        texts = [text for row in rows if (text := column[row].strip())]
        rate = sum(bool(matcher.of(text, folder, part)) or _by_name_alone(matcher, text) for text in texts) / max(1, len(rows))
        known = header in words.FILES
        if rate < ENOUGH and not (known and rate) and not (rate and _endings(texts)):
            continue
        if not known and len(set(column)) < min(0.9 * size, size - 1):
            continue
        plain_number = all(words.number(text) is not None for text in texts)
        if plain_number and not known and len(sheet.columns) > 1 and 2 * size < len(matcher.pictures):  # numbers of classes, ages
            continue
        merits.append((rate + 0.3 * known + 0.2 * _endings(texts) - 0.2 * plain_number, -k))
    if not merits:
        return None, ()
    merits.sort(reverse=True)
    first = -merits[0][1]
    return first, _others(sheet, matcher, folder, part, first, [-k for merit, k in merits[1:] if merit > merits[0][0] - 0.15])


def _endings(texts: Sequence[str]) -> bool:
    """Whether texts end as pictures' files do."""
    return 2 * sum(text.lower().endswith(SUFFIXES) for text in texts) > len(texts)


def _by_name_alone(matcher: Matcher, text: str) -> bool:
    return text.lower().endswith(SUFFIXES) and len(matcher.by_name(text)) == 1


def _others(sheet: Sheet, matcher: Matcher, folder: str, part: Part | None, first: int, others: list[int]) -> tuple[Remark, ...]:
    """A question where another column, as likely, names other pictures."""

    def named(k: int) -> list[list[str]]:
        return [matcher.of(text.strip(), folder, part) for text in sheet.columns[k][:SAMPLE]]

    mine = named(first) if others else []
    for k in others:
        if named(k) != mine:
            name, title, other = sheet.name, sheet.titles[first], sheet.titles[k]
            text = f"`{name}` names other pictures in its column `{other}` than in `{title}`, by which its rows are read."
            return (Remark(text, True, {"file": f"{name}:{other}"}),)
    return ()
