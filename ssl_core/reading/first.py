"""The first reading: how folders were read before they had accounts. Sets that were used then keep it, to the byte of their digests."""

from __future__ import annotations

from pathlib import Path

from ssl_core.reading.archives.opened import source_of
from ssl_core.reading.archives.unpacked import Report, Unpacked, silent
from ssl_core.reading.index import Index, few, read_entry
from ssl_core.reading.sources import TABLES, FileSource, LeftOut, picture_or_table, shown, unlike
from ssl_core.reading.splits import Entry, class_folder, inside, on_disk, parted, stem, unused, without_masks, without_wrapping
from ssl_core.reading.tables import beside
from ssl_core.reading.tables.columns import hardly_seen
from ssl_core.reading.tables.table import PictureTable


def first_reading(path: Path, report: Report = silent) -> Index:
    """The index by names of folders `train` and `test`, else by class folders; a table's label and split take precedence.

    Raises:
        OSError, SettingsError: a folder or an archive can't be opened.
    """
    return _First(path, report).index()


class _First:
    """The steps of the first reading."""

    def __init__(self, path: Path, report: Report) -> None:
        self.path, self.report = path, report
        self.sources: list[FileSource] = []
        self.tables: list[Entry] = []  # CSV files about the pictures
        self.left_out: dict[str, LeftOut] = {"train": [], "test": []}
        first, second = on_disk(path)
        train = self._listed(first, "train", second is not None)
        test = self._listed(second, "test", True) if second else None
        self.note = unused(path, first, second)
        if test is None:
            train = without_wrapping(train)
            train, test, note = inside(train)
            self.note += note
        self.note += "".join(source.facts.get("note", "") for source in self.sources if isinstance(source, Unpacked))
        places = {entry.name: class_folder(entry.name, test is not None) for entry in (*train, *(test or ()))}
        names = sorted(set(places.values()) - {""})
        self.classes = tuple(names) if len(names) > 1 else ()  # a single class tells no pictures apart
        number = {name: k for k, name in enumerate(self.classes)}
        self.labels = {name: number.get(place, -1) for name, place in places.items()}
        self.given = test is not None
        self.train, self.test = (train, test) if test is not None else parted(train)
        self.table, self.remarks = self._table([*beside.on_top(path)] if path.is_dir() and first != path else [])

    def index(self) -> Index:
        """What was read."""
        return Index(
            path=self.path,
            version=1,
            sources=self.sources,
            train=self.train,
            test=self.test,
            classes=self.classes,
            labels=self.labels,
            given=self.given,
            left_out=self.left_out,
            note=self.note,
            table=self.table,
            remarks=self.remarks,
        )

    def _table(self, on_top: list[beside.Candidate]) -> tuple[PictureTable | None, LeftOut]:
        """The table about these pictures, which takes precedence over folders, and remarks on it."""
        pictures = [*self.train, *self.test]
        halved = (self.train, self.test) if self.given else (pictures,)
        found, remarks = beside.merged_tables([*on_top, *beside.within(self.tables, halved, self._read)], pictures)
        if found is not None and found.labels is not None:
            remarks += self._take_classes(found.name, found.labels)
        if found is not None and found.halves:
            train, test = beside.halves(self.train, self.test, found.halves)
            if train and test:
                self.train, self.test, self.given = train, test, True
            else:
                remarks.append((found.name, "leaves no picture to learn from or none to measure with, so its column split does not count"))
        remarks += hardly_seen(found, [entry.name for entry in self.test]) if found else []
        return found, remarks

    def _read(self, entry: Entry) -> bytes:
        return read_entry(self.sources, entry)

    def _take_classes(self, name: str, labels: dict[str, str]) -> LeftOut:
        """Replaces the folders' classes by a table's where it names more than one; else returns a remark."""
        classes = beside.ordered_classes(labels.values())
        if not classes:
            return [(name, "names fewer than two classes, so they stay those of the folders")] if self.classes else []
        self.classes = classes
        number = {name: k for k, name in enumerate(classes)}
        self.labels = {name: number.get(labels.get(name, ""), -1) for name in self.labels}
        self.note += f"Classes come from '{name}'. "
        return []

    def _listed(self, path: Path, half: str, paired: bool) -> list[Entry]:
        source = source_of(path, self.report)
        self.sources.append(source)
        place, start = len(self.sources) - 1, stem(path) + "/" if paired else ""
        found: dict[str, Entry] = {}
        for each in source.entries():
            if picture_or_table(each.name):
                name = unlike(start + shown(each.name), found)
                found[name] = Entry(name, each.name, place, each.size, each.stamp)
        self.tables += [found.pop(name) for name in list(found) if name.lower().endswith(TABLES)]
        self.left_out[half] += few([(shown(start + name), reason) for name, reason in source.left_out])
        return without_masks(sorted(found.values()))
