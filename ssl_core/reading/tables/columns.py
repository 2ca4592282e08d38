"""A table's columns as colours of a map: dates as numbers, and columns that can't or hardly colour it. No torch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ssl_core.reading.sources import LeftOut
from ssl_core.reading.tables.table import PictureTable, count_of

TEXT = 50  # different texts beyond which a column that seldom repeats itself is more than kinds
TIME = r"(?:[T ]+(\d\d?):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
DATES = (  # 2023-05-31, 2023/5/31 and a camera's 2023:05:31; 31.5.2023
    re.compile(r"(?P<year>\d{4})([-/:])(?P<month>\d\d?)\2(?P<day>\d\d?)" + TIME),
    re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})" + TIME),
)
LONG = 730  # days from the first to the last date beyond which years are counted


def dated(values: Sequence[object]) -> tuple[str, list[float | None]] | None:
    """Dates as numbers, and their unit: "year", or "days since 2023-05-01" where they lie within two years; None where one is no date."""
    if _day(next((value for value in values if value is not None), None)) is None:  # the first says it of most columns
        return None
    day_N = [_day(value) for value in values]
    known = [day for day in day_N if day is not None]
    if len(known) < sum(value is not None for value in values):
        return None
    first = int(min(known))
    if max(known) - first > LONG:
        return "year", [None if day is None else _year(day) for day in day_N]
    return f"days since {date.fromordinal(first)}", [None if day is None else day - first for day in day_N]


def _day(value: object) -> float | None:
    """Days since the year 1, None where a value is no date: "24:00" would be the day after, and after 9999-12-31 there is none."""
    match = next(filter(None, (form.fullmatch(value.strip()) for form in DATES)), None) if isinstance(value, str) else None
    if match is None:
        return None
    hours, minutes = map(int, match.groups(default="0")[-2:])
    if hours > 23 or minutes > 59:
        return None
    try:
        whole = date(int(match["year"]), int(match["month"]), int(match["day"])).toordinal()
    except ValueError:
        return None
    return whole + hours / 24 + minutes / 1440


def _year(day: float) -> float:
    """2023.5 for the middle of that year."""
    year = date.fromordinal(int(day)).year
    return year + (day - date(year, 1, 1).toordinal()) / 366


def hardly_seen(known: PictureTable, pictures: Sequence[str]) -> LeftOut:
    """Columns that colour no map of these test pictures, or hardly, each with the reason."""
    found: LeftOut = []
    for title, number in known.columns.items():
        values = [told[title] for told in (known.factors.get(picture, {}) for picture in pictures) if title in told]
        kinds = len(set(values))
        if not kinds and len(pictures) > 1:
            found.append((known.name, f"says nothing of a test picture in its column '{title}', so no map is coloured by it"))
        elif kinds == 1 and len(pictures) > 1:
            same = f"says '{values[0]}' and nothing else in its column '{title}' of {count_of(len(values), 'test picture')}"
            found.append((known.name, f"{same}, so no map is coloured by it"))
        elif not number and kinds > max(TEXT, len(values) // 4) and dated(values) is None:
            fault = f"has {kinds:,} different texts for {count_of(len(values), 'test picture')} in its column '{title}'"
            found.append((known.name, f"{fault}: a map shows the 9 most frequent and the others, and leaves it out where no two agree"))
    return found
