"""What a table says about classes, and sentences on labels that are none and on rows that differ. No torch."""

from __future__ import annotations

from typing import NamedTuple

from ssl_core.reading.account import Remark
from ssl_core.reading.naming import quoted
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.kinds import FEW, Kinds
from ssl_core.reading.tables.markup import unmarked
from ssl_core.reading.tables.number_keys import number_key
from ssl_core.reading.tables.table import count_of


class Classes(NamedTuple):
    """What a table says about classes."""

    column: str  # title; of one column a class, the first and the last title; "" where none names classes
    values: list[str]  # by row, "" where a row has no label
    used: frozenset[int] = frozenset()  # columns that are told by this
    remarks: tuple[Remark, ...] = ()
    several: tuple[int, list[tuple[str, ...]]] | None = None  # column of cells with several labels, and the labels of each row


def no_label_remarks(known: Bound, title: str, kinds: Kinds) -> tuple[Remark, ...]:
    """A sentence on texts that stand for no label; a merge of a text with itself keeps it as a class."""
    if not kinds.empty:
        return ()
    said = quoted(kinds.empty)
    count = count_of(kinds.empty.total(), "picture")
    kept = {clean: clean for clean in map(words.clean, kinds.empty)}
    return (Remark(f"`{known.sheet.name}` says {said} of {count} in its column `{title}`, which is no label.", False, {"merged": kept}),)


def one_class_each(known: Bound, classes: Classes, chosen: bool) -> Classes:
    """The same; none where many pictures have rows of different classes, and a sentence where a few have, or a person chose the column."""
    title = classes.column
    if not known.again or title not in known.sheet.titles:
        return classes
    column = unmarked(known.sheet.column(title) or ())
    first = dict(zip(known.pictures, classes.values, strict=True))
    unlike = {p for row, p in known.again if number_key(words.clean(column[row])) != first.get(p, "") and not words.missing(column[row])}
    if not unlike:
        return classes
    text = f"`{known.sheet.name}` has rows of different classes about {count_of(len(unlike), 'picture')} in its column `{title}`"
    if chosen or FEW * len(unlike) < known.told:
        return classes._replace(remarks=(*classes.remarks, Remark(f"{text}; the first row counts.")))
    question = Remark(
        f"{text}, so it names no class of a whole picture.",
        True,
        {"classes": f"{known.sheet.name}:{title}"},
    )
    return Classes("", [], classes.used, (question,))
