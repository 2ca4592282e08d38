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
MOST = 0.9  # share of a column whose texts must name pictures where they repeat, or are numbers
ROWS_EACH = 5  # rows about one picture on average from which a column that repeats is no file column


def file_column(sheet: Sheet, matcher: Matcher, folder: str, part: Part | None) -> tuple[int | None, tuple[Remark, ...]]:
    """The column that names most pictures, and a question where another names others as well."""
    merits = sorted((_merit(sheet, k, matcher, folder, part), -k) for k in range(len(sheet.columns)))
    fits = [(merit, -k) for merit, k in reversed(merits) if merit > 0]
    if not fits or (len(fits) > 1 and all(_repeats(sheet, k) for _, k in fits)):  # rows about pairs
        return None, ()
    best, first = fits[0]
    return first, _others(sheet, matcher, folder, part, first, [k for merit, k in fits[1:] if merit > best - 0.15])


def columns_of_pairs(sheet: Sheet, matcher: Matcher) -> list[str]:
    """Titles of the columns that name pictures, several rows each, where there are two or more: each row is about a pair."""
    folder, part = sheet.name.rpartition("/")[0], words.part_in_name(sheet.name)
    found = [k for k in range(len(sheet.columns)) if _merit(sheet, k, matcher, folder, part) > 0]
    return [sheet.titles[k] for k in found] if len(found) > 1 and all(_repeats(sheet, k) for k in found) else []


def _merit(sheet: Sheet, k: int, matcher: Matcher, folder: str, part: Part | None) -> float:
    """How well a column names pictures; 0 where it does not."""
    size, header, column = len(sheet.lines), words.bare_header(sheet.titles[k]), sheet.columns[k]
    if header in words.MASKS or header in words.BOXES:
        return 0
    rows = range(0, size, max(1, size // SAMPLE))
    texts = [text for row in rows if (text := column[row].strip())]
    rate = sum(bool(matcher.of(text, folder, part)) or _by_name_alone(matcher, text) for text in texts) / max(1, len(rows))
    known, ends = header in words.FILES, _endings(texts)
    if rate < ENOUGH and not (known and rate) and not (rate and ends):
        return 0
    number = all(words.number(text) is not None for text in texts)
    if (
        not known
        and _repeats(sheet, k)
        and not (rate >= MOST and not number and (ends or header.endswith("id")) and _few_rows_each(column))
    ):
        return 0
    whole = number and _whole_names(column, matcher, 4 if part else 5)
    if number and not known and not whole and len(sheet.columns) > 1 and 2 * size < len(matcher.pictures):  # classes' numbers, ages
        return 0
    return rate + 0.3 * known + 0.2 * ends - 0.2 * (number and not whole)


def _repeats(sheet: Sheet, k: int) -> bool:
    """Whether the texts of a column repeat."""
    size = len(sheet.lines)
    return len(set(sheet.columns[k])) < min(0.9 * size, size - 1)


def _few_rows_each(column: Sequence[str]) -> bool:
    """Whether a text has few rows, as one has of which each row is about an object on a picture."""
    return len(column) < ROWS_EACH * len(set(column))


def _whole_names(column: Sequence[str], matcher: Matcher, digits: int) -> bool:
    """Whether numbers are whole names of pictures but for the ending, with all their zeros, and long enough to be no age or class."""
    texts = [text for each in column if (text := each.strip())]
    return bool(texts) and sum(len(text) >= digits and matcher.is_stem(text) for text in texts) >= MOST * len(texts)


def _endings(texts: Sequence[str]) -> bool:
    """Whether texts end as pictures' files do."""
    return 2 * sum(text.lower().endswith(SUFFIXES) for text in texts) > len(texts)


def _by_name_alone(matcher: Matcher, text: str) -> bool:
    return text.lower().endswith(SUFFIXES) and len(matcher.by_name(text)) == 1


def _others(sheet: Sheet, matcher: Matcher, folder: str, part: Part | None, first: int, others: list[int]) -> tuple[Remark, ...]:
    """A question where another column, as likely, names other pictures."""

    def named(k: int) -> list[list[str]]:
        return [matcher.of(text.strip(), folder, part) or matcher.by_name(text) for text in sheet.columns[k][:SAMPLE]]

    mine = named(first) if others else []
    for k in others:
        if named(k) != mine:
            name, title, other = sheet.name, sheet.titles[first], sheet.titles[k]
            text = f"`{name}` names other pictures in its column `{other}` than in `{title}`, by which its rows are read."
            return (Remark(text, True, {"file": f"{name}:{other}"}),)
    return ()
