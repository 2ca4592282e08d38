"""A table with the picture that each of its rows is about. No torch."""

from __future__ import annotations

import re
from typing import NamedTuple

from ssl_core.reading.account import Part, Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.ends_of_names import named_by_ends
from ssl_core.reading.tables.file_column import SAMPLE, columns_of_pairs, file_column
from ssl_core.reading.tables.matching import Matcher
from ssl_core.reading.tables.sheets import Column, Sheet
from ssl_core.reading.tables.table import count_of
from ssl_core.reading.tables.uses import Fault, What


class Bound(NamedTuple):
    """A table, and the picture that each of its rows is about."""

    sheet: Sheet
    file: int  # the column that names pictures; -1: numbers of another table do
    pictures: list[str]  # by row; "" where a row counts for none
    part: Part | None  # that the table's name says
    faults: tuple[Fault, ...]
    remarks: tuple[Remark, ...] = ()
    again: tuple[tuple[int, str], ...] = ()  # rows about a picture that an earlier row is about, and that picture
    kept: frozenset[str] = frozenset()  # texts that a person keeps as classes although they stand for no label
    folders: bool = False  # whether rows are about folders, which the first column names

    @property
    def told(self) -> int:
        """Pictures that the table tells of."""
        return sum(map(bool, self.pictures))


def bound(sheet: Sheet, matcher: Matcher, file: int | None = None) -> Bound | None:
    """A table with its pictures; None where no column names any. file: the column that a person chose."""
    folder, part = sheet.name.rpartition("/")[0], words.part_in_name(sheet.name)
    remarks: tuple[Remark, ...] = ()
    column = file
    if file is None:
        column, remarks = file_column(sheet, matcher, folder, part)
    found = None if column is None else _rows(sheet, column, matcher, folder, part, remarks)
    if found is None and not columns_of_pairs(sheet, matcher) and (ends := named_by_ends(sheet, lambda: matcher.ends, file)):
        return _once(sheet, ends.file, ends.meant, [], part, (ends.remark,))
    return found


def _rows(sheet: Sheet, file: int, matcher: Matcher, folder: str, part: Part | None, remarks: tuple[Remark, ...]) -> Bound | None:
    """Each row's picture, and what is to be said of rows that have none."""
    halves = _halves(sheet)
    meant = [matcher.of(text, folder, halves[k] if halves else part) for k, text in enumerate(map(str.strip, sheet.columns[file]))]
    column = sheet.columns[file]
    faults: list[Fault] = []
    alone = [k for k, found in enumerate(meant) if not found and column[k].strip()]
    by_name = {k: found for k in alone if len(found := matcher.by_name(column[k])) == 1} if alone else {}
    far = {k for k in by_name if re.match(r"/|\\|[A-Za-z]:|[a-z]+://", column[k].strip())}
    if (
        by_name
        and len({found[0] for found in by_name.values()}) == len(by_name)
        and (len(by_name) > len(column) // 2 or far == set(by_name))
    ):
        for k, found in by_name.items():
            meant[k] = found
        k, found = next(iter(by_name.items()))
        faults.append(Fault("other folders", sheet.name, "note", len(by_name), (column[k], found[0])))
    return _once(sheet, file, meant, faults, part, (*remarks, *_short_names(sheet, column, meant, matcher)))


def _short_names(sheet: Sheet, column: Column, meant: list[list[str]], matcher: Matcher) -> tuple[Remark, ...]:
    """A remark where a table leaves out the ending that all pictures share."""
    count = len({found[0] for text, found in zip(column, meant, strict=True) if found and matcher.lacks_ending(text, found[0])})
    text = f"`{sheet.name}` names {count_of(count, 'picture')} without `{matcher.shared_ending}`, the ending that names of pictures share."
    return (Remark(text),) if count else ()


def _halves(sheet: Sheet) -> list[Part | None] | None:
    """The part of each row, where a column that is called as a split says it: of two pictures of one name it tells which is meant."""
    for title, column in zip(sheet.titles, sheet.columns, strict=True):
        if words.bare_header(title) in words.SPLITS and any(map(words.named_part, set(column[:SAMPLE]))):
            return [words.named_part(text.strip()) for text in column]
    return None


def _once(
    sheet: Sheet, file: int, meant: list[list[str]], faults: list[Fault], part: Part | None, remarks: tuple[Remark, ...]
) -> Bound | None:
    """Of several rows about one picture the first counts; rows about none or several are named."""
    column, seen, pictures = sheet.columns[file], set[str](), []
    amiss: dict[What, list[tuple[int, str]]] = {"absent": [], "unclear": [], "again": []}
    repeated: list[tuple[int, str]] = []
    for row, (text, found) in enumerate(zip(column, meant, strict=True)):
        if len(found) == 1 and found[0] not in seen:
            seen.add(found[0])
            pictures.append(found[0])
            continue
        pictures.append("")
        repeated += [(row, found[0])] if len(found) == 1 else []
        what: What = "absent" if not found else "unclear" if len(found) > 1 else "again"
        amiss[what].append((sheet.lines[row], text.strip() or "(no name)"))
    said = [
        Fault(what, sheet.name, "part", 0, tuple(t for _, t in heap), tuple(k for k, _ in heap)) for what, heap in amiss.items() if heap
    ]
    return Bound(sheet, file, pictures, part, (*sheet.faults, *faults, *said), remarks, tuple(repeated)) if seen else None
