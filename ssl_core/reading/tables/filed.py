"""The files beside pictures, read: tables, files of annotations, and a sentence on each that is neither. No torch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from ssl_core.reading.account import Remark
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.tables import object_files
from ssl_core.reading.tables.beside import Candidate
from ssl_core.reading.tables.formats import sheet_of
from ssl_core.reading.tables.matching import Matcher
from ssl_core.reading.tables.object_files import Objects
from ssl_core.reading.tables.sheets import Sheet
from ssl_core.reading.tables.table import check_table_size
from ssl_core.reading.tables.uses import Fault, TableUse, Weight, What

MOST_TABLES = 2_000  # files that are read of one set
MOST_OWN = 20_000  # files called as a picture is, which hold its annotations
MOST_TOTAL = 256 * 2**20  # bytes of all of them
VOC_SAYS = {"1", "0", "-1"}  # of a picture in a list of a class: there, hard to see, not there
ANNOTATIONS = (".json", ".xml")  # endings of files that hold boxes and outlines beside classes


class ReadFiles(NamedTuple):
    """What was read."""

    sheets: list[Sheet]
    offered: list[Sheet]  # classes of objects on pictures, which are used where a person says so
    digests: dict[str, str]  # of the bytes, by file
    uses: dict[str, TableUse]  # of each file that is no table
    kinds: dict[str, str]  # of annotations, by file
    remarks: list[Remark]
    without_objects: set[str]  # files that were read and tell of no objects


def read_files(tables: Sequence[Candidate], matcher: Matcher) -> ReadFiles:
    """Reads the files within bounds."""
    read = ReadFiles([], [], {}, {}, {}, [], set())
    objects: list[Objects] = []
    own = {
        each.name: picture for each in tables if not each.name.lower().endswith((".csv", ".tsv")) and (picture := matcher.own(each.name))
    }
    total = count = 0
    for candidate in tables:
        try:
            _check_size(candidate)
            total, count = total + candidate.size, count + (candidate.name not in own)
            if total > MOST_TOTAL or count > MOST_TABLES or len(objects) >= MOST_OWN:
                raise Unreadable(
                    f"is not read: up to {MOST_TABLES:,} tables of {MOST_TOTAL // 2**20} MB together are, those nearest to the root first"
                )
            _read(candidate, candidate.name in own, matcher, read, objects)
        except (Unreadable, OSError) as error:
            reason = str(error) if isinstance(error, Unreadable) else "cannot be opened"
            _set_aside(read, candidate.name, "unreadable", "file", named=(reason,))
    offered, remarks = object_files.sheets_of(objects, own)
    read.offered.extend(offered)
    read.remarks.extend(remarks)
    return read


def _check_size(candidate: Candidate) -> None:
    """Refuses a file of too many bytes with the remedy. Raises Unreadable."""
    remedy = "save the names and classes of its pictures as CSV" if candidate.name.lower().endswith(ANNOTATIONS) else "split it"
    check_table_size(candidate.size, remedy)


def _read(candidate: Candidate, own: bool, matcher: Matcher, read: ReadFiles, objects: list[Objects]) -> None:
    """Reads one file. Raises Unreadable, OSError."""
    name = candidate.name
    data = candidate.read()
    read.without_objects.add(name)
    found = sheet_of(name, data, matcher.names_one, own)
    read.digests[name] = hashlib.sha256(data).hexdigest()[:16]
    if isinstance(found, Objects):
        objects.append(found)
        read.kinds[name] = found.kind
        _set_aside(read, name, "objects not read", "part", len(found.on), (found.kind,))
    elif object_files.boxes(found) and own_boxes(found, matcher):
        read.kinds[name] = "boxes"
        _set_aside(read, name, "boxes not read", "part", len(found.lines))
    elif "imagesets/" in name.lower() and not found.titled and len(found.columns) == 2 and set(found.columns[1]) <= VOC_SAYS:
        read.kinds[name] = "VOC"
        _set_aside(read, name, "objects of one class", "part")
    else:
        read.sheets.append(found)
    read.without_objects.difference_update(read.kinds)


def own_boxes(sheet: Sheet, matcher: Matcher) -> bool:
    """Whether a list of boxes says nothing else: a picture and four corners a line."""
    return len(sheet.columns) == 5 and any(map(matcher.names_one, sheet.columns[0][:20]))


def _set_aside(read: ReadFiles, name: str, what: What, weight: Weight, count: int = 0, named: tuple[str, ...] = ()) -> None:
    read.uses[name] = TableUse(name, faults=(Fault(what, name, weight, count, named),))
