"""Pictures in folders and archives: files, classes and splits of a data set. No torch, no picture is opened.

A set is a folder with `train` and `test` (folders or archives) of class folders, or one tree of class folders, or a flat heap of pictures,
or one archive of any of these.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ssl_core.reading import chosen
from ssl_core.reading.account import Choice
from ssl_core.reading.archives.opened import needs_unpacking
from ssl_core.reading.archives.shards import shards_in
from ssl_core.reading.archives.unpacked import Report, silent, unpacked_home, waits
from ssl_core.reading.chosen import Apart, Chosen
from ssl_core.reading.first import first_reading
from ssl_core.reading.found_files import FRESH, forget_listings, lately_listed, listed_files, rests
from ssl_core.reading.images.pixels import READ
from ssl_core.reading.index import Index
from ssl_core.reading.layout.words import part_named
from ssl_core.reading.same_reading import same_reading
from ssl_core.reading.seen import seen_pixels, seen_stamp
from ssl_core.reading.sentences import seen_in_words
from ssl_core.reading.sharded import shard_index
from ssl_core.reading.sources import ARCHIVES, TABLES, Tree
from ssl_core.reading.splits import archives_in, archives_on_top, on_disk
from ssl_core.reading.understood import understood, understood_files
from ssl_core.reading.used import used_before
from ssl_core.settings import SettingsError
from ssl_core.system.memory import Kept, collector_paused

KINDS = "zip, tar, tar.gz, tar.xz, tar.bz2, npz"  # of archives, as a person calls them
KEPT = 16  # listings held in memory


def is_set(path: Path) -> bool:
    """Whether the path is a folder or an archive, which may hold pictures."""
    try:
        return path.is_dir() or (path.name.lower().endswith(ARCHIVES) and path.is_file())
    except OSError:  # a name too long for this file system
        return False


def waiting(path: Path) -> list[Path]:
    """Archives of a set that aren't unpacked yet and are too large to unpack while a person waits."""
    try:
        return [each for each in _archives(path) if needs_unpacking(each) and waits(each)]
    except OSError:  # removed meanwhile: opening it raises the error
        return []


def _archives(path: Path) -> list[Path]:
    """The archives that one of the two readings opens; shards are read where they lie."""
    if shards_in(path):
        return []
    halves = [half for half in on_disk(path) if half and half.is_file()]
    return [*dict.fromkeys([*halves, *archives_on_top(path, lambda name: part_named(name) is not None)])]


@dataclass
class _Listed:
    """A cached listing: when the disk was last checked, what was found then, and the index (None: not listed yet)."""

    asked: float = 0.0
    stamp: tuple[object, ...] = ()  # of what was chosen, of archives and tables
    fingerprint: int = 0  # of the files of a folder
    rests: float = 0.0  # until when the files of a large folder aren't listed again
    index: Index | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_listings: Kept[str, _Listed] = Kept(KEPT)
_previews: Kept[tuple[object, ...], Index] = Kept(1)  # what is looked at before it is chosen


def index(path: Path, report: Report = silent) -> Index:
    """The index of a folder or an archive; the same object as long as no file changes.

    Raises:
        SettingsError: there is nothing at this path, or no picture in it.
    """
    key = str(path.absolute())
    listed = _listings.known(key) or _Listed()
    with listed.lock:
        stamp, fingerprint, known = listed.stamp, listed.fingerprint, listed.index
        if known is not None and time.monotonic() - listed.asked < FRESH:
            return known
        listed.asked, rested = (
            time.monotonic(),
            time.monotonic() >= listed.rests,
        )  # one thread checks the disk, the others use the known index meanwhile
    now = _stamp(path)
    if known is None or now != stamp or (rested and _changed(path, known, fingerprint)):
        fresh = fresh_index(path, report)
        stays = known is not None and now == stamp and (known.digests, known.account) == (fresh.digests, fresh.account)
        known, fingerprint, rested = known if known is not None and stays else fresh, fresh.fingerprint, True
    with listed.lock:
        listed.asked, listed.stamp, listed.fingerprint, listed.index = time.monotonic(), now, fingerprint, known
        if rested:
            listed.rests = listed.asked + FRESH + rests(len(known.train) + len(known.test))
    _listings.put(key, listed)
    return known


def adopt(path: Path, read: Index) -> None:
    """Makes an index that was previewed the folder's own, once the choice that it came of is kept; all else is listed anew."""
    forget()
    fresh = _Listed(time.monotonic(), _stamp(path), read.fingerprint, index=read)
    _listings.put(str(path.absolute()), fresh)


def _changed(path: Path, known: Index, fingerprint: int) -> bool:
    """Whether files of a folder have changed: listing them takes a part of the time that understanding them does. Archives have stamps."""
    try:
        return any(isinstance(source, Tree) for source in known.sources) and lately_listed(path, trusted=0).fingerprint != fingerprint
    except OSError:  # the folder is gone, or can't be opened: `fresh_index` says so
        return True


def unchanged(index: Index) -> bool:
    """Whether every picture of a listing is still there as it was listed, under the same name though perhaps in another folder."""
    try:
        there = Counter((entry.name.rpartition("/")[2], entry.size, entry.stamp) for entry in listed_files(index.path).entries.values())
    except OSError:
        return False
    listed = Counter((each.name.rpartition("/")[2], each.size, each.stamp) for each in (*index.train, *index.test, *index.aside))
    return listed <= there


def discard(folders: Iterable[Path]) -> None:
    """Deletes folders that a killed worker left unfinished."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def forget() -> None:
    """Empties the cache: every folder is listed anew when asked for."""
    _listings.forget()
    forget_listings()


def fresh_index(path: Path, report: Report = silent, called: str = "") -> Index:
    """The index, listed anew. Raises SettingsError as `index`."""
    called = called or f"'{path}'"
    try:
        with collector_paused():
            listing = _read(path, report)
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


def _read(path: Path, report: Report) -> Index:
    """The reading that was chosen for the folder, else the one by all that its files say; a set used before keeps its first reading.

    Where both readings say the same the index is the first's, with the account: names and digests stay to the byte.
    """
    if shards := shards_in(path):
        return shard_index(path, shards)
    kept = chosen.chosen(path)
    if kept.version == 1:
        return replace(first_reading(path, report), fingerprint=listed_files(path, report).fingerprint)
    return _with_look(_by_names(path, report, kept), path, kept)


def _by_names(path: Path, report: Report, kept: Chosen) -> Index:
    new = understood(path, report, kept.choice, kept.apart)
    # asked of every set that holds pictures: the list of sets used before is kept from the first one on
    before = kept.version is None and bool(new.train or new.test) and used_before(path)
    if kept.choice != Choice() or (first := _first(path, report)) is None:
        return new
    if same_reading(first, new):
        name_of = {first.bare(entry.name): entry.name for entry in (*first.train, *first.test)}
        masks = {name_of.get(new.bare(name), name): mask for name, mask in new.masks.items()}
        groups = {name_of.get(new.bare(name), name): group for name, group in new.groups.items()}
        return replace(first, account=new.account, masks=masks, groups=groups, mask_sources=new.mask_sources, fingerprint=new.fingerprint)
    return replace(first, fingerprint=new.fingerprint) if before else new


def _with_look(index: Index, path: Path, kept: Chosen) -> Index:
    """The index with what the last look at these files found. The pixels of a set that was used before stay as they were."""
    seen = seen_pixels(path)
    if seen is None or index.account is None or seen.files != index.files_digest:
        return index
    range_ = seen.range if kept.version == chosen.NEWEST or not used_before(path) else None
    account = seen_in_words(index.account, range_, seen.range is not None, seen.words)
    return replace(index, range=range_, account=account, note=index.note.replace(index.account.words, account.words, 1))


def previewed(path: Path, choice: Choice, report: Report = silent, apart: Apart | None = None) -> Index:
    """The index that a choice would give; nothing is kept. Raises SettingsError where the choice names what isn't there.

    A stream has no choices: SettingsError.
    """
    if shards_in(path):
        raise SettingsError(f"'{path}' is a stream of numbered tar files, which are read in one way: by the names of the files in them.")
    try:
        with collector_paused():
            found = lately_listed(path, report)
            key = (str(path), found.fingerprint, repr(choice), apart, seen_stamp(path))
            return _previews.get(key, lambda: _with_look(understood_files(path, found, choice, apart), path, Chosen(chosen.NEWEST, choice)))
    except OSError as error:
        raise SettingsError(f"'{path}' can't be read: {(error.strerror or str(error)).lower()}.") from None


def _first(path: Path, report: Report) -> Index | None:
    """The first reading; None where that found no set."""
    try:
        return first_reading(path, report)
    except SettingsError:
        return None


@contextlib.contextmanager
def nothing_kept_of(path: Path) -> Iterator[None]:
    """Deletes what was unpacked of an archive where the block refuses the archive."""
    try:
        yield
    except SettingsError:
        discard(unpacked_home(each) for each in _archives(path))
        forget()  # listings that read the deleted files
        raise


def _stamp(path: Path) -> tuple[object, ...]:
    """What was chosen for the set and seen of it; paths, sizes and times of change of its archives and tables."""
    try:
        found = shards_in(path) or _archives(path)
        if path.is_dir() and on_disk(path)[0] != path:
            found += [each for each in sorted(path.iterdir()) if each.name.lower().endswith(TABLES) and each.is_file()]
        return (chosen.stamp(path), seen_stamp(path), *((str(each), each.stat().st_size, each.stat().st_mtime_ns) for each in found))
    except OSError as error:
        raise SettingsError(f"'{path}' can't be read: {(error.strerror or str(error)).lower()}.") from None
