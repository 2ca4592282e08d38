"""What was understood of a folder: the role of every file, where classes and splits come from, and what was assumed. No torch."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, NamedTuple, Self

from ssl_core.settings import SettingsError

Part = Literal["train", "validation", "test", "unlabelled"]  # what a picture is for
Kind = Literal["picture", "mask", "table", "annotations", "left out"]
EXAMPLES = 3  # files that a row of the account names


class Role(NamedTuple):
    """What one file is."""

    kind: Kind
    part: Part | None = None  # of a picture; of a mask that of its picture; None: nothing says it
    label: str = ""  # class by the folders, "" where they say none
    reason: str = ""  # why a file is left out, or what kind of table or annotations it is: the rest of a sentence that begins with the file
    of: str = ""  # of a mask: its picture


class Remark(NamedTuple):
    """One sentence about a folder, and what can be done about it."""

    words: str  # a whole sentence
    asks: bool = False  # two readings fit: a screen asks before anything is measured, a terminal takes the likelier
    other: dict[str, Any] = {}  # fields of the Choice that the other reading needs, as JSON has them


@dataclass(frozen=True)
class Choice:
    """How a folder is to be read: only what a person said; what is None is understood by itself.

    Columns are named "TABLE:COLUMN", folders by their path below the set's root.
    """

    train: tuple[str, ...] | None = None  # folders
    validation: tuple[str, ...] | None = None
    test: tuple[str, ...] | None = None
    unlabelled: tuple[str, ...] | None = None
    classes: str | None = None  # "folders", "folders:2" (a level), "folders:path", "names", "names:2" (a field), "none" or TABLE:COLUMN
    file: str | None = None  # TABLE:COLUMN that names the files
    split: str | None = None  # TABLE:COLUMN, or "none": Selfsight's own split
    group: str | None = None  # TABLE:COLUMN, "names" (that tell of one thing), "names:2", "folders:2" (that level) or "none"
    masks: tuple[str, ...] | None = None  # folders or endings ("_mask") of masks; () for none
    merged: dict[str, str] = field(default_factory=dict)  # class as found -> class as it is to be; "" leaves its pictures unlabelled
    fixed: dict[str, str] = field(default_factory=dict)  # picture's file -> the class that a person gave it; "" leaves it unlabelled
    apart: bool = False  # test pictures that leak (the same bytes, near duplicates, the same group) are left out of the test

    @classmethod
    def read(cls, plain: dict[str, Any]) -> Self:
        """From JSON. Raises SettingsError for a key or value of another kind."""
        known = {each.name for each in fields(cls)}
        if strange := sorted(set(plain) - known):
            raise SettingsError(f"A choice of how a folder is read has {', '.join(sorted(known))}. Got '{strange[0][:60]}'.")
        lists = {key: tuple(value) for key, value in plain.items() if isinstance(value, list)}
        return cls(**{**plain, **lists})

    def plain(self) -> dict[str, Any]:
        """As JSON: only what was said."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        return {key: list(value) if isinstance(value, tuple) else value for key, value in said.items() if value not in (None, False, {})}

    def with_(self, **changed: Any) -> Self:
        """The same with other values."""
        return replace(self, **changed)


class Row(NamedTuple):
    """A line of the account: files of one role."""

    kind: Kind
    part: Part | None
    reason: str
    files: int
    examples: tuple[str, ...]


class Account(NamedTuple):
    """What was understood of a folder; every file below the folder is counted in exactly one row."""

    rows: tuple[Row, ...]
    words: str  # the account as a paragraph
    remarks: tuple[Remark, ...]
    assumed: dict[str, Any]  # Choice as JSON, whole: what was said and what was understood
