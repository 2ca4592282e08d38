"""Every file of a set under a name of its own, and which of them are pictures. No torch, no picture is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ssl_core.reading.archives.opened import source_of
from ssl_core.reading.archives.unpacked import Report, Unpacked, silent
from ssl_core.reading.images.formats import HEAD, format_of
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.index import read_entry
from ssl_core.reading.layout.understood import FolderLayout
from ssl_core.reading.layout.words import part_named
from ssl_core.reading.sources import PICTURES, FileSource, LeftOut, shown, unlike
from ssl_core.reading.splits import Entry, archives_on_top, stem
from ssl_core.reading.tables.beside import Candidate

MOST_SNIFFED = 2_000  # files without an ending whose first bytes are read


@dataclass
class FoundFiles:
    """Every file of a set, under a name that is its own."""

    sources: list[FileSource] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)  # files that can be read
    others: list[str] = field(default_factory=list)
    refused: LeftOut = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)  # of the entries, those that are pictures by their names or first bytes
    note: str = ""

    def read(self, entry: Entry) -> bytes:
        """A file's bytes. Raises Unreadable."""
        return read_entry(self.sources, entry)

    @property
    def fingerprint(self) -> int:
        """Changes where a file comes, goes or is written; of the same process only."""
        return hash((frozenset(self.entries.values()), frozenset(self.others), frozenset(self.refused)))


def files_below(path: Path, report: Report = silent) -> FoundFiles:
    """Opens a folder, and the archives in it that belong to the set, or one archive; which files are pictures isn't said yet."""
    found = FoundFiles()
    opened = archives_on_top(path, lambda name: part_named(name) is not None)
    for place, start in ((path, ""), *((each, stem(each) + "/" if len(opened) > 1 else "") for each in opened)):
        _add(found, source_of(place, report), start, {each.name for each in opened} if place == path else set())
    return found


def listed_files(path: Path, report: Report = silent) -> FoundFiles:
    """Every file of a folder or an archive, and which of them are pictures by their names, or by their first bytes without an ending."""
    found, sniffed = files_below(path, report), 0
    for name, entry in found.entries.items():
        if name.lower().endswith(PICTURES):
            found.pictures.add(name)
        elif "." not in name.rpartition("/")[2] and sniffed < MOST_SNIFFED:
            sniffed += 1
            found.pictures |= {name} if _is_picture(found, entry) else set()
    found.note = "".join(source.facts.get("note", "") for source in found.sources if isinstance(source, Unpacked))
    return found


def _add(found: FoundFiles, source: FileSource, start: str, without: set[str]) -> None:
    found.sources.append(source)
    place = len(found.sources) - 1
    for each in source.entries():
        name = unlike(start + shown(each.name), found.entries)
        found.entries[name] = Entry(name, each.name, place, each.size, each.stamp)
    found.others += [start + shown(name) for name in source.others if name not in without]
    found.refused += [(shown(start + name), reason) for name, reason in source.left_out]


def _is_picture(found: FoundFiles, entry: Entry) -> bool:
    try:
        return format_of(found.read(entry)[:HEAD]) != ""
    except Unreadable:
        return False


def tables_beside(found: FoundFiles, layout: FolderLayout) -> list[Candidate]:
    """Files that may say something of the pictures, those nearest to the root first."""
    names = [name for name, role in layout.roles.items() if role.kind in ("table", "annotations") and name in found.entries]
    names.sort(key=lambda name: (name.count("/"), name))

    def reader(entry: Entry) -> Callable[[], bytes]:
        return lambda: found.read(entry)

    return [Candidate(name, found.entries[name].size, reader(found.entries[name])) for name in names]
