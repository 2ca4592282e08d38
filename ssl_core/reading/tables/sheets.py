"""A file about pictures as columns of text: encoding, separator, first line, row names, and bounds. No torch."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.sources import SUFFIXES
from ssl_core.reading.table_sentences import fault_in_words
from ssl_core.reading.tables import words
from ssl_core.reading.tables.cells import LONGEST, MOST_CELLS, MOST_COLUMNS, UNSHOWN
from ssl_core.reading.tables.uses import Fault

Column = Sequence[str]
Names = Callable[[str], bool]  # whether a text names a picture
LOOKED_AT = 100  # lines by which the separator is chosen
HEADERS = frozenset().union(
    words.FILES, *words.CLASSES, words.SPLITS, words.CAPTIONS, *words.GROUPS, words.BOXES, words.SEQUENCE, words.YES_MEANS
)


class Sheet(NamedTuple):
    """A table as columns of equal length."""

    name: str
    titles: list[str]  # each once; "column 2" where nothing names it
    columns: list[Column]
    lines: Sequence[int]  # of each row, as an editor counts them
    titled: bool  # whether the file names its columns
    comma: bool = False  # whether a comma may stand in a number
    faults: tuple[Fault, ...] = ()
    parts: bool = False  # whether the last column was made of headings that name parts

    def named_columns(self) -> Iterable[tuple[str, Column]]:
        """Titles with their columns."""
        return zip(self.titles, self.columns, strict=True)

    def column(self, title: str) -> Column | None:
        """The column of this title, None where there is none."""
        return self.columns[self.titles.index(title)] if title in self.titles else None


def decoded_text(data: bytes) -> str:
    """Text by its byte-order mark, else UTF-16 by its zeros, else UTF-8, else Latin-1 as spreadsheets write it."""
    start = data[:2000]
    odd, even = start[1::2].count(0), start[::2].count(0)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    elif max(odd, even) > len(start) // 5 and min(odd, even) <= len(start) // 50:
        text = data.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    return re.sub("^sep=.\r?\n", "", UNSHOWN.sub("", text))


def separated(name: str, data: bytes, names: Names, plain: bool = False) -> Sheet:
    """A table of cells between commas, semicolons, tabs or bars. Raises Unreadable."""
    text = decoded_text(data)
    mark = _separator(text, ";" if name.lower().endswith(".csv") else "\t")
    _check_bounds(text, mark)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True)
        numbered = [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise Unreadable(f"can't be read as a table ({error}): is a quotation mark left open?") from None
    return of_rows(name, [row for _, row in numbered], [line for line, _ in numbered], names, mark == ";", plain)


def _check_bounds(text: str, mark: str) -> None:
    """Refuses too many cells. Raises Unreadable."""
    lines, cells = text.count("\n"), text.lstrip("\r\n").split("\n", 1)[0].count(mark) + 1
    if cells > MOST_COLUMNS:
        raise Unreadable(f"has {cells:,} columns; up to {MOST_COLUMNS:,} are read")
    if lines * cells > MOST_CELLS:
        raise Unreadable(f"has {lines:,} lines of {cells:,} columns; up to {MOST_CELLS:,} cells are read")


def _separator(text: str, usual: str) -> str:
    """The mark that splits the first lines most evenly into several cells, and finds known headers in the first."""
    lines = [line for line in text.split("\n", LOOKED_AT)[:LOOKED_AT] if line.strip()]

    def merit(mark: str) -> tuple[float, ...]:
        try:
            rows = list(csv.reader(lines, delimiter=mark, skipinitialspace=True))
        except csv.Error:
            return (0, 0, 0, 0)
        width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
        if width < 2:
            return (0, 0, 0, 0)
        known = sum(words.bare_header(cell) in HEADERS for cell in rows[0]) if len(rows[0]) > 1 else 0
        return (known, sum(len(row) == width for row in rows), width, mark == usual)

    return max(",;\t|", key=merit)


def of_rows(name: str, rows: list[list[str]], lines: Sequence[int], names: Names, comma: bool = False, plain: bool = False) -> Sheet:
    """A table of rows whose first may name the columns; rows with more cells than it are left out by line. Raises Unreadable.

    plain: a list, whose first line names columns only where it has several words and one of them is known.
    """
    if not rows:
        raise Unreadable("holds nothing")
    head = rows[0]
    is_file = any(cell.strip().lower().endswith(SUFFIXES) and names(cell) for cell in head)
    known = not is_file and any(words.bare_header(cell) in HEADERS for cell in head)
    if (known and len(head) > 1) if plain else (known or not any(map(names, head)) and not _numbers(head)):
        return _titled(name, head, rows[1:], list(lines[1:]), names, comma)
    width = Counter(map(len, rows)).most_common(1)[0][0]
    head = [f"column {k + 1}" for k in range(width)]
    if width == 2 and (said := words.split_in_name(name)):
        head[1] = said
    return _even(name, head, rows, list(lines), comma, False)


def _numbers(head: Sequence[str]) -> bool:
    """Whether a first line is a row: it holds a number in every cell but one, and so names no columns."""
    return len(head) > 1 and sum(words.number(cell.strip()) is not None for cell in head) >= max(1, len(head) - 1)


def _titled(name: str, head: list[str], rows: list[list[str]], lines: list[int], names: Names, comma: bool) -> Sheet:
    if rows and all(len(row) == len(head) + 1 for row in rows) and _row_names(head, rows, names):
        sheet = _even(name, ["row name", *head], rows, lines, comma, True)
        return sheet._replace(faults=(*sheet.faults, Fault("row names", name, "note")))
    return _even(name, head, rows, lines, comma, True)


def _row_names(head: list[str], rows: list[list[str]], names: Names) -> bool:
    """Whether the first cells of rows, one more than headers, are the names of the rows: unique, and not what the first header says."""
    if len({row[0] for row in rows}) < len(rows):
        return False
    said = [k for k, cell in enumerate(head) if words.bare_header(cell) in words.FILES]
    some = rows[:LOOKED_AT]

    def named(k: int) -> int:
        return sum(names(row[k]) for row in some)

    return (
        any(named(k + 1) > named(k) or named(k + 1) == len(some) for k in said) if said else named(0) > 0 or _numbers([*rows[0][:1], "1"])
    )


def _even(name: str, head: list[str], rows: list[list[str]], lines: list[int], comma: bool, titled: bool) -> Sheet:
    """Columns of equal length: short rows are filled up, long ones left out by line."""
    width, faults = len(head), list[Fault]()
    if any(len(row) > width for row in rows):
        cut = [row[:width] if not any(map(str.strip, row[width:])) else row for row in rows]
        long = [line for line, row in zip(lines, cut, strict=True) if len(row) > width]
        kept = [(line, row) for line, row in zip(lines, cut, strict=True) if len(row) <= width]
        lines, rows = [line for line, _ in kept], [row for _, row in kept]
        if long:
            faults.append(Fault("long rows", name, "part", rows=tuple(long)))
    if any(len(row) < width for row in rows):
        rows = [row if len(row) == width else [*row, *[""] * (width - len(row))] for row in rows]
    columns: list[Column] = list(zip(*rows, strict=True)) if rows else [()] * width
    if not rows and faults:
        raise Unreadable(f"{fault_in_words(faults[0])}. A comma inside a cell needs quotation marks around the cell")
    return Sheet(name, unique_titles(head), columns, lines, titled, comma, tuple(faults))


def unique_titles(head: Sequence[str]) -> list[str]:
    """Names of the columns as the file has them, each once."""
    seen: Counter[str] = Counter()
    found = []
    for k, cell in enumerate(head):
        title = words.clean(cell)[:LONGEST] or f"column {k + 1}"
        seen[title] += 1
        found.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return found
