"""What a file beside pictures is used for, and what of it doesn't count, as data; `table_sentences.py` has the words. No torch."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ssl_core.reading.account import Part

What = Literal[
    # the whole file
    "unreadable",  # named: the reason, the rest of a sentence that begins with the file
    "submission",
    "objects not read",  # number: objects; named: the kind of file
    "boxes not read",  # number: pictures
    "objects of one class",
    "no pictures",  # named: titles of the columns
    "several files",  # named: a column, one of its texts, and two files that it means; number: files that a text means
    "pairs",  # named: titles of the columns that name pictures
    # its classes
    "no classes",  # named: titles of the columns
    "placeholder",  # named: column and class; number: pictures
    "single class",  # named: column and class
    "other classes",  # named: column and the table whose classes count
    "too many classes",  # named: column; number: different labels
    # its rows; named: the texts that name their pictures
    "long rows",
    "absent",
    "unclear",
    "again",
    "other folders",  # named: a text and the picture that it means
    "row names",
    "more sheets",  # number: sheets that aren't read
]
Weight = Literal["file", "classes", "part", "note"]  # what doesn't count: the whole file, the classes that it may hold, a part, nothing


class Fault(NamedTuple):
    """What is wrong with a file, or with some of its rows."""

    what: What
    table: str  # name of the file
    weight: Weight
    number: int = 0
    named: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()  # lines of the rows concerned, as an editor counts them


class TableUse(NamedTuple):
    """What one file is used for."""

    table: str  # name of the file
    rows: int = 0
    pictures: int = 0  # that its rows are about
    classes: str = ""  # the column that names classes
    split: str = ""
    groups: str = ""
    captions: str = ""
    colours: int = 0  # columns that colour maps
    part: Part | None = None  # that its name says of its pictures
    names: Literal["", "words", "list"] = ""  # a file about no picture: classes in words, or a list of the classes
    faults: tuple[Fault, ...] = ()

    @property
    def used(self) -> bool:
        """Whether anything of the file counts."""
        return bool(self.classes or self.split or self.groups or self.captions or self.colours or self.part or self.names == "words")
