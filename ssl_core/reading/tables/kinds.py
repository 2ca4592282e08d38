"""The values of a table's column as labels: numbers written alike are one, and what stands for no label is none. No torch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from ssl_core.reading.sources import SUFFIXES
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.cells import LONGEST
from ssl_core.reading.tables.markup import unmarked
from ssl_core.reading.tables.number_keys import number_key
from ssl_core.reading.tables.table import MOST_CLASSES

RECORD = 3  # numbers in a value from which it says several things
FEW = 10  # different numbers that are classes however few pictures there are


class Kinds(NamedTuple):
    """The values of a column on rows that are about pictures."""

    values: list[str]  # by row, "" where a row is about no picture or has no label
    counts: Counter[str]
    numbers: bool
    empty: Counter[str]  # what stands for no label

    @property
    def quantity(self) -> bool:
        """Whether the numbers measure something: fractions, or nearly as many whole numbers as pictures."""
        if not self.numbers:
            return False
        whole = all(float(value).is_integer() for value in self.counts)
        return not whole or (len(self.counts) > FEW and 2 * len(self.counts) > self.counts.total())


def kinds_of(known: Bound, k: int) -> Kinds:
    """A column's labels: numbers without zeros that mean nothing, texts without markup and spaces, none for what says none."""
    comma = known.sheet.comma
    raw = [text if picture else "" for text, picture in zip(unmarked(known.sheet.columns[k]), known.pictures, strict=True)]
    clean = {text: words.clean(text)[:LONGEST] for text in set(raw)}
    some = {text for text in clean.values() if not words.missing(text)}
    numbers = bool(some) and all(words.number(text, comma) is not None for text in some)
    as_one = {text: number_key(text.replace(",", ".") if comma else text) if numbers else text for text in some}
    if numbers and "-1" in as_one.values() and set(as_one.values()) - {"-1", "1"}:
        as_one = {text: "" if value == "-1" else value for text, value in as_one.items()}
    as_one |= {text: text for text in clean.values() if text in known.kept and not as_one.get(text)}
    numbers = numbers and all(words.number(text, comma) is not None for text in as_one.values() if text)
    by_raw = {text: as_one.get(value, "") for text, value in clean.items()}
    values = [by_raw[text] for text in raw]
    empty = Counter(text.strip() for text in raw if text.strip() and not by_raw[text])
    counts = Counter(values)
    del counts[""]
    return Kinds(values, counts, numbers, empty)


def classlike(kinds: Kinds, named: bool) -> bool:
    """Whether values are few, repeat, and cover the pictures; a column whose header says so may be of few pictures."""
    found, told = len(kinds.counts), kinds.counts.total()
    if not 1 <= found <= MOST_CLASSES or kinds.quantity or _files(kinds.counts) or any(map(_record, kinds.counts)):
        return False
    if named:
        return found < told or told <= 2 * FEW
    return (
        not all(map(_vector, kinds.counts))
        and 2 <= found <= told // 2
        and 2 * told >= sum(map(bool, kinds.values)) + kinds.empty.total()
        and told >= 4
    )


def _files(values: Iterable[str]) -> bool:
    """Whether values are names of pictures, as those of masks."""
    return all(value.lower().endswith(SUFFIXES) for value in values)


def _vector(value: str) -> bool:
    """Whether a value is several numbers ("-1 1 -1", "181.6;530.9")."""
    texts = re.split(r"[ ;,]+", value)
    return len(texts) > 1 and all(words.number(text) is not None for text in texts)


def _record(value: str) -> bool:
    """Whether a value is words and at least three numbers, as the rest of a list's line is: "G CIRC B 535 425 197"."""
    return sum(words.number(text) is not None for text in value.split()) >= RECORD


def part_alike(one: Kinds, other: Kinds) -> bool:
    """Whether two columns part the pictures alike."""
    if len(one.counts) != len(other.counts) or len(one.counts) < 2:
        return False
    return len(set(zip(one.values, other.values, strict=True)) - {("", "")}) == len(one.counts)
