"""Numbered tar files (shards, as WebDataset writes them): their samples in order, by headers alone; no picture is opened.

A sample is the files that follow each other with one name up to the first dot of its last part: `a/07.jpg` and `a/07.cls` are `a/07`.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ssl_core.reading.archives.tars import Damaged, Member, OnDisk, members
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.sources import PICTURES, safe, too_large
from ssl_core.reading.splits import archives_in, stem

NUMBERED = re.compile(r"(.*?)([0-9]{3,})\.tar", re.IGNORECASE)
EVERY = 10  # one sample in about so many is kept aside, of the first ones of each shard
MOST_LETTERS = 200  # of a class


def shards_in(path: Path) -> list[Path]:
    """The shards of a folder, in order: two or more tar files whose names end in a number, and no folder, picture or other archive."""
    found = archives_in(path)
    names = {each: match for each in found if (match := NUMBERED.fullmatch(each.name))}
    return sorted(names, key=lambda each: (names[each][1], int(names[each][2]), each.name)) if len(names) == len(found) > 1 else []


class Sample(NamedTuple):
    """A picture of a shard, and where its bytes lie."""

    shard: Path
    name: str  # of its file in the shard; of the shard itself where `fault` is
    place: int  # bytes from the shard's beginning
    size: int
    stamp: int  # time of the last change, and the header's sum
    label: str  # text of its file `.cls`, else the folder in its name; "" for none
    fault: str = ""  # why nothing can be read from here on; "" where the picture can

    @property
    def shown(self) -> str:
        """The picture's name in the set."""
        return f"{stem(self.shard)}/{self.name}" if not self.fault else self.name

    def read(self) -> bytes:
        """The file's bytes; the shard is open no longer than that: a set may have more shards than files may be open. Raises Unreadable."""
        if fault := self.fault or too_large(self.size):
            raise Unreadable(fault)
        try:
            data = OnDisk(self.shard).at(self.place, self.size)
        except OSError as error:
            raise Unreadable((error.strerror or "can't be read").lower()) from None
        if len(data) < self.size:
            raise Unreadable("ends too early (truncated)")
        return data


def samples(shard: Path) -> Iterator[Sample]:
    """The pictures of a shard in order; of a damaged one those before the damage, and then one that says it. Raises OSError."""
    stream = OnDisk(shard)
    try:
        for _, files in itertools.groupby(_placed(stream), key=lambda each: _key(each[0].name)):
            if found := _sample(shard, stream, list(files)):
                yield found
    except Damaged as damage:
        yield Sample(shard, shard.name, 0, 0, 0, "", f"{damage}: the rest of it is not read")


def _placed(stream: OnDisk) -> Iterator[tuple[Member, int]]:
    """The regular files of a tar with their places; hidden ones, and names that lead elsewhere, are passed over."""
    for member in members(stream):
        if not member.trick and not safe(member.name)[1] and not _key(member.name).rpartition("/")[2].startswith("."):
            yield member, stream.tell()


def _key(name: str) -> str:
    folder, slash, last = name.removeprefix("./").rpartition("/")
    return folder + slash + (last.partition(".")[0] or last)


def _sample(shard: Path, stream: OnDisk, files: list[tuple[Member, int]]) -> Sample | None:
    """The sample of some files; None where none is a picture. Of several the first without a word before its ending ("seg.png") counts."""
    pictures = [each for each in files if each[0].name.lower().endswith(PICTURES)]
    if not pictures:
        return None
    picture, place = min(pictures, key=lambda each: each[0].name.rpartition("/")[2].count(".") > 1)
    told = next((each for each in files if each[0].name.lower().endswith(".cls")), None)
    name = safe(picture.name)[0]
    label = stream.at(told[1], min(told[0].size, MOST_LETTERS)).decode(errors="replace").strip() if told else name.rpartition("/")[0]
    return Sample(shard, name, place, picture.size, picture.stamp ^ place, str(int(label)) if re.fullmatch("[0-9]{1,9}", label) else label)


@dataclass(frozen=True)
class ShardSet:
    """The shards of a set to learn from, and those to test with; where no name says "test" or "val", the first are both."""

    learnt: tuple[Path, ...]
    tested: tuple[Path, ...]
    aside: int  # among the first EVERY · aside samples of each shard some are kept aside; 0 where there are shards to test with

    def to_learn(self, shard: Path) -> Iterator[Sample]:
        """The samples of a shard that aren't kept aside. Raises OSError."""
        return (sample for place, sample in enumerate(samples(shard)) if not self.is_aside(place, sample))

    def is_aside(self, place: int, sample: Sample) -> bool:
        """Whether the sample at a place of its shard is kept aside: by a hash of its name, since classes may take turns in a shard."""
        if place >= EVERY * self.aside or sample.fault:
            return False
        return hashlib.sha256(sample.shown.encode("utf-8", "surrogateescape")).digest()[0] < 256 // EVERY

    @cached_property
    def digest(self) -> str:
        """Digest of the shards' names, sizes and times of change, and of what is kept aside."""
        stamps = [(each.name, os.stat(each).st_size, os.stat(each).st_mtime_ns) for each in (*self.learnt, *self.tested)]
        return hashlib.sha256(repr((self.aside, stamps)).encode("utf-8", "surrogateescape")).hexdigest()[:16]
