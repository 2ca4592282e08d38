"""What the columns of one table say of pictures: classes, parts, groups and captions. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ssl_core.reading.account import Choice, Part, Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.class_column import class_column, class_rank
from ssl_core.reading.tables.classes import Classes, one_class_each
from ssl_core.reading.tables.folder_rows import things_of
from ssl_core.reading.tables.identity_lists import identities_asked
from ssl_core.reading.tables.numbered_pictures import numbers_of
from ssl_core.reading.tables.parts import GroupColumn, Parts, group_column, part_column
from ssl_core.reading.tables.sheets import Sheet


class Said(NamedTuple):
    """One table, and what its columns say."""

    known: Bound
    classes: Classes
    parts: Parts
    group: GroupColumn
    captions: int | None  # the column of captions

    @property
    def part(self) -> Part | None:
        """The part that the table's name says, where no column says one."""
        return None if self.parts.column else self.known.part

    @property
    def labels(self) -> dict[str, str]:
        """Classes by picture."""
        pairs = zip(self.known.pictures, self.classes.values, strict=False)
        return {picture: value for picture, value in pairs if picture and value}


def said_by(known: Bound, chosen: dict[str, tuple[str, str]], choice: Choice) -> Said:
    """What one table says: parts first, then classes, then groups, of columns that nothing else has taken."""
    titles = known.sheet.titles

    def of(key: str) -> str | None:
        table, title = chosen.get(key, ("", ""))
        ends = title.split(" to ", 1) if key == "classes" and title not in titles else [title]
        return title if table == known.sheet.name or (key != "file" and set(ends) <= set(titles)) else None

    taken = frozenset({known.file} if known.file >= 0 else {0})
    numbers = numbering_column(known)
    captions = _captions(known, taken)
    parts = part_column(known, of("split"))
    if choice.split == "none":  # neither a column nor a name says parts; a column of parts names no classes either
        known, parts = known._replace(part=None), Parts("", [], parts.used)
    taken |= parts.used | numbers | ({captions} if captions is not None and titles[captions] != of("classes") else set())
    said = choice.classes is None or "classes" in chosen
    ids = frozenset(k for k, title in enumerate(titles) if words.identifies(title))
    strong = (
        group_column(known, taken, of("group")) if (choice.group or "").partition(":")[0] not in ("none", "names") else GroupColumn("", [])
    )
    if known.folders and choice.group is None:
        strong = things_of(known)
    grouped = strong.used if class_rank(strong.column) is None else frozenset()  # what is called a class names classes
    named = said and (of("classes") or "classes" not in chosen)
    classes = class_column(known, taken | grouped | ids, of("classes")) if named else Classes("", [])
    classes = one_class_each(known, classes, of("classes") is not None) if classes.column else classes
    group = strong if not strong.used & classes.used else GroupColumn("", [])
    if choice.group is None and not group.column and not group.remarks:
        group = group._replace(remarks=identities_asked(known))
    if group.offered and said and not classes.column and not classes.remarks:
        classes = classes._replace(remarks=_ids_as_classes(known, group))
    return Said(known, classes, parts, group, captions if captions not in classes.used else None)


def _ids_as_classes(known: Bound, group: GroupColumn) -> tuple[Remark, ...]:
    """A question where ids that say not of what (landmark_id, Id) are of several pictures each: they may name classes."""
    ids = {value for value in group.values if value}
    if words.group_kind(group.offered) != words.SOME_ID or 2 * len(ids) > known.told:
        return ()
    text = f"`{known.sheet.name}` names {len(ids):,} ids in its column `{group.offered}`, of several pictures each: they are classes where "
    return (Remark(text + "you say so.", True, {"classes": f"{known.sheet.name}:{group.offered}"}),)


def likely_groups(tables: Sequence[Said]) -> dict[str, dict[str, str]]:
    """Groups of columns that are only offered, by TABLE:COLUMN; of tables with the same column the first tells for all."""
    found: dict[str, dict[str, str]] = {}
    column_of: dict[str, str] = {}
    for said in tables:
        if title := said.group.offered:
            column = column_of.setdefault(title, f"{said.known.sheet.name}:{title}")
            pairs = zip(said.known.pictures, said.group.values, strict=True)
            found.setdefault(column, {}).update({picture: value for picture, value in pairs if picture and value})
    return found


def of_the_same_columns(tables: Sequence[Said]) -> list[Said]:
    """The same; a table that is too small to show what its column holds names classes where other tables name the same by such a column."""
    columns = sorted({_named(said, said.classes.column) for said in tables if said.classes.column})
    values = {value for said in tables if said.classes.column for value in said.classes.values} - {""}
    found = []
    for said in tables:
        title = next((title for title, count in columns if _has(said.known.sheet, title) and _named(said, title) == (title, count)), None)
        if title is not None and not said.classes.column and not said.classes.several:
            classes = class_column(said.known, frozenset(), title)
            own = set(classes.values) - {""} if title in said.known.sheet.titles else set(classes.values) & values
            said = said._replace(classes=classes) if own and own <= values else said
        elif " to " in said.classes.column and sum(each.classes.column == said.classes.column for each in tables) > 1:
            said = said._replace(classes=class_column(said.known, frozenset(), said.classes.column))  # no doubt: two tables have the block
        found.append(said)
    return found


def _named(said: Said, title: str) -> tuple[str, int]:
    """A column as tables share it: by its title, of lists without titles by how many columns they have too."""
    return title, 0 if said.known.sheet.titled else len(said.known.sheet.columns)


def _has(sheet: Sheet, column: str) -> bool:
    """Whether a table has a column, or the first and the last of a block of columns."""
    return column in sheet.titles or (" to " in column and set(column.split(" to ", 1)) <= set(sheet.titles))


def _captions(known: Bound, taken: frozenset[int]) -> int | None:
    """The column of captions: called so or, in a list of two columns without headers, sentences of which few are alike."""
    sheet = known.sheet
    if sheet.titled:
        return next((k for k, title in enumerate(sheet.titles) if words.bare_header(title) in words.CAPTIONS and k not in taken), None)
    if len(sheet.columns) != 2 or known.file < 0:
        return None
    texts = sheet.columns[1 - known.file]
    return 1 - known.file if 2 * len(set(texts)) > len(texts) and sum(map(words.word_count, texts)) >= 3 * len(texts) else None


def numbering_column(known: Bound) -> frozenset[int]:
    """The column of a table of two that only numbers its pictures."""
    return frozenset({1 - known.file}) if numbers_of(known) and not known.sheet.titled else frozenset()
