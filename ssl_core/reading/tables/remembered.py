"""Tables beside pictures, parsed and matched with them: remembered while a person tries how the same files could be read. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ssl_core.reading.tables.beside import Candidate
from ssl_core.reading.tables.bound import Bound, bound
from ssl_core.reading.tables.filed import ReadFiles, read_files
from ssl_core.reading.tables.matching import Matcher
from ssl_core.reading.tables.sheets import Sheet
from ssl_core.system.memory import Kept


@dataclass
class TablesRead:
    """What depends on the files and on which of them are pictures, and on no other choice. Nobody changes it."""

    matcher: Matcher
    read: ReadFiles
    _bound: dict[tuple[str, int | None], Bound | None] = field(default_factory=dict)

    def bound(self, sheet: Sheet, file: int | None) -> Bound | None:
        """A table with its pictures; file: the column that a person chose to name them."""
        key = (sheet.name, file)
        if key not in self._bound:
            self._bound[key] = bound(sheet, self.matcher, file)
        return self._bound[key]


_remembered: Kept[tuple[object, ...], TablesRead] = Kept(2)


def read_tables(tables: Sequence[Candidate], pictures: Sequence[str], mark: int = 0) -> TablesRead:
    """Reads the tables. mark: `FoundFiles.fingerprint`, by which they are remembered as long as no file changes; 0: they are read anew."""

    def read() -> TablesRead:
        matcher = Matcher(pictures)
        return TablesRead(matcher, read_files(tables, matcher))

    key = (mark, hash(tuple(pictures)), *(each.name for each in tables))
    return _remembered.get(key, read) if mark and tables else read()
