"""Pictures in folders and archives: files, classes and splits of a data set. No torch, no picture is opened.

A set is a folder with `train` and `test` (folders or archives) of class folders, or one tree of class folders, or a flat heap of pictures,
or one archive of any of these.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ssl_core.reading.archives.npz import arrays
from ssl_core.reading.archives.tars import Tar
from ssl_core.reading.archives.unpacked import Report, Unpacked, fill_from_tar, packing, silent, unpacked_home, waits
from ssl_core.reading.archives.zips import ZIPPED, Zip, head
from ssl_core.reading.images.pixels import READ
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.sources import ARCHIVES, TABLES, FileSource, LeftOut, Tree, shown, too_large, unlike
from ssl_core.reading.splits import Entry, archives_in, class_folder, inside, on_disk, parted, stem, unused, without_masks, without_wrapping
from ssl_core.reading.tables import beside, table
from ssl_core.reading.tables.columns import hardly_seen
from ssl_core.reading.tables.table import PictureTable
from ssl_core.settings import SettingsError
from ssl_core.system.memory import Kept

KINDS = "zip, tar, tar.gz, tar.xz, tar.bz2, npz"  # of archives, as a person calls them
NAMED = 200  # left-out files that are named one by one
FRESH = 2.0  # seconds a listing is trusted before the disk is asked again
KEPT = 16  # listings held in memory


class Index:
    """What a folder or an archive holds, listed once."""

    def __init__(self, path: Path, report: Report = silent) -> None:
        self.path, self.report = path, report
        self.sources: list[FileSource] = []
        self.tables: list[Entry] = []  # CSV files about the pictures; `read` reads them too
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
        self.given = test is not None  # whether folders or a table say which pictures are for testing
        self.train, self.test = (train, test) if test is not None else parted(train)
        self.table, self.remarks = self._table([*beside.on_top(path)] if path.is_dir() and first != path else [])

    def _table(self, on_top: list[beside.Candidate]) -> tuple[PictureTable | None, LeftOut]:
        """The table about these pictures, which takes precedence over folders, and remarks on it."""
        pictures = [*self.train, *self.test]
        halved = (self.train, self.test) if self.given else (pictures,)
        found, remarks = beside.merged_tables([*on_top, *beside.within(self.tables, halved, self.read)], pictures)
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
        source = _source(path, self.report)
        self.sources.append(source)
        place, start = len(self.sources) - 1, stem(path) + "/" if paired else ""
        found: dict[str, Entry] = {}
        for each in source.entries():
            name = unlike(start + shown(each.name), found)
            found[name] = Entry(name, each.name, place, each.size, each.stamp)
        self.tables += [found.pop(name) for name in list(found) if name.lower().endswith(TABLES)]
        self.left_out[half] += _few([(shown(start + name), reason) for name, reason in source.left_out])
        return without_masks(sorted(found.values()))

    def entries(self, split: str) -> list[Entry]:
        """The pictures of a split, in the order of their names."""
        return self.train if split == "train" else self.test

    def read(self, entry: Entry) -> bytes:
        """A file's bytes. Raises Unreadable."""
        if fault := too_large(entry.size):
            raise Unreadable(fault)
        return self.sources[entry.source].read(entry.inside)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The vocabulary of the captions for training, () without captions."""
        captions = self.table.captions if self.table else {}
        return table.vocabulary(captions[entry.name] for entry in self.train if entry.name in captions)

    @cached_property
    def digests(self) -> dict[str, str]:
        """Digest of each split: names, sizes and stamps of its files, and the files left out."""
        return {split: self._digest(split) for split in ("train", "test")}

    def _digest(self, split: str) -> str:
        files = ((entry.name, entry.size, entry.stamp) for entry in self.entries(split))
        values = [self.classes, *files, *self.left_out[split], *([self.table.digest] if self.table else [])]
        return hashlib.sha256(repr(values).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def is_set(path: Path) -> bool:
    """Whether the path is a folder or an archive, which may hold pictures."""
    try:
        return path.is_dir() or (path.name.lower().endswith(ARCHIVES) and path.is_file())
    except OSError:  # a name too long for this file system
        return False


def waiting(path: Path) -> list[Path]:
    """Archives of a set that aren't unpacked yet and are too large to unpack while a person waits."""
    try:
        return [half for half in on_disk(path) if half and half.is_file() and _needs_unpacking(half) and waits(half)]
    except OSError:  # removed meanwhile: opening it raises the error
        return []


def _needs_unpacking(path: Path) -> bool:
    return path.name.lower().endswith(".npz") or packing(path) != ""


def _source(path: Path, report: Report) -> FileSource:
    """The source that reads a folder or an archive; its first bytes decide on the kind, not its name."""
    if path.is_dir():
        return Tree(path)
    if path.name.lower().endswith(".npz"):
        return arrays(path, report)
    if packing(path):
        return Unpacked(path, fill_from_tar, report)
    return Zip(path) if path.name.lower().endswith(".zip") or head(path) == ZIPPED else Tar(path)


def _few(left_out: LeftOut) -> LeftOut:
    """The first left-out files by name, the others as a number."""
    if len(left_out) <= NAMED:
        return left_out
    name, reason = left_out[NAMED - 1]
    return [*left_out[: NAMED - 1], (name, f"{reason}; {len(left_out) - NAMED:,} more files are left out too")]


@dataclass
class _Listed:
    """A cached listing: when the disk was last checked, the stamp of the archives then, and the index (None: not listed yet)."""

    asked: float = 0.0
    stamp: tuple[object, ...] = ()
    index: Index | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_listings: Kept[str, _Listed] = Kept(KEPT)


def index(path: Path, report: Report = silent) -> Index:
    """The index of a folder or an archive; the same object as long as no file changes.

    Raises:
        SettingsError: there is nothing at this path, or no picture in it.
    """
    key = str(path.absolute())
    listed = _listings.known(key) or _Listed()
    with listed.lock:
        stamp, known = listed.stamp, listed.index
        if known is not None and time.monotonic() - listed.asked < FRESH:
            return known
        listed.asked = time.monotonic()  # one thread checks the disk, the others use the known index meanwhile
    now = _stamp(path)
    if known is None or now != stamp or any(isinstance(source, Tree) for source in known.sources):
        fresh = fresh_index(path, report)
        known = known if known is not None and now == stamp and known.digests == fresh.digests else fresh
    with listed.lock:
        listed.asked, listed.stamp, listed.index = time.monotonic(), now, known
    _listings.put(key, listed)
    return known


def discard(folders: Iterable[Path]) -> None:
    """Deletes folders that a killed worker left unfinished."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def forget() -> None:
    """Empties the cache: every folder is listed anew when asked for."""
    _listings.forget()


def fresh_index(path: Path, report: Report = silent, called: str = "") -> Index:
    """The index, listed anew. Raises SettingsError as `index`."""
    called = called or f"'{path}'"
    try:
        listing = Index(path, report)
    except OSError as error:
        raise SettingsError(f"{called} can't be read: {(error.strerror or str(error)).lower()}.") from None
    refused = [*listing.left_out["train"], *listing.left_out["test"]]
    if not listing.train and not listing.test and refused:
        more = f", and {len(refused) - 1:,} more" if len(refused) > 1 else ""
        raise SettingsError(f"No picture in {called} can be used: {refused[0][0]} {refused[0][1]}{more}.")
    if not listing.train and not listing.test:
        packed = archives_in(path)
        more = f" It holds archives: name one by its path, as {packed[0].name}." if packed else ""
        raise SettingsError(f"There is no picture in {called}: {READ} files are read, alone or in class folders.{more}")
    return listing


@contextlib.contextmanager
def nothing_kept_of(path: Path) -> Iterator[None]:
    """Deletes what was unpacked of an archive where the block refuses the archive."""
    try:
        yield
    except SettingsError:
        discard(unpacked_home(half) for half in on_disk(path) if half and half.is_file())
        forget()  # listings that read the deleted files
        raise


def _stamp(path: Path) -> tuple[object, ...]:
    """Paths, sizes and times of change of the set's archives and tables."""
    try:
        first, second = on_disk(path)
        found = [half for half in (first, second) if half and half.is_file()]
        if path.is_dir() and first != path:
            found += [each for each in sorted(path.iterdir()) if each.name.lower().endswith(TABLES) and each.is_file()]
        return tuple((str(each), each.stat().st_size, each.stat().st_mtime_ns) for each in found)
    except OSError as error:
        raise SettingsError(f"'{path}' can't be read: {(error.strerror or str(error)).lower()}.") from None
