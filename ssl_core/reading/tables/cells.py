"""A CSV's bytes as a header and rows: encoding, separator, and bounds. No torch."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from ssl_core.reading.images.unreadable import Unreadable

FILE = ("file", "filename", "image", "path")  # headers, without case, spaces and underscores
MOST_COLUMNS = 1_000
MOST_CELLS = 4_000_000
LONGEST = 200  # characters of a header, a class and a factor
UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # what would move a terminal's cursor


def rows_of(data: bytes) -> tuple[list[str], list[list[str]], bool]:
    """The header, the rows below it, and whether a comma may stand in a number. Raises Unreadable."""
    text = _text(data)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t", key=lambda mark: (column_of(_cells(first, mark), FILE) is not None, first.count(mark)))
    head = _cells(first, separator)
    if len(head) > MOST_COLUMNS:
        raise Unreadable(f"has {len(head):,} columns; up to {MOST_COLUMNS:,} are read")
    if column_of(head, FILE) is None:
        raise Unreadable(f"says nothing about pictures: its first line has no column {', '.join(FILE[:-1])} or {FILE[-1]}")
    lines = text.count("\n")
    if lines * len(head) > MOST_CELLS:
        raise Unreadable(f"has {lines:,} lines of {len(head):,} columns; up to {MOST_CELLS:,} cells are read")
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(map(str.strip, row))]
    except csv.Error as error:
        raise Unreadable(f"can't be read as a table ({error}): is a quotation mark left open?") from None
    return head, rows[1:], separator == ";"


def _text(data: bytes) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")  # Latin-1 as spreadsheets write it, with its curly quotation marks
    return re.sub("^sep=.\r?\n", "", UNSHOWN.sub("", text))  # a spreadsheet's own first line


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])
    except csv.Error:
        return []


def column_of(head: Sequence[str], names: Sequence[str]) -> int | None:
    """The first column of one of these names, the names in their order."""
    plain = [re.sub(r"[\s_-]", "", title).lower() for title in head]
    return next((plain.index(name) for name in names if name in plain), None)


def titles(head: Sequence[str]) -> list[str]:
    """Names of the columns, each once; none is called as the set's own class is."""
    seen: Counter[str] = Counter()
    titles = []
    for k, cell in enumerate(head):
        title = " ".join(cell.split())[:LONGEST] or f"column {k + 1}"
        title = f"{title} (column)" if title.lower() == "class" else title
        seen[title] += 1
        titles.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return titles
