"""The index of a set of shards: pictures kept aside to test with, and a sample of those to learn from, which come as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from ssl_core.reading.account import Account, Row
from ssl_core.reading.archives.shards import EVERY, Sample, ShardSet, samples
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.index import Index, few
from ssl_core.reading.layout.words import part_named
from ssl_core.reading.sources import LeftOut, Listed, unlike
from ssl_core.reading.splits import Entry, stem

TESTED = 2000  # pictures to test with, at most about
SAMPLED = 6000  # pictures to learn from that have an index: to browse, to fit a probe on, to map
MOST_CLASSES = 100_000  # that numbers may stand for


class ShardFiles:
    """The indexed pictures of a set of shards, read by name."""

    left_out: LeftOut
    others: list[str]

    def __init__(self) -> None:
        self.left_out, self.others = [], []
        self.samples: dict[str, Sample] = {}

    def entries(self) -> Iterator[Listed]:
        """Every indexed picture."""
        return iter([Listed(name, each.size, each.stamp) for name, each in self.samples.items()])

    def read(self, name: str) -> bytes:
        """A picture's bytes. Raises Unreadable."""
        if name not in self.samples:
            raise Unreadable("isn't there any more")
        return self.samples[name].read()


def shard_index(path: Path, shards: list[Path]) -> Index:
    """The index of a folder of shards.

    Where names say which shards are for testing ("val", "test"), their first pictures are; else about one in EVERY of the first pictures of
    each shard is kept aside, by a hash of its name, and never learnt from. Raises OSError.
    """
    found, files = _parted(shards), ShardFiles()
    train, test = _indexed(found, files)
    picked = [*train, *test]
    classes = _classes(sample.label for _, sample in picked)
    number = {name: k for k, name in enumerate(classes)}
    by_split = {split: sorted(_entry(name, sample) for name, sample in side) for split, side in (("train", train), ("test", test))}
    words = _words(found, len(train), len(test))
    return Index(
        path=path,
        version=2,
        sources=[files],
        train=by_split["train"],
        test=by_split["test"],
        classes=classes,
        labels={name: number.get(sample.label, -1) for name, sample in picked},
        given=bool(found.tested),
        left_out={"train": few(files.left_out), "test": []},
        account=Account(_rows(found), words, (), {}),
        shards=found,
    )


def _parted(shards: list[Path]) -> ShardSet:
    tested = tuple(each for each in shards if part_named(stem(each)) in ("test", "validation"))
    learnt = tuple(each for each in shards if each not in set(tested))
    if learnt and tested:
        return ShardSet(learnt, tested, 0)
    return ShardSet(tuple(shards), (), -(-TESTED // len(shards)))


def _indexed(found: ShardSet, files: ShardFiles) -> tuple[list[tuple[str, Sample]], list[tuple[str, Sample]]]:
    """The indexed pictures to learn from and to test with, equally many of each shard where it has them."""
    train: list[tuple[str, Sample]] = []
    test: list[tuple[str, Sample]] = []
    most = -(-SAMPLED // len(found.learnt))
    for shard in found.learnt:
        kept = 0
        for place, sample in enumerate(islice(samples(shard), max(EVERY * found.aside, most))):
            if found.is_aside(place, sample):
                _note(sample, files, test)
            elif kept < most:
                kept += 1
                _note(sample, files, train)
    for shard in found.tested:
        for sample in islice(samples(shard), -(-TESTED // len(found.tested))):
            _note(sample, files, test)
    return train, test


def _note(sample: Sample, files: ShardFiles, side: list[tuple[str, Sample]]) -> None:
    if sample.fault:
        files.left_out.append((sample.name, sample.fault))
        return
    name = unlike(sample.shown, files.samples)
    files.samples[name] = sample
    side.append((name, sample))


def _entry(name: str, sample: Sample) -> Entry:
    return Entry(name, name, 0, sample.size, sample.stamp)


def _classes(labels: Iterable[str]) -> tuple[str, ...]:
    """The classes by name; where all are numbers, those up to the largest, since a sample may lack some. One alone tells nothing apart."""
    found = set(labels) - {""}
    if found and all(label.isdecimal() for label in found) and (most := max(map(int, found))) < MOST_CLASSES:
        return tuple(map(str, range(most + 1))) if most else ()
    return tuple(sorted(found)) if len(found) > 1 else ()


def _rows(found: ShardSet) -> tuple[Row, ...]:
    sides = ((found.learnt, "train"), (found.tested, "test"))
    return tuple(
        Row(
            "picture", "train" if part == "train" else "test", "a shard, read as a stream", len(side), tuple(each.name for each in side[:3])
        )
        for side, part in sides
        if side
    )


def _words(found: ShardSet, train: int, test: int) -> str:
    how = (
        f"the first {test:,} pictures of the {len(found.tested):,} named as such"
        if found.tested
        else f"{test:,} pictures kept aside, about one in {EVERY} of the first of each"
    )
    return (
        f"Read as a stream: {len(found.learnt):,} tar files of samples to learn from, in order and without a length. Tested with {how}. "
        f"Where pictures need an index (to browse, to fit a probe), {train:,} of those to learn from stand for all."
    )
