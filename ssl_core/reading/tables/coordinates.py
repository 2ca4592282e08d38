"""Columns that hold coordinates, which name no classes: lefteye_x beside lefteye_y. No torch."""

from __future__ import annotations

import re

from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound

AXES = re.compile(r"(?<![a-z0-9])([xy])(?![a-z])")
OTHER = {"x": "y", "y": "x"}


def coordinates(known: Bound) -> frozenset[int]:
    """Columns that differ from another one by x and y in their titles and hold numbers beyond 0 and 1; y and dx beside an x."""
    titles, headers = [title.lower() for title in known.sheet.titles], [words.bare_header(title) for title in known.sheet.titles]
    places = {k: AXES.sub(lambda found: OTHER[found[1]], title) for k, title in enumerate(titles) if AXES.search(title)}
    pairs = {k for k, partner in places.items() if partner in titles and _beyond_one(known, k)}
    beside = any(header == "x" and k != known.file for k, header in enumerate(headers))
    return frozenset(pairs | {k for k, header in enumerate(headers) if beside and header in ("y", "dx")})


def _beyond_one(known: Bound, k: int) -> bool:
    numbers = {words.number(text, known.sheet.comma) for text in set(known.sheet.columns[k]) if not words.missing(text)}
    return None not in numbers and any(abs(number) > 1 for number in numbers if number is not None)
