"""The index of a data set: its pictures by split, their classes, and what tables say of them. No torch."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ssl_core.reading.account import Account
from ssl_core.reading.archives.shards import ShardSet
from ssl_core.reading.images.ranges import Range
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.sources import FileSource, LeftOut, too_large
from ssl_core.reading.splits import Entry
from ssl_core.reading.tables import table
from ssl_core.reading.tables.table import PictureTable

NAMED = 200  # left-out files that are named one by one


@dataclass
class Index:
    """What a folder or an archive holds, listed once."""

    path: Path
    version: int  # of the reading: 1 as folders were read before they had accounts, 2 with an account
    sources: list[FileSource]
    train: list[Entry]
    test: list[Entry]
    classes: tuple[str, ...]
    labels: dict[str, int]  # by picture name, -1 where unknown
    given: bool  # whether folders, a table or a person say which pictures are for testing
    left_out: dict[str, LeftOut]  # by split: refused files, and the reason as the rest of a sentence
    note: str = ""
    table: PictureTable | None = None
    remarks: LeftOut = field(default_factory=list)  # on tables: the table's name, and the rest of a sentence
    unnamed: LeftOut = field(default_factory=list)  # on tables that might name classes and don't
    account: Account | None = None
    masks: dict[str, tuple[Entry, ...]] = field(default_factory=dict)  # by picture name; several are joined
    mask_sources: list[FileSource] = field(default_factory=list)  # that the masks' entries mean
    groups: dict[str, str] = field(default_factory=dict)  # by picture name: what the picture shares with others, as a patient
    aside: list[Entry] = field(default_factory=list)  # test pictures that leak and are left out by choice
    unsettled: str = ""  # why nothing is measured although pictures were chosen to be left out; "" otherwise
    range: Range | None = None  # of pictures of 16 bits, where the pixels were looked at
    shards: ShardSet | None = None  # of a set whose pictures to learn from come as a stream; `train` holds a sample of them
    fingerprint: int = 0  # of all files below, of this process only: changes where one comes, goes or is written

    def entries(self, split: str) -> list[Entry]:
        """The pictures of a split, in the order of their names."""
        return self.train if split == "train" else self.test

    def read(self, entry: Entry) -> bytes:
        """A file's bytes. Raises Unreadable."""
        return read_entry(self.sources, entry)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The vocabulary of the captions for training, () without captions."""
        captions = self.table.captions if self.table else {}
        return table.vocabulary(captions[entry.name] for entry in self.train if entry.name in captions)

    @cached_property
    def counts(self) -> dict[str, Counter[int]]:
        """How many pictures of each class a split has; those without a class aren't counted."""
        labels = {split: (self.labels[entry.name] for entry in self.entries(split)) for split in ("train", "test")}
        return {split: Counter(label for label in label_S if label >= 0) for split, label_S in labels.items()}

    @cached_property
    def digests(self) -> dict[str, str]:
        """Digest of each split: names, sizes and stamps of its files, and the files left out; since version 2 classes by file too."""
        return {split: self._digest(split) for split in ("train", "test")}

    @cached_property
    def wrapping(self) -> str:
        """The folders around all pictures, "a/b/": the two readings differ in whether names have them."""
        parents = [entry.name.split("/")[:-1] for entry in (*self.train, *self.test, *self.aside)]
        return "".join(f"{part}/" for part in os.path.commonprefix(parents))

    def bare(self, name: str) -> str:
        """A picture's name as both readings say it."""
        return name.removeprefix(self.wrapping)

    @cached_property
    def files_digest(self) -> str:
        """Digest of all pictures and files left out, whichever split or class each is in."""
        stamps = sorted((self.bare(entry.name), entry.size, entry.stamp) for entry in (*self.train, *self.test, *self.aside))
        return digest_of_files(stamps, sorted(left for split in ("train", "test") for left in self.left_out[split]))

    @property
    def state(self) -> str:
        """Changes where the pictures do, or how they are read."""
        return f"{self.digests} {self.range.bits if self.range else ''}"

    @property
    def sides_digest(self) -> str:
        """Digest of the files on either side, those that are left out of the test among the test's."""
        return digest_of_sides(self.train, [*self.test, *self.aside])

    def _digest(self, split: str) -> str:
        files = ((entry.name, entry.size, entry.stamp) for entry in self.entries(split))
        values: list[object] = [self.classes, *files, *self.left_out[split], *([self.table.digest] if self.table else [])]
        if self.version > 1:
            values += [self.version, [self.labels[entry.name] for entry in self.entries(split)]]
        return hashlib.sha256(repr(values).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def digest_of_sides(train: Sequence[Entry], test: Sequence[Entry]) -> str:
    """Digest of which files are learnt from and which measure."""
    sides = [sorted((entry.name, entry.size, entry.stamp) for entry in side) for side in (train, test)]
    return hashlib.sha256(repr(sides).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def digest_of_files(stamps: list[tuple[str, int, int]], left_out: LeftOut) -> str:
    """Digest of the name, size and stamp of files, sorted, and of files left out."""
    return hashlib.sha256(repr((stamps, left_out)).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def read_entry(sources: Sequence[FileSource], entry: Entry) -> bytes:
    """A file's bytes. Raises Unreadable."""
    if fault := too_large(entry.size):
        raise Unreadable(fault)
    return sources[entry.source].read(entry.inside)


def few(left_out: LeftOut) -> LeftOut:
    """The first left-out files by name, the others as a number."""
    if len(left_out) <= NAMED:
        return left_out
    name, reason = left_out[NAMED - 1]
    return [*left_out[: NAMED - 1], (name, f"{reason}; {len(left_out) - NAMED:,} more files are left out too")]
