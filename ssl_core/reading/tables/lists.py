"""Plain lists about pictures (.txt): a name a line, or a name and its class, between spaces, tabs or commas. No torch."""

from __future__ import annotations

import re
from collections import Counter

from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.sources import SUFFIXES
from ssl_core.reading.tables import words
from ssl_core.reading.tables.cells import MOST_CELLS, MOST_COLUMNS
from ssl_core.reading.tables.sheets import HEADERS, Names, Sheet, decoded_text, of_rows, separated

LOOKED_AT = 100  # lines by which a list is understood
LONGEST_LINE = 2_000  # characters; longer lines are prose or data
ENDING = "|".join(re.escape(each) for each in SUFFIXES)
AFTER_FILE = re.compile(rf"(.*?(?:{ENDING}))\s+(.*)", re.I)  # a name with spaces, and what follows it


def listed(name: str, data: bytes, names: Names) -> Sheet:
    """A list's rows; lines that begin with "#" are passed over. Raises Unreadable."""
    text = decoded_text(data)
    numbered = [(k, line.strip()) for k, line in enumerate(text.split("\n"), 1) if line.strip() and not line.startswith("#")]
    if not numbered:
        raise Unreadable("holds nothing")
    counted = _counts_rest([line for _, line in numbered])
    numbered = numbered[counted:]
    lines = [line for _, line in numbered]
    some = lines[:LOOKED_AT]
    if any(len(line) > LONGEST_LINE for line in some):
        raise Unreadable("holds prose or data, no list of pictures")
    at = [k for k, _ in numbered]
    if 2 * sum(map(names, some)) > len(some):  # the whole line is a name
        return of_rows(name, [[line] for line in lines], at, names, plain=True)
    if _even(some, "\t") or _headers(some[0]) or _even(some, ",") or _even(some, ";"):
        return separated(name, data if len(lines) == text.count("\n") and not counted else "\n".join(lines).encode(), names, plain=True)
    rows = _spaced(lines)
    if len(rows[0]) > MOST_COLUMNS or len(rows) * len(rows[0]) > MOST_CELLS:
        raise Unreadable(f"has {len(rows):,} lines of {len(rows[0]):,} columns; up to {MOST_CELLS:,} cells are read")
    heading = _heading(rows, names)
    if heading:
        rows = [heading, *rows[1:]]
    elif len(rows) > 1 and (
        len({len(row) for row in rows}) > 1 or (len(rows[0]) > 2 and not any(names(cell) or cell.isdigit() for cell in rows[0]))
    ):
        rows = _two(lines)
    return of_rows(name, rows, at, names, plain=not heading)


def _counts_rest(lines: list[str]) -> bool:
    """Whether a first line only counts the lines below, or those below a heading."""
    return len(lines) > 2 and lines[0].isdigit() and int(lines[0]) in (len(lines) - 1, len(lines) - 2) and len(lines[1].split()) > 1


def _heading(rows: list[list[str]], names: Names) -> list[str]:
    """The titles of columns between spaces; where each row has a cell more, and begins with a picture, the first title is "file".

    A first line without a number or picture is a heading where a column below it holds nothing else, or two of its words are known.
    """
    head, below = rows[0], rows[1 : LOOKED_AT + 1]
    width = len(rows[-1])
    if len(head) < 2 or not below or any(len(row) != width for row in rows[1:]) or any(_plain_value(cell, names) for cell in head):
        return []
    if width == len(head) + 1 and 2 * sum(names(row[0]) for row in below) > len(below):
        return ["file", *head]
    known = sum(words.bare_header(cell) in HEADERS for cell in head)
    told = any(all(_plain_value(row[k], names) for row in below) for k in range(len(head))) if width == len(head) else False
    return head if width == len(head) > 2 and (known > 1 or told) else []


def _plain_value(cell: str, names: Names) -> bool:
    """Whether a cell is a number or names a picture."""
    return words.number(cell) is not None or names(cell)


def _even(lines: list[str], mark: str) -> bool:
    """Whether a mark splits every line into as many cells."""
    counts = Counter(line.count(mark) for line in lines)
    return counts[0] == 0 and len(counts) == 1


def _headers(line: str) -> bool:
    """Whether a first line names columns between commas, of which any two are known."""
    return sum(words.bare_header(cell) in HEADERS for cell in line.split(",")) > 1


def _spaced(lines: list[str]) -> list[list[str]]:
    """Cells between spaces; what comes before a picture's ending is one cell."""
    plain = [line.split() for line in lines]
    if len({len(row) for row in plain[:LOOKED_AT]}) == 1:
        return plain
    named = [AFTER_FILE.fullmatch(line) for line in lines]
    return [[match[1], *match[2].split()] if match else row for match, row in zip(named, plain, strict=True)]


def _two(lines: list[str]) -> list[list[str]]:
    """A code, and words about it to the end of the line ("n01440764 tench, Tinca tinca"); prose is no list. Raises Unreadable."""
    rows = [line.split(maxsplit=1) for line in lines]
    if (
        any(len(row) < 2 for row in rows)
        or len({row[0] for row in rows}) < len(rows)
        or not any(any(map(str.isdigit, row[0])) for row in rows)
    ):
        raise Unreadable("is no list: its lines have different numbers of words")
    return rows
