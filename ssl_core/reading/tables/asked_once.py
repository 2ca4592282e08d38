"""Questions on several tables of the same columns: one answer settles all of them, so the first asks. No torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ssl_core.reading.account import Remark

SHARED = ("classes", "group")  # what a person's answer about one table says of all tables that have its columns


def asked_once(remarks: Sequence[Remark], titles: Mapping[str, Sequence[str]]) -> list[Remark]:
    """The remarks; of questions on the same column of tables that have the same columns, the first asks. titles: by table."""
    seen: set[tuple[object, ...]] = set()
    found = []
    for remark in remarks:
        key = _about(remark, titles)
        found.append(remark._replace(asks=False) if key in seen else remark)
        seen.update([key] if key and remark.asks else [])
    return found


def _about(remark: Remark, titles: Mapping[str, Sequence[str]]) -> tuple[object, ...]:
    """What a question is about, and the columns of its table; () where it is about something else."""
    if not remark.asks or len(remark.other) != 1:
        return ()
    ((key, said),) = remark.other.items()
    table, column = _table_of(remark.words), str(said).rpartition(":")[2]
    return (key, column, *titles[table]) if key in SHARED and table in titles and not column.startswith("column ") else ()


def _table_of(words: str) -> str:
    """The table that a sentence begins with."""
    return words.split("`")[1] if words.startswith("`") and words.count("`") > 1 else ""
