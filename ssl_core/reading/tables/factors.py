"""A table's other columns by picture: quantities and texts that colour a map. No torch."""

from __future__ import annotations

from collections.abc import Sequence

from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.cells import LONGEST
from ssl_core.reading.tables.one_table import Said, numbering_column
from ssl_core.reading.tables.table import Value

Factors = dict[str, dict[str, Value]]  # by picture, then by column


def take_factors(said: Said, factors: Factors, numeric: dict[str, bool]) -> int:
    """Adds what the other columns say, and whether all values of a column are numbers; how many of the columns say anything."""
    known, sheet = said.known, said.known.sheet
    taken = {known.file, *said.parts.used, *said.classes.used, *said.group.used, said.captions, *(() if known.file >= 0 else (0,))}
    taken |= {*numbering_column(known)}
    columns = {title: [*column] for k, (title, column) in enumerate(zip(sheet.titles, sheet.columns, strict=True)) if k not in taken}
    if said.classes.several:
        labels = said.classes.several[1]
        columns |= {label: [str(int(label in row)) for row in labels] for label in sorted({each for row in labels for each in row})}
    told = 0
    for title, column in columns.items():
        told += _factor(f"{title} (column)" if title.lower() == "class" else title, column, known, factors, numeric)
    for picture in filter(None, known.pictures):
        factors.setdefault(picture, {})
    return told


def _factor(title: str, column: Sequence[str], known: Bound, factors: Factors, numeric: dict[str, bool]) -> bool:
    """One column's values by picture, as numbers where all are; whether there is any."""
    texts = [
        (picture, shown) for picture, text in zip(known.pictures, column, strict=True) if picture and (shown := text.strip()[:LONGEST])
    ]
    numbers = {text: words.number(text, known.sheet.comma) for _, text in texts if not words.missing(text)}
    number = bool(numbers) and None not in numbers.values()
    if not texts:
        return False
    numeric[title] = numeric.get(title, number) and number
    for picture, text in texts:
        value: Value | None = numbers.get(text) if number else text
        if value is not None:
            factors.setdefault(picture, {}).setdefault(title, int(value) if isinstance(value, float) and value.is_integer() else value)
    return True
