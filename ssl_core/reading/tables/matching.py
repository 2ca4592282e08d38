"""Which picture a text in a table means, and which of a table's columns names the pictures. No torch."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from ssl_core.reading.account import Part, Remark
from ssl_core.reading.sources import SUFFIXES
from ssl_core.reading.tables import words
from ssl_core.reading.tables.sheets import Column, Sheet
from ssl_core.reading.tables.table import Names
from ssl_core.reading.tables.uses import Fault, What

SAMPLE = 120  # rows by which columns are compared
ENOUGH = 0.5  # share of the sample that a column must name
STAMP = re.compile(r"[0-9a-f]{6,}(?:-[0-9a-f]{4,}){0,4}[-_](?=.)")  # what a labelling tool puts before a file's name
ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]+://[^/]*/?", re.I)


class Matcher:
    """Pictures by the ways in which tables name them."""

    def __init__(self, pictures: Sequence[str]) -> None:
        self.pictures = pictures
        self.names = Names(pictures)
        self._bare: dict[str, list[str]] = {}

    def of(self, text: str, folder: str = "", part: Part | None = None) -> list[str]:
        """The pictures that a text may mean; of several those below the table's folder, then those of the part that it is about."""
        if folder and (near := f"{folder}/{text}") in self.names.exact:
            return [near]
        found = self._found(text)
        if len(found) > 1 and folder:
            found = [each for each in found if each.startswith(f"{folder}/")] or found
        if len(found) > 1 and part:
            found = [each for each in found if words.part_in_name(each) == part] or found
        return found

    def names_one(self, text: str) -> bool:
        """Whether a text names a picture."""
        return bool(text.strip()) and bool(self.of(text))

    def by_name(self, text: str) -> list[str]:
        """Pictures of the same file name in whatever folders."""
        return self._by_file.get(_last(_path(text)).lower(), [])

    def own(self, name: str) -> str:
        """The picture that a file is called as, but for its ending ("labels/a/1.txt" as "images/a/1.png"); "" where none or several are."""
        bare = name.rpartition(".")[0]
        found = self._by_stem.get(_last(bare), [])
        if len(found) < 2:
            return found[0] if found else ""
        folders = set(name.lower().split("/")[:-1])
        near = sorted(((len(folders & set(each.lower().split("/")[:-1])), each) for each in found), reverse=True)
        return near[0][1] if near[0][0] > near[1][0] else ""

    def _found(self, text: str) -> list[str]:
        if text in self.names.exact:
            return [text]
        if len(bare := self._by_stem.get(text, [])) == 1 and text.lower() not in self._by_file:  # what is most usual, without a search
            return bare
        path = _path(text)
        if not path or path.endswith("/"):
            return []
        return self.names.of(path) or self._stamped(path) or self._numbered(path) or self._other_ending(path)

    def _stamped(self, path: str) -> list[str]:
        name = _last(path)
        match = STAMP.match(name)
        return self.names.of(name[match.end() :]) if match else []

    def _numbered(self, path: str) -> list[str]:
        """Numbers whose zeros a spreadsheet took: "1", "1.0" and "1.png" as "00001.png"."""
        bare, _, ending = path.rpartition(".") if path.lower().endswith(SUFFIXES) else (path, "", "")
        value = words.number(bare)
        if value is None or value < 0 or value != int(value):
            return []
        found = self._by_number.get(int(value), [])
        return [each for each in found if each.lower().endswith(f".{ending.lower()}")] if ending else found

    def _other_ending(self, path: str) -> list[str]:
        return self.names.of(path.rpartition(".")[0]) if path.lower().endswith(SUFFIXES) else []

    @cached_property
    def _by_number(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for picture in self.pictures:
            bare = _last(picture).rpartition(".")[0]
            if bare.isascii() and bare.isdigit() and len(bare) < 19:
                found[int(bare)].append(picture)
        return found

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for picture in self.pictures:
            found[_last(picture).rpartition(".")[0]].append(picture)
        return found

    @cached_property
    def _by_file(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for picture in self.pictures:
            found[_last(picture).lower()].append(picture)
        return found


def _path(text: str) -> str:
    """A text as a path below some folder: without an address, a drive, quotes of addresses (%20) and what follows a caption's "#"."""
    path = text.strip().replace("\\", "/")
    if "?d=" in path:  # a labelling tool's local files
        path = path.partition("?d=")[2]
    if ADDRESS.match(path):
        path = ADDRESS.sub("", path).partition("?")[0]
    if "%" in path:
        path = unquote(path)
    path = re.sub(r"#\d+$", "", path)
    return re.sub(r"^(?:[A-Za-z]:)?(?:/|\./)*", "", path)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


class Bound(NamedTuple):
    """A table, and the picture that each of its rows is about."""

    sheet: Sheet
    file: int  # the column that names pictures; -1: numbers of another table do
    pictures: list[str]  # by row; "" where a row counts for none
    part: Part | None  # that the table's name says
    faults: tuple[Fault, ...]
    remarks: tuple[Remark, ...] = ()
    again: tuple[tuple[int, str], ...] = ()  # rows about a picture that an earlier row is about, and that picture

    @property
    def told(self) -> int:
        """Pictures that the table tells of."""
        return sum(map(bool, self.pictures))


def bound(sheet: Sheet, matcher: Matcher, file: int | None = None) -> Bound | None:
    """A table with its pictures; None where no column names any. file: the column that a person chose."""
    folder, part = sheet.name.rpartition("/")[0], words.part_in_name(sheet.name)
    remarks: tuple[Remark, ...] = ()
    if file is None:
        file, remarks = _file_column(sheet, matcher, folder, part)
    return None if file is None else _rows(sheet, file, matcher, folder, part, remarks)


def _file_column(sheet: Sheet, matcher: Matcher, folder: str, part: Part | None) -> tuple[int | None, tuple[Remark, ...]]:
    """The column that names most pictures, and a question where another names others as well."""
    size = len(sheet.lines)
    rows = range(0, size, max(1, size // SAMPLE))
    merits: list[tuple[float, int]] = []
    for k, column in enumerate(sheet.columns):
        header = words.bare_header(sheet.titles[k])
        if header in words.MASKS or header in words.BOXES:
            continue
        texts = [text for row in rows if (text := column[row].strip())]
        rate = sum(bool(matcher.of(text, folder, part)) or _by_name_alone(matcher, text) for text in texts) / max(1, len(rows))
        known = header in words.FILES
        if rate < ENOUGH and not (known and rate) and not (rate and _endings(texts)):
            continue
        if not known and len(set(column)) < min(0.9 * size, size - 1):
            continue
        plain_number = all(words.number(text) is not None for text in texts)
        if plain_number and not known and len(sheet.columns) > 1 and 2 * size < len(matcher.pictures):  # numbers of classes, ages
            continue
        merits.append((rate + 0.3 * known + 0.2 * _endings(texts) - 0.2 * plain_number, -k))
    if not merits:
        return None, ()
    merits.sort(reverse=True)
    first = -merits[0][1]
    return first, _others(sheet, matcher, folder, part, first, [-k for merit, k in merits[1:] if merit > merits[0][0] - 0.15])


def _endings(texts: Sequence[str]) -> bool:
    """Whether texts end as pictures' files do."""
    return 2 * sum(text.lower().endswith(SUFFIXES) for text in texts) > len(texts)


def _by_name_alone(matcher: Matcher, text: str) -> bool:
    return text.lower().endswith(SUFFIXES) and len(matcher.by_name(text)) == 1


def _others(sheet: Sheet, matcher: Matcher, folder: str, part: Part | None, first: int, others: list[int]) -> tuple[Remark, ...]:
    """A question where another column, as likely, names other pictures."""

    def named(k: int) -> list[list[str]]:
        return [matcher.of(text.strip(), folder, part) for text in sheet.columns[k][:SAMPLE]]

    mine = named(first) if others else []
    for k in others:
        if named(k) != mine:
            name, title, other = sheet.name, sheet.titles[first], sheet.titles[k]
            text = f"`{name}` names other pictures in its column `{other}` than in `{title}`, by which its rows are read."
            return (Remark(text, True, {"file": f"{name}:{other}"}),)
    return ()


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
    return _once(sheet, file, meant, faults, part, remarks)


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


def by_numbers(sheet: Sheet, numbered: dict[str, str]) -> Bound | None:
    """A table whose first column holds numbers that another table gives to pictures (CUB's image_class_labels.txt)."""
    if len(sheet.columns) < 2:
        return None
    keys = [number_key(text) for text in sheet.columns[0]]
    pictures = [numbered.get(key, "") for key in keys]
    named = sum(map(bool, pictures))
    if named < 0.9 * len(keys) or 2 * named < len(numbered) or len(set(keys)) < len(keys):
        return None
    return Bound(sheet, -1, pictures, None, sheet.faults)


def numbers_of(known: Bound) -> dict[str, str]:
    """Pictures by the numbers that a table of two columns gives them, {} where it does not."""
    if len(known.sheet.columns) != 2 or known.file < 0:
        return {}
    column: Column = known.sheet.columns[1 - known.file]
    keys = [number_key(text) for text in column]
    if len(set(keys)) < len(keys) or not all(words.number(key) is not None for key in keys):
        return {}
    return {key: picture for key, picture in zip(keys, known.pictures, strict=True) if picture}


def number_key(text: str) -> str:
    """0, 0.0 and 00 as one text; other texts as they are."""
    value = words.number(text.strip())
    return text.strip() if value is None or value != int(value) else str(int(value))
