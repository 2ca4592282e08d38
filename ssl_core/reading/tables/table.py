"""A CSV about pictures: classes, captions, splits and other columns. No torch, no picture is opened.

The first line names the columns; one of them (file, filename, image or path) says which picture a row is about. Separated by commas,
semicolons or tabs; UTF-8, UTF-16 by its mark, else Latin-1.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from ssl_core.functional.words import spoken
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.naming import distinct
from ssl_core.reading.tables.cells import FILE, LONGEST, column_of, rows_of, titles
from ssl_core.system.memory import Kept

LABEL, CAPTION, SPLIT = ("label", "class"), ("caption", "text"), ("split",)  # headers, without case, spaces and underscores
HALVES = {"train": "train", "training": "train", "test": "test", "testing": "test", "val": "test", "valid": "test", "validation": "test"}
MOST_BYTES = 64 * 2**20
MOST_CLASSES = 1_000
MOST_WORDS = 2_000  # of a vocabulary
LONGEST_CAPTION = 2_000
EMPTY = ("nan", "na", "n/a", "null", "none")  # texts that stand for a missing number
MEANT = 100  # pictures that one row may mean before its split tells them apart
KEPT = 8  # tables held in memory

Value = str | float | int


class PictureTable(NamedTuple):
    """What a CSV says about the pictures of a set, by picture name; unknown values have no entry."""

    name: str
    digest: str  # of the file
    labels: dict[str, str] | None  # None: no such column
    captions: dict[str, str]
    halves: dict[str, str]  # "train" or "test"
    factors: dict[str, dict[str, Value]]  # by picture, then by column
    columns: dict[str, bool]  # the columns of factors, and whether all their values are numbers
    faults: list[tuple[str, str]]  # of its rows and columns: the table's name, and the rest of a sentence that begins with it


def read(name: str, data: bytes, pictures: Sequence[str]) -> PictureTable:
    """What a CSV says about these pictures; the last few tables are cached.

    Raises:
        Unreadable: it is too large, no table, or names no files.
    """
    check_table_size(len(data))
    digest = hashlib.sha256(data).hexdigest()[:16]
    return _tables.get((name, digest, hash(tuple(pictures))), lambda: _read(name, digest, data, pictures))


def check_table_size(size: int, remedy: str = "") -> None:
    """Refuses a table of too many bytes. Raises Unreadable."""
    if size > MOST_BYTES:
        words = f"is larger than {MOST_BYTES // 2**20} MB, the most that is read of a table"
        raise Unreadable(f"{words}: {remedy}" if remedy else words)


_tables: Kept[tuple[str, str, int], PictureTable] = Kept(KEPT)


def beside(tables: Sequence[str], pictures: Sequence[str]) -> list[str]:
    """Of some tables those that lie in the root: in a folder that holds every picture, however deep."""
    shared = pictures[0].split("/")[:-1] if pictures else []
    for picture in pictures:
        parts = picture.split("/")[:-1]
        shared = shared[
            : next((k for k, pair in enumerate(zip(shared, parts, strict=False)) if pair[0] != pair[1]), min(len(shared), len(parts)))
        ]
    return sorted(table for table in tables if shared[: table.count("/")] == table.split("/")[:-1])


def _read(name: str, digest: str, data: bytes, pictures: Sequence[str]) -> PictureTable:
    head, rows, comma = rows_of(data)
    places = {key: column_of(head, names) for key, names in (("file", FILE), ("label", LABEL), ("caption", CAPTION), ("split", SPLIT))}
    found, faults = _found(name, rows, places["file"] or 0, places["split"], Names(pictures))
    others = {k: title for k, title in enumerate(titles(head)) if k not in places.values()}

    def column(key: str, longest: int = LONGEST) -> dict[str, str]:
        k = places[key]
        told = {} if k is None else {picture: " ".join(row[k].split())[:longest] for picture, row in found.items() if k < len(row)}
        return {picture: text for picture, text in told.items() if text}

    labels = column("label") if places["label"] is not None else None
    if labels is not None and len(set(labels.values())) > MOST_CLASSES:
        faults.append(
            (name, f"has {len(set(labels.values())):,} different labels; up to {MOST_CLASSES:,} are classes, so they colour the map")
        )
        others, labels = others | {places["label"] or 0: "label"}, None
    halves = {picture: HALVES[text.lower()] for picture, text in column("split").items() if text.lower() in HALVES}
    factors, columns = _factors(found, others, comma)
    empty = [title for k, title in others.items() if found and head[k].strip() and title not in columns]
    faults += [(name, f"has a column '{title}' with nothing in it") for title in empty]
    return PictureTable(name, digest, labels, column("caption", LONGEST_CAPTION), halves, factors, columns, faults)


def nameless(name: str, told: Collection[str], pictures: Sequence[str], more: str = "") -> list[tuple[str, str]]:
    """Remarks on pictures that no table names."""
    alone = sorted(set(pictures) - set(told))
    return [(name, f"has no row for {count_of(len(alone), 'picture')}{more}: {distinct(alone)}")] if alone else []


def vocabulary(captions: Iterable[str]) -> tuple[str, ...]:
    """The most frequent words of many captions, the most frequent first."""
    counts = Counter(word for caption in captions for word in spoken(caption))
    return tuple(sorted(counts, key=lambda word: (-counts[word], word))[:MOST_WORDS])


# Rows to pictures


class Names:
    """Pictures by the ways in which a table may name them: with folders or without, with more of them, without an ending, in any case."""

    def __init__(self, pictures: Sequence[str]) -> None:
        self.exact = set(pictures)

    @cached_property
    def near(self) -> tuple[Endings, Endings]:
        """Pictures by what their names end with, and by that without ".png"; tables that name all of them exactly never need it."""
        plain = {picture: _plain(picture) for picture in sorted(self.exact)}
        return Endings(plain), Endings({picture: name.rpartition(".")[0] for picture, name in plain.items()})

    def of(self, text: str) -> list[str]:
        """The pictures that a text in a table may mean."""
        if text in self.exact:
            return [text]
        path = re.sub(r"^(\./)+|^/+", "", text.strip().replace("\\", "/"))
        if path in self.exact:
            return [path]
        plain = _plain(path)
        return self.near[0].of(plain) or self.near[1].of(plain)


class Endings:
    """Pictures by the ends of their names, folder by folder; a look-up is a binary search."""

    def __init__(self, names: dict[str, str]) -> None:  # by picture
        self.whole: dict[str, list[str]] = defaultdict(list)
        for picture, name in names.items():
            self.whole[name].append(picture)
        self.ordered = sorted((_inside_out(name), picture) for picture, name in names.items())
        self.longest = max(map(len, self.whole), default=0)

    def of(self, path: str) -> list[str]:
        """Up to 100 pictures whose names end with this path; where there are none, those whose name is its longest end."""
        start = _inside_out(path)
        first = bisect_left(self.ordered, (start,))
        few = (self.ordered[k] for k in range(first, min(first + MEANT, len(self.ordered))))
        near = takewhile(lambda each: each[0].startswith(start), few)
        found = [picture for _, picture in near]
        rest = path[-self.longest - 1 :]
        while not found and "/" in rest:
            rest = rest.partition("/")[2]
            found = self.whole.get(rest, [])[:MEANT]
        return found


def _inside_out(path: str) -> str:
    """ "cat/1.png" as "1.png/cat/": names with a common end get a common beginning, as a binary search needs."""
    return "/".join(reversed(path.split("/"))) + "/"


def _plain(name: str) -> str:
    """A name without case and special characters, which uploads drop and file systems write differently."""
    return re.sub(r"[^\w .()+/-]", "_", unicodedata.normalize("NFC", name).lower())


def _found(
    table: str, rows: list[list[str]], file: int, split: int | None, names: Names
) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Each picture's row, and remarks on rows and pictures that don't match."""
    own = _half_of(table)  # the same name in both halves: the row says which, else where the table lies or what it is called
    found: dict[str, list[str]] = {}
    absent: list[str] = []
    unclear: list[str] = []
    again: list[str] = []
    for row in rows:
        text = row[file].strip() if file < len(row) else ""
        meant = names.of(text) if text else []
        if len(meant) > 1 and (half := HALVES.get(row[split].strip().lower() if split is not None and split < len(row) else "", own)):
            meant = [picture for picture in meant if HALVES.get(picture.split("/")[0].lower()) == half]
        if len(meant) != 1:
            (unclear if meant else absent).append(text or "(no name)")
        elif meant[0] in found:
            again.append(text)
        else:
            found[meant[0]] = row
    told = (
        (absent, "{rows} whose picture isn't there: {names}"),
        (unclear, "{rows} that may mean more than one picture, so they don't count (write the folders too): {names}"),
        (again, "{rows} about a picture that had one already, and the first counts: {names}"),
    )
    return found, [(table, "has " + words.format(rows=count_of(len(heap), "row"), names=distinct(heap))) for heap, words in told if heap]


def _half_of(table: str) -> str:
    """The half that a table is about by its name, as "train.csv" and "pets/test/labels.csv" are; "" where it doesn't say."""
    said = [HALVES[part] for part in table.rpartition(".")[0].lower().split("/") if part in HALVES]
    return said[-1] if said else ""


def count_of(number: int, word: str) -> str:
    """ "1 row", "2 rows"."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")


# Cells to factors


def _factors(found: dict[str, list[str]], others: dict[int, str], comma: bool) -> tuple[dict[str, dict[str, Value]], dict[str, bool]]:
    """What the other columns say, by picture; columns that are empty for all of them are left out."""
    factors: dict[str, dict[str, Value]] = {picture: {} for picture in found}
    columns: dict[str, bool] = {}
    for k, title in others.items():
        texts = {picture: row[k].strip()[:LONGEST] for picture, row in found.items() if k < len(row) and row[k].strip()}
        if not texts:
            continue
        numbers = {text: _number(text, comma) for text in set(texts.values()) if text.lower() not in EMPTY}
        columns[title] = bool(numbers) and None not in numbers.values()
        for picture, text in texts.items():
            value = numbers.get(text) if columns[title] else text
            if value is not None:
                factors[picture][title] = value
    return factors, columns


def _number(text: str, comma: bool) -> float | int | None:
    """A finite number, None where the text is none; "3,5" is one where commas don't separate columns."""
    try:
        value = float(text.replace(",", ".") if comma else text)
    except ValueError:
        return None
    return None if not math.isfinite(value) else int(value) if value == int(value) and abs(value) < 2**53 else value
