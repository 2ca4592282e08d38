"""Rows that name pictures by the end of their file names, with folders and ids in other columns. No torch."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ssl_core.reading.account import Remark
from ssl_core.reading.sources import SUFFIXES
from ssl_core.reading.tables import words
from ssl_core.reading.tables.sheets import Sheet
from ssl_core.reading.tables.table import count_of

MOST = 0.9  # share of a column's texts that must name a picture each
SHORTEST = 5  # letters of a text, which a number of a picture hasn't
SAMPLE = 100  # rows by which columns are looked for

Ends = Mapping[str, Sequence[str]]  # pictures by each end of their file names


class NamedByEnds(NamedTuple):
    """The column that names pictures so, the pictures that each row may mean, and a remark."""

    file: int
    meant: list[list[str]]
    remark: Remark


def ends_of(pictures: Sequence[str]) -> Ends:
    """Pictures by what follows each sign in their file names, without the last ending, in small letters."""
    found: dict[str, list[str]] = defaultdict(list)
    for picture in pictures:
        stem = _stem(picture)
        for sign in re.finditer(r"[._-]+", stem):
            if len(end := stem[sign.end() :]) >= SHORTEST:
                found[end].append(picture)
    return found


def named_by_ends(sheet: Sheet, ends: Callable[[], Ends], file: int | None = None) -> NamedByEnds | None:
    """The column of which nearly each text is the end of one picture's name; None where there is none. file: that a person chose."""
    ids = [k for k, title in enumerate(sheet.titles) if words.bare_header(title).endswith("id")]
    for k in [k for k in range(len(sheet.columns)) if _names_files(sheet, k)] if file is None else [file]:
        some = [_stem(text) for text in sheet.columns[k][:SAMPLE] if _is_name(text)]
        near = [picture for text in some for picture in ends().get(text, ())]
        if not near or sum(text in ends() for text in some) < MOST * len(sheet.columns[k][:SAMPLE]):
            continue
        places = {folder for picture in near for folder in picture.split("/")[:-1]}
        folders = [at for at, column in enumerate(sheet.columns) if places and all(text.strip() in places for text in column[:SAMPLE])]
        cells = [tuple(sheet.columns[each][row].strip() for each in folders + ids) for row in range(len(sheet.lines))]
        meant = [_of_row(ends().get(_stem(text), ()), each, len(folders)) for text, each in zip(sheet.columns[k], cells, strict=True)]
        one = {found[0] for found in meant if len(found) == 1}
        if len(one) >= MOST * len(meant):
            beside = f" and the folders in its column `{sheet.titles[folders[0]]}`" if folders else ""
            text = f"`{sheet.name}` names {count_of(len(one), 'picture')} by the ends of their file names in its column `{sheet.titles[k]}`"
            return NamedByEnds(k, meant, Remark(f"{text}{beside}."))
    return None


def _names_files(sheet: Sheet, k: int) -> bool:
    """Whether a column is called as one of files, or most of its texts end as pictures do."""
    some = sheet.columns[k][:SAMPLE]
    return words.bare_header(sheet.titles[k]) in words.FILES or 2 * sum(text.strip().lower().endswith(SUFFIXES) for text in some) > len(
        some
    )


def _of_row(pictures: Sequence[str], cells: Sequence[str], folders: int) -> list[str]:
    """The pictures whose folders a row names; of several those that begin with its ids."""
    found = [each for each in pictures if set(cells[:folders]) <= set(each.split("/")[:-1])]
    if len(found) < 2:
        return found
    ids = {cell for cell in cells[folders:] if cell}
    shared = [len(ids & set(re.split(r"[._-]+", each.rpartition("/")[2]))) for each in found]
    return [each for each, count in zip(found, shared, strict=True) if count == max(shared)]


def _is_name(text: str) -> bool:
    return len(_stem(text)) >= SHORTEST and words.number(text) is None


def _stem(name: str) -> str:
    last = name.strip().replace("\\", "/").rpartition("/")[2].lower()
    return last.rpartition(".")[0] if last.endswith(SUFFIXES) else last
