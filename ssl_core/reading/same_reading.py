"""Whether two readings of a set say the same of its pictures."""

from __future__ import annotations

from collections import Counter

from ssl_core.reading.index import Index


def same_reading(one: Index, other: Index) -> bool:
    """Whether two indices hold the same pictures in the same splits with the same classes, captions and columns."""
    return one.classes == other.classes and _facts(one) == _facts(other) and _told(one) == _told(other)


def _facts(index: Index) -> list[Counter[tuple[str, int, int, int]]]:
    """Each split's pictures by what doesn't depend on the folders around them: name, size, time of change, class."""
    return [
        Counter((entry.name.rpartition("/")[2], entry.size, entry.stamp, index.labels[entry.name]) for entry in index.entries(split))
        for split in ("train", "test")
    ]


def _told(index: Index) -> list[Counter[tuple[str, str]]]:
    """Captions and columns of the pictures, by the names of their files."""
    table = index.table
    if table is None:
        return [Counter(), Counter()]
    captions = Counter((name.rpartition("/")[2], text) for name, text in table.captions.items())
    rows = Counter((name.rpartition("/")[2], repr(sorted(row.items()))) for name, row in table.factors.items() if row)
    return [captions, rows]
