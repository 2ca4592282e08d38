"""What another reading of a data set changes: pictures that change sides or classes, come or go. No torch."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple, Self

from ssl_core.library.names import SPLITS
from ssl_core.reading.index import Index


class Change(NamedTuple):
    """What another reading changes."""

    moved: int  # pictures that go from one split to another, come or go
    classes_before: tuple[str, ...]
    classes_after: tuple[str, ...]
    train: int  # pictures to learn from, afterwards
    test: int

    @classmethod
    def between(cls, now: Index, then: Index) -> Self:
        """What changes from one reading to another."""
        moved = 0 if now is then else _moved(now, then)
        return cls(moved, now.classes, then.classes, len(then.train), len(then.test))

    def words(self) -> str:
        """What changes, in a sentence."""
        if not self.moved and self.classes_before == self.classes_after:
            return "No picture changes its side or class."
        pictures = (
            "1 picture changes side or class, comes or goes"
            if self.moved == 1
            else f"{self.moved:,} pictures change side or class, come or go"
        )
        before, after = len(self.classes_before), len(self.classes_after)
        classes = f"; {before:,} classes become {after:,}" if before != after else ""
        classes = "; classes have other names" if before == after and self.classes_before != self.classes_after else classes
        return f"{pictures}{classes}; then {self.train:,} pictures are to learn from and {self.test:,} to test."


def _moved(now: Index, then: Index) -> int:
    """Pictures whose split or class differs: by name where both indices name files alike, else by file."""
    alike = now.version == then.version
    before, after = (_split_and_class(index, "" if alike else index.wrapping) for index in (now, then))
    if not alike and before.keys() != after.keys():
        return _moved_by_file(now, then)
    return sum(before.get(name) != after.get(name) for name in before.keys() | after.keys())


def _split_and_class(index: Index, wrapping: str) -> dict[str, tuple[str, str]]:
    """The split and the class of each picture, by its name without the folders around all."""
    names, cut = (*index.classes, ""), len(wrapping)
    return {entry.name[cut:]: (split, names[index.labels[entry.name]]) for split in SPLITS for entry in index.entries(split)}


File = tuple[str, int, int]  # name, size and time of change, since the readings name folders differently


def _moved_by_file(now: Index, then: Index) -> int:
    before, after = _places(now), _places(then)
    gone, come = (_by_file(one - other) for one, other in ((before, after), (after, before)))
    return sum(max(gone[file], come[file]) for file in gone.keys() | come.keys())


def _places(index: Index) -> Counter[tuple[File, str, str]]:
    """Files with their split and class."""
    names = (*index.classes, "")
    return Counter(
        ((entry.name.rpartition("/")[2], entry.size, entry.stamp), split, names[index.labels[entry.name]])
        for split in SPLITS
        for entry in index.entries(split)
    )


def _by_file(places: Counter[tuple[File, str, str]]) -> Counter[File]:
    count: Counter[File] = Counter()
    for (file, _, _), n in places.items():
        count[file] += n
    return count
