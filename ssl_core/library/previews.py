"""How a data set would look if it were read in another way: its classes with their counts and a few pictures each. Nothing is kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from ssl_core.library.accounts import set_path, tried
from ssl_core.library.changes import Change
from ssl_core.library.names import SPLITS
from ssl_core.reading import files
from ssl_core.reading.account import Account, Choice
from ssl_core.reading.images import pixels
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.index import Index
from ssl_core.reading.splits import Entry
from ssl_core.reading.ways import Ways, ways
from ssl_core.system.memory import Kept
from ssl_core.types import PictureId

EACH, MOST = 4, 24  # pictures of a class, and classes with pictures
SIDE = 96  # pixels of a picture that isn't in the set as it is read now
TRIED = 12  # pictures of a class that are tried where some can't be read

_ways: Kept[str, Ways] = Kept(8)


class PreviewPicture(NamedTuple):
    """A picture of a set: one that the set has now, by its id, or its pixels."""

    file: str
    id: str = ""  # "train-12" as the set is read now
    small: np.ndarray | None = None  # uint8 H W 3, of a picture that the set has only afterwards


class PreviewClass(NamedTuple):
    """A class as another reading has it; the name "" stands for pictures without a class."""

    name: str
    train: int
    test: int
    pictures: tuple[PreviewPicture, ...]


class Preview(NamedTuple):
    """A set as another reading has it."""

    account: Account
    change: Change
    classes: tuple[PreviewClass, ...]  # with pictures, the first MOST
    more: int  # classes that aren't among them
    counts: dict[str, int]  # pictures of each class


def preview_of(name: str, choice: Choice) -> Preview:
    """What a choice gives. Raises SettingsError where the choice names what isn't there."""
    now, then = files.index(set_path(name)), tried(name, choice)
    assert then.account is not None
    by_class = _by_class(then)
    tried_first = {label: [*_spread(entries)] for label, (_, entries) in islice(by_class.items(), MOST)}
    known = _ids(now, [entry for entries in tried_first.values() for entry in entries])
    shown = [
        PreviewClass(label, by_class[label][0]["train"], by_class[label][0]["test"], tuple(islice(_pictures(then, entries, known), EACH)))
        for label, entries in tried_first.items()
    ]
    counts = {label: count.total() for label, (count, _) in by_class.items() if label}
    return Preview(then.account, Change.between(now, then), tuple(shown), max(0, len(by_class) - MOST), counts)


def ways_of(name: str) -> Ways:
    """The folders, levels and columns that a choice of how a set is read can name. Raises SettingsError as `preview`."""
    path = set_path(name)
    return _ways.get(f"{path} {files.index(path).fingerprint}", lambda: ways(path))  # whatever is chosen, the same can be chosen


def _by_class(index: Index) -> dict[str, tuple[Counter[str], list[Entry]]]:
    """Counts by split and pictures of each class, in the order of classes; pictures without a class last, under ""."""
    entries: dict[int, list[Entry]] = defaultdict(list)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for split in SPLITS:
        for entry in index.entries(split):
            label = index.labels[entry.name]
            entries[label].append(entry)
            counts[label][split] += 1
    order = [*(k for k in range(len(index.classes)) if k in counts), *([-1] if -1 in counts else [])]
    return {index.classes[k] if k >= 0 else "": (counts[k], entries[k]) for k in order}


def _pictures(index: Index, entries: list[Entry], known: dict[tuple[str, int, int], str]) -> Iterator[PreviewPicture]:
    """Those of some pictures that can be read."""
    for entry in entries:
        if picture := known.get(_key(entry)):
            yield PreviewPicture(entry.name, picture)
            continue
        try:
            yield PreviewPicture(entry.name, "", pixels.square(index.read(entry), SIDE, index.range))
        except Unreadable:
            continue


def _ids(index: Index, wanted: Iterable[Entry]) -> dict[tuple[str, int, int], str]:
    """Ids of the wanted files as the index has them; the two readings name folders differently."""
    sizes = {(entry.size, entry.stamp) for entry in wanted}
    entries = ((split, k, entry) for split in SPLITS for k, entry in enumerate(index.entries(split)))
    return {_key(entry): str(PictureId(split, k)) for split, k, entry in entries if (entry.size, entry.stamp) in sizes}


def _spread(entries: list[Entry]) -> Iterable[Entry]:
    """The pictures at even distances, then their neighbours: TRIED at most."""
    step = max(1, len(entries) // EACH)
    return islice(dict.fromkeys([*entries[::step][:EACH], *entries]), TRIED)


def _key(entry: Entry) -> tuple[str, int, int]:
    return entry.name.rpartition("/")[2], entry.size, entry.stamp
