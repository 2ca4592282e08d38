"""Every file of a set under a name of its own, and which of them are pictures. No torch, no picture is decoded."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
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
from ssl_core.system.memory import Kept

MOST_SNIFFED = 2_000  # files without an ending whose first bytes are read
FRESH = 2.0  # seconds a listing is trusted before the disk is asked again
FILES = 5_000  # files of a listing that are trusted for a second, where that is longer


@dataclass
class FoundFiles:
    """Every file of a set, under a name that is its own."""

    sources: list[FileSource] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)  # files that can be read
    others: list[str] = field(default_factory=list)
    refused: LeftOut = field(default_factory=list)
    asked: float = 0.0  # when they were listed, in seconds of `time.monotonic`

    def read(self, entry: Entry) -> bytes:
        """A file's bytes. Raises Unreadable."""
        return read_entry(self.sources, entry)

    @cached_property
    def pictures(self) -> frozenset[str]:
        """Of the entries, those that are pictures by their names, or by their first bytes without an ending."""
        named = {name for name in self.entries if name.lower().endswith(PICTURES)}
        bare = [name for name in self.entries if name not in named and "." not in name.rpartition("/")[2]]
        return frozenset(named.union(name for name in bare[:MOST_SNIFFED] if self._is_picture(self.entries[name])))

    @cached_property
    def fingerprint(self) -> int:
        """Changes where a file comes, goes or is written; of the same process only."""
        return hash((frozenset(self.entries.values()), frozenset(self.others), frozenset(self.refused)))

    @property
    def note(self) -> str:
        """What is to be said of archives that were unpacked."""
        return "".join(source.facts.get("note", "") for source in self.sources if isinstance(source, Unpacked))

    def _is_picture(self, entry: Entry) -> bool:
        try:
            return format_of(self.read(entry)[:HEAD]) != ""
        except Unreadable:
            return False


_last: Kept[str, FoundFiles] = Kept(1)  # a listing of 100,000 files takes some 50 MB


def listed_files(path: Path, report: Report = silent) -> FoundFiles:
    """Lists a folder, and the archives in it that belong to the set, or one archive. Raises OSError, SettingsError."""
    found = FoundFiles()
    opened = archives_on_top(path, lambda name: part_named(name) is not None)
    for place, start in ((path, ""), *((each, stem(each) + "/" if len(opened) > 1 else "") for each in opened)):
        _add(found, source_of(place, report), start, {each.name for each in opened} if place == path else set())
    found.asked = time.monotonic()
    _last.put(str(path.absolute()), found)
    return found


def lately_listed(path: Path, report: Report = silent, trusted: float = FRESH) -> FoundFiles:
    """The same, listed anew only where the last listing is older than `trusted` seconds, and than its files may rest."""
    known = _last.known(str(path.absolute()))
    fresh = known is not None and time.monotonic() - known.asked < trusted + rests(len(known.entries))
    return known if known is not None and fresh else listed_files(path, report)


def rests(files: int) -> float:
    """For how many seconds beyond FRESH so many files aren't listed again: to list 100,000 takes half a second of the processor."""
    return max(0.0, files / FILES - FRESH)


def forget_listings() -> None:
    """Empties the cache."""
    _last.forget()


def _add(found: FoundFiles, source: FileSource, start: str, without: set[str]) -> None:
    found.sources.append(source)
    place = len(found.sources) - 1
    for each in source.entries():
        name = unlike(start + shown(each.name), found.entries)
        found.entries[name] = Entry(name, each.name, place, each.size, each.stamp)
    found.others += [start + shown(name) for name in source.others if name not in without]
    found.refused += [(shown(start + name), reason) for name, reason in source.left_out]


def tables_beside(found: FoundFiles, layout: FolderLayout) -> list[Candidate]:
    """Files that may say something of the pictures, those nearest to the root first."""
    names = [name for name, role in layout.roles.items() if role.kind in ("table", "annotations") and name in found.entries]
    names.sort(key=lambda name: (name.count("/"), name))

    def reader(entry: Entry) -> Callable[[], bytes]:
        return lambda: found.read(entry)

    return [Candidate(name, found.entries[name].size, reader(found.entries[name])) for name in names]
