"""Pictures of which tables, or several rows of one table, say different parts: counted and asked about. No torch."""

from __future__ import annotations

from collections.abc import Sequence

from ssl_core.reading.account import Part, Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.one_table import Said
from ssl_core.reading.tables.table import count_of

MOST_PASSES = 20  # values of a column that tells the rows about one picture apart


def split_conflicts(tables: Sequence[Said]) -> list[Remark]:
    """Questions where tables say different parts of a picture; tables in the order in which they count."""
    split = [said for said in tables if said.parts.column]
    remarks = [remark for said in split if (remark := _between_rows(said))]
    first: dict[str, tuple[Part, str]] = {}
    for said in split:
        name, unlike = said.known.sheet.name, list[str]()
        for picture, part in zip(said.known.pictures, said.parts.values, strict=True):
            if picture and part and first.setdefault(picture, (part, name))[0] != part:
                unlike.append(first[picture][1])
        if unlike:
            text = f"`{name}` says another part than `{unlike[0]}` of {count_of(len(unlike), 'picture')} in its column "
            text += f"`{said.parts.column}`; `{unlike[0]}` counts."
            remarks.append(Remark(text, True, {"split": f"{name}:{said.parts.column}"}))
    return remarks


def _between_rows(said: Said) -> Remark | None:
    """A question where rows about one picture say different parts, with the column that tells such rows apart."""
    known, sheet = said.known, said.known.sheet
    column = sheet.column(said.parts.column) or ()
    first = {picture: column[row].strip() for row, picture in enumerate(known.pictures) if picture}
    unlike = {picture for row, picture in known.again if column[row].strip() != first[picture]}
    if not unlike:
        return None
    text = f"`{sheet.name}` has rows of different parts about {count_of(len(unlike), 'picture')} in its column `{said.parts.column}`; "
    if passes := _passes(said):
        title, value, count = passes
        text += f"of its {count} values in `{title}` the rows with '{value}' count."
    else:
        text += "the first row counts."
    return Remark(text, True, {"split": "none"})


def _passes(said: Said) -> tuple[str, str, int] | None:
    """The column that has one value in the first rows about pictures, and others in later ones; that value, and how many there are."""
    known, sheet = said.known, said.known.sheet
    told = [row for row, picture in enumerate(known.pictures) if picture]
    for title, column in zip(sheet.titles, sheet.columns, strict=True):
        values = {column[row] for row in told}
        if len(values) == 1 and 1 < (count := len(set(map(words.clean, column)))) <= MOST_PASSES:
            return title, words.clean(values.pop()), count
    return None
