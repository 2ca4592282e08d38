"""The classes that folders and tables name, joined: tables before folders, a person's choice before both. No torch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ssl_core.reading.account import Choice, Remark
from ssl_core.reading.capitals import asked_capitals
from ssl_core.reading.layout.file_names import in_file_names
from ssl_core.reading.layout.understood import FolderLayout
from ssl_core.reading.naming import quoted, several_names
from ssl_core.reading.settled import named_alike
from ssl_core.reading.tables.told import Told
from ssl_core.settings import SettingsError

CORRECTS = 0.5  # share of a table's classes that are folders' classes too for the table to be a correction of the folders


class JoinedClasses(NamedTuple):
    """The class of each picture, and what is to be said of it."""

    label_of: dict[str, str]  # by picture, in words; "" or no entry where unknown
    where: str  # where classes come from, in words
    assumed: str  # as a Choice says it
    remarks: list[Remark]  # all of the reading so far, but for those that tables make moot


def joined_classes(folders: Mapping[str, str], layout: FolderLayout, said: Told, choice: Choice, assumed: str) -> JoinedClasses:
    """The classes of pictures. folders: by picture, the class that its folder names.

    Raises:
        SettingsError: the choice gives no picture a class.
    """
    remarks, tables, chosen = [*layout.remarks, *said.remarks], said.labels, choice.classes or ""
    if chosen == "none":
        return JoinedClasses({}, "", assumed, remarks)
    if chosen.partition(":")[0] in ("folders", "names") or not tables:
        found = JoinedClasses(dict(folders), layout.where, assumed, _without_needless(remarks, folders, said))
    elif _corrects(tables, folders):
        where = f"{layout.where}, {_completing(tables, folders, column_in_words(said.assumed.get('classes')))}"
        remarks = _as_folders(remarks) if set(tables.values()) <= set(folders.values()) else remarks
        remarks = [*remarks, *_asked_more(tables, folders, said, layout)] if not chosen else remarks
        found = JoinedClasses({**folders, **tables}, where, said.assumed.get("classes", layout.assumed["classes"]), remarks)
    else:
        found = _of_tables(tables, folders, layout, said, choice, JoinedClasses({}, "", assumed, remarks))
    remarks = [*found.remarks, *_check_chosen(found.label_of, chosen)]
    label_of = {name: choice.merged.get(label, label) for name, label in found.label_of.items()}
    label_of |= {name: label for name, label in choice.fixed.items() if name in label_of}
    asked = {name for remark in remarks for name in remark.other.get("merged", ())}
    capitals = asked_capitals(Counter(filter(None, label_of.values())), asked)
    return found._replace(label_of=label_of, remarks=[*remarks, *capitals])


def _check_chosen(label_of: Mapping[str, str], chosen: str) -> list[Remark]:
    """A remark where a choice of classes gives a single one, or mostly classes of one picture. Raises SettingsError where it gives none."""
    kinds = Counter(filter(None, label_of.values()))
    if chosen and not kinds:
        allowed = (
            "'classes' must be what gives pictures a class: folders, 'names' (words before a number in names of files) or TABLE:COLUMN"
        )
        raise SettingsError(f"{allowed}; 'none' is no classes. Got '{chosen[:80]}', which gives no picture a class.")
    text = f"The classes that were chosen are a single one, '{min(kinds, default='')}', which tells no pictures apart."
    lone = sum(count == 1 for count in kinds.values())
    if len(kinds) > 1:
        text = f"Of the {len(kinds):,} classes that were chosen {lone:,} have one picture each, which names pictures rather than classes."
    return [Remark(text)] if chosen and (len(kinds) == 1 or 2 * lone > len(kinds)) else []


def _corrects(tables: Mapping[str, str], folders: Mapping[str, str]) -> bool:
    """Whether a table's classes are the folders' classes, so that it corrects or completes them."""
    known = set(tables.values()) & set(folders.values())
    return bool(known) and len(known) >= CORRECTS * len(set(tables.values()))


def _completing(tables: Mapping[str, str], folders: Mapping[str, str], column: str) -> str:
    """What a table's column does with the classes of folders, as the rest of a sentence: correct, complete or confirm them."""
    known = folders.keys() & tables.keys()
    if any(folders[name] != tables[name] for name in known):
        return f"corrected by {column}"
    return f"as {column} says too" if known == tables.keys() else f"and from {column}"


def _asked_more(tables: Mapping[str, str], folders: Mapping[str, str], said: Told, layout: FolderLayout) -> list[Remark]:
    """A question where a correction adds classes that are folders' classes put together ("banded braided")."""
    kinds = set(folders.values())
    spoken = [_spoken(label) for label in kinds]
    new = sorted(set(tables.values()) - kinds)
    if not new or not all(any(words < _spoken(label) for words in spoken) for label in new):
        return []
    column, classes = column_in_words(said.assumed.get("classes")), "class" if len(new) == 1 else "classes"
    words = f"{column} adds {len(new):,} {classes} whose names hold those of folders as words ({quoted(new)})."
    return [Remark(words[:1].upper() + words[1:], True, {"classes": layout.assumed["classes"]})]


def _spoken(label: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", label.lower()))


def _of_tables(
    tables: Mapping[str, str], folders: Mapping[str, str], layout: FolderLayout, said: Told, choice: Choice, so_far: JoinedClasses
) -> JoinedClasses:
    """Classes of tables in place of those of folders; words of file names that part the pictures as numbers do are offered."""
    where, others = column_in_words(said.assumed.get("classes")), len(set(folders.values()))
    remarks = _without_those_of_folders(layout, so_far.remarks)
    if others > 1 and not choice.classes and not named_alike(tables, folders):
        words = f"Classes come from {where}; folders name {others:,} others."
        remarks.append(Remark(words, False, {"classes": layout.assumed["classes"]}))
    if not choice.classes and (spoken := in_file_names(tables)):
        remarks = [remark for remark in remarks if remark.other.get("classes") != "names"]
        pairs = sorted({(tables[name], word) for name, word in spoken.items()}, key=lambda pair: int(pair[0]))
        called = several_names(f"'{word}' for {number}" for number, word in pairs)
        words = f"The words before the number in file names part the pictures as {where} does ({called}): they may name the classes."
        remarks.append(Remark(words, False, {"classes": "names"}))
    return JoinedClasses(dict(tables), where, so_far.assumed, remarks)


def _as_folders(remarks: Sequence[Remark]) -> list[Remark]:
    """The same; that a column was taken for classes is no question where folders name the same."""
    return [each._replace(asks=False) if each.other == {"classes": "none"} else each for each in remarks]


def _without_needless(remarks: Sequence[Remark], folders: Mapping[str, str], said: Told) -> list[Remark]:
    """The same; a column is no question where folders name its classes, or classes that are among its several labels a picture."""
    kinds = set(folders.values())
    several = len(kinds) > 1 and kinds <= said.columns.keys()

    def needless(column: str) -> bool:
        return several or (len(kinds) > 1 and all(str(said.factors.get(name, {}).get(column)) == label for name, label in folders.items()))

    columns = {id(each): str(each.other.get("classes", "")).partition(":")[2] for each in remarks}
    return [each._replace(asks=False) if columns[id(each)] and needless(columns[id(each)]) else each for each in remarks]


def _without_those_of_folders(layout: FolderLayout, remarks: Sequence[Remark]) -> list[Remark]:
    """The same without what folders say of classes of theirs, since a table names the classes."""
    moot = [each for each in layout.remarks if each.other.keys() in ({"classes"}, {"merged"})]
    return [each for each in remarks if each not in moot]


def column_in_words(assumed: object) -> str:
    """ "column 'dx' of 'labels.csv'" for "labels.csv:dx"."""
    table, _, column = str(assumed or "").partition(":")
    return f"column '{column}' of '{table}'" if column else f"'{table}'"
