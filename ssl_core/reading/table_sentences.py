"""The words about files beside pictures: a sentence on what each is used for, and on what of it doesn't count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ssl_core.reading.naming import LONGEST, distinct, several_names
from ssl_core.reading.sources import LeftOut
from ssl_core.reading.tables.table import MOST_CLASSES, count_of
from ssl_core.reading.tables.uses import Fault, TableUse, Weight, What
from ssl_core.reading.tables.words import enumerated

OF_FILE: dict[What, str] = {  # a sentence that says what the file is in place of what it is used for
    "unreadable": "{named[0]}. It is not used",
    "objects not read": "holds {objects} on pictures ({named[0]}); boxes and outlines aren't read yet",
    "boxes not read": "holds boxes of objects on {pictures}, which aren't read yet",
    "objects of one class": "says which pictures have objects of one class (VOC), which isn't read yet",
}
OF_CLASSES: dict[What, str] = {  # why a file names no classes, or why those that it names don't count
    "submission": "a submission holds answers to be filled in, no truth",
    "no pictures": "no column names pictures (its columns: {titles})",
    "several files": "a row is about {number} files by its column `{named[0]}` ('{named[1]}': {named[2]}, {named[3]}, …), and rows about "
    "one picture each are read",
    "pairs": "each of its rows is about a pair of pictures (its columns {titles})",
    "no classes": "no column names classes (its columns: {titles})",
    "placeholder": "its column `{named[0]}` says '{named[1]}' of all its {pictures}, which is taken for a placeholder",
    "single class": "its column `{named[0]}` says '{named[1]}' of every picture, which tells no pictures apart",
    "other classes": "its column `{named[0]}` names classes of another kind than `{named[1]}`, whose classes count",
    "too many classes": "its column `{named[0]}` has {number:,} different labels; up to {most_classes:,} are classes",
}
OF_ROWS: dict[What, str] = {
    "long rows": "has {rows} with more cells than its first line, which are left out: {lines}",
    "absent": "has {rows} whose picture isn't there: {texts}",
    "unclear": "has {rows} that may mean more than one picture, so they don't count (write the folders too): {texts}",
    "again": "has {rows} about a picture that had one already, and the first counts: {texts}",
    "other folders": "names {pictures} in other folders, found by their file names: '{named[0]}' is '{named[1]}'",
    "row names": "has row names before its first column, as R writes them: its first line is read from the second cell on",
    "more sheets": "has {number} more sheets, which aren't read",
}


def use_in_words(use: TableUse) -> str:
    """A sentence on what a file is used for, then what is wrong with its rows."""
    whole = next((fault for fault in use.faults if fault.what in OF_FILE), None)
    if whole is not None:
        return f"`{use.table}` {fault_in_words(whole)}."
    rows = "".join(f" It {fault_in_words(fault)}." for fault in use.faults if fault.what in OF_ROWS)
    lacks = next((_filled(OF_CLASSES[fault.what], fault) for fault in use.faults if fault.what in OF_CLASSES), "")
    if use.names:
        return (
            f"`{use.table}` {'names the classes in words' if use.names == 'words' else 'lists the classes; nothing else is taken from it'}."
        )
    if not use.used:
        return f"`{use.table}` is not used: {lacks}.{rows}"
    does = _does(use)
    about = f"{count_of(use.rows, 'row')} about {count_of(use.pictures, 'picture')}"
    text = f"`{use.table}` {enumerated(does)}: {about}." if does else f"`{use.table}` lists {count_of(use.pictures, 'picture')}."
    part = f" Its name says that its pictures are for {use.part}." if use.part else ""
    return text + part + (f" {lacks[:1].upper()}{lacks[1:]}." if lacks else "") + rows


def _does(use: TableUse) -> list[str]:
    said = (
        (use.classes, f"names classes in {'its columns' if ' to ' in use.classes else 'its column'} `{use.classes}`"),
        (use.split, f"says the split in `{use.split}`"),
        (use.groups, f"names groups in `{use.groups}`"),
        (use.captions, f"has captions in `{use.captions}`"),
        (use.colours, f"colours maps by {count_of(use.colours, 'column')}"),
    )
    return [text for there, text in said if there]


def fault_in_words(fault: Fault) -> str:
    """What is wrong, as the rest of a sentence that begins with the file."""
    if fault.what in OF_CLASSES:
        return ("is not used: " if fault.weight == "file" else "names no classes: ") + _filled(OF_CLASSES[fault.what], fault)
    return _filled((OF_FILE | OF_ROWS)[fault.what], fault)


def _filled(text: str, fault: Fault) -> str:
    return text.format(
        named=fault.named,
        number=fault.number,
        most_classes=MOST_CLASSES,
        objects=count_of(fault.number, "object"),
        pictures=count_of(fault.number, "picture"),
        rows=count_of(len(fault.rows), "row"),
        texts=distinct(fault.named),
        lines=_lines(fault.rows),
        titles=several_names(title[:LONGEST] for title in fault.named),
    )


def _lines(rows: Sequence[int]) -> str:
    return f"line{'s' if len(rows) > 1 else ''} {several_names(f'{each:,}' for each in rows)}"


def faults_in_words(uses: Iterable[TableUse], weights: Collection[Weight] = ("file", "part")) -> LeftOut:
    """What of the files doesn't count, as their names and the rests of sentences."""
    return [(fault.table, fault_in_words(fault)) for use in uses for fault in use.faults if fault.weight in weights]
