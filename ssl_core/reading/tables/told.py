"""What tables and lists say of pictures: classes, parts, groups, captions and quantities, and what each file is used for. No torch."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from ssl_core.reading.account import Choice, Part, Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.beside import Candidate
from ssl_core.reading.tables.cells import LONGEST
from ssl_core.reading.tables.classes import Classes, class_column, one_class_each
from ssl_core.reading.tables.filed import ReadFiles, read_files, without_pictures
from ssl_core.reading.tables.joined import Labels, Said, joined_labels
from ssl_core.reading.tables.matching import Bound, Matcher, bound, by_numbers, numbers_of
from ssl_core.reading.tables.parts import GroupColumn, Parts, group_column, part_column
from ssl_core.reading.tables.sheets import Sheet
from ssl_core.reading.tables.table import LONGEST_CAPTION, Value, count_of
from ssl_core.reading.tables.uses import Fault, TableUse
from ssl_core.settings import SettingsError


class Told(NamedTuple):
    """What the files beside pictures say about them, by picture; a picture that none tells of has no entry."""

    labels: dict[str, str]
    parts: dict[str, Part]
    aside: dict[str, str]  # pictures whose part isn't understood, and what is said of it: neither learnt from nor measured with
    groups: dict[str, str]
    captions: dict[str, str]
    factors: dict[str, dict[str, Value]]  # by picture, then by column
    columns: dict[str, bool]  # the columns of factors, and whether all their values are numbers
    names: dict[str, str]  # classes in words ("n01440764": "tench"), where a file says them; `labels` have them already
    annotations: dict[str, str]  # files of object annotations, and their kind ("COCO", "VOC", "YOLO", "LabelMe", "boxes")
    assumed: dict[str, str]  # file, classes, split, group as TABLE:COLUMN, what was said and what was understood
    uses: dict[str, TableUse]  # by file
    remarks: list[Remark]
    digest: str  # of the files that are used and what they are used for; "" where none is


def told(tables: Sequence[Candidate], pictures: Sequence[str], choice: Choice | None = None) -> Told:
    """What tables say about pictures.

    Raises:
        SettingsError: a table or column that the choice names isn't there.
    """
    choice, matcher = choice or Choice(), Matcher(pictures)
    read = read_files(tables, matcher)
    chosen = _chosen(choice, [*read.sheets, *read.offered])
    no_truth = {each.name for each in read.sheets if submission(each.name)} - {table for table, _ in chosen.values()}
    read.uses.update({name: TableUse(name, faults=(Fault("submission", name, "file"),)) for name in no_truth})
    tables_read = [each for each in read.sheets if each.name not in no_truth]
    sheets = [*tables_read, *(each for each in read.offered if chosen.get("classes", ("",))[0] == each.name)]
    known, others = _bound(sheets, matcher, chosen)
    tables_said = [_said(each, chosen, choice) for each in known]
    if choice.classes is None:
        tables_said = _of_the_same_columns(tables_said)
    labels = joined_labels(tables_said, others, chosen.get("classes"))
    for sheet in others:
        read.uses[sheet.name] = without_pictures(sheet, set(labels.labels.values()), labels.used_names)
    return _joined(tables_said, labels, read, chosen, choice)


# Files to tables


def submission(name: str) -> bool:
    """Whether a table is a form for answers by its name."""
    return "submission" in name.rpartition("/")[2].lower()


def _chosen(choice: Choice, sheets: Sequence[Sheet]) -> dict[str, tuple[str, str]]:
    """The columns that a person said, as table and title. Raises SettingsError."""
    said = {"file": choice.file, "classes": choice.classes, "split": choice.split, "group": choice.group}
    return {key: _column_said(key, text, sheets) for key, text in said.items() if text is not None and not _no_column(key, text)}


def _no_column(key: str, text: str) -> bool:
    """Whether a choice names no column of a table."""
    return text in ("none", "names", "folders") or (key == "classes" and text.startswith("folders:"))


def _column_said(key: str, text: str, sheets: Sequence[Sheet]) -> tuple[str, str]:
    owner = {"file": "files", "classes": "classes", "split": "splits", "group": "groups"}[key]
    sheet = next((each for each in sheets if text.startswith(f"{each.name}:")), None)
    if sheet is None:
        names = words.quoted(each.name for each in sheets) or "none"
        raise SettingsError(
            f"'{key}' must be TABLE:COLUMN, the column that names {owner}. Tables that are read here: {names}. Got '{text[:80]}'."
        )
    title = text[len(sheet.name) + 1 :]
    ends = title.split(" to ", 1)
    if title not in sheet.titles and not (key == "classes" and len(ends) == 2 and set(ends) <= set(sheet.titles)):
        raise SettingsError(f"'{key}' must be a column of '{sheet.name}': {words.quoted(sheet.titles, 20)}. Got '{title[:80]}'.")
    return sheet.name, title


def _bound(sheets: Sequence[Sheet], matcher: Matcher, chosen: dict[str, tuple[str, str]]) -> tuple[list[Bound], list[Sheet]]:
    """Tables with their pictures, in the order of their files, and those that name none."""
    table, title = chosen.get("file", ("", ""))
    found = {sheet.name: bound(sheet, matcher, sheet.titles.index(title) if sheet.name == table else None) for sheet in sheets}
    numbered: dict[str, str] = {}
    for each in found.values():
        numbered.update(numbers_of(each) if each else {})
    for sheet in sheets:
        if found[sheet.name] is None and numbered:
            found[sheet.name] = by_numbers(sheet, numbered)
    return [each for each in found.values() if each], [sheet for sheet in sheets if found[sheet.name] is None]


# Tables to what they say


def _said(known: Bound, chosen: dict[str, tuple[str, str]], choice: Choice) -> Said:
    """What one table says: parts first, then classes, then groups, of columns that nothing else has taken."""
    titles = known.sheet.titles

    def of(key: str) -> str | None:
        table, title = chosen.get(key, ("", ""))
        return title if table == known.sheet.name or (title in titles and key != "file") else None

    taken = frozenset({known.file} if known.file >= 0 else {0})
    numbers = _numbers_of_pictures(known)
    captions = _captions(known, taken)
    parts = Parts("", []) if choice.split == "none" else part_column(known, of("split"))
    taken |= parts.used | numbers | ({captions} if captions is not None and titles[captions] != of("classes") else set())
    said = choice.classes is None or "classes" in chosen
    strong = group_column(known, taken, of("group")) if choice.group not in ("none", "names") else GroupColumn("", [])
    classes = (
        class_column(known, taken | strong.used, of("classes")) if said and (of("classes") or "classes" not in chosen) else Classes("", [])
    )
    classes = one_class_each(known, classes) if classes.column and not of("classes") else classes
    group = strong if not strong.used & classes.used else GroupColumn("", [])
    return Said(known, classes, parts, group, captions if captions not in classes.used else None)


def _of_the_same_columns(tables: Sequence[Said]) -> list[Said]:
    """The same; a table that is too small to show what its column holds names classes where other tables name the same by such a column."""
    columns = {said.classes.column for said in tables} - {""}
    values = {value for said in tables if said.classes.column for value in said.classes.values} - {""}
    found = []
    for said in tables:
        title = next((title for title in said.known.sheet.titles if title in columns), None)
        if title is not None and not said.classes.column and not said.classes.several:
            classes = class_column(said.known, frozenset(), title)
            own = set(classes.values) - {""}
            said = said._replace(classes=classes) if own and own <= values else said
        found.append(said)
    return found


def _captions(known: Bound, taken: frozenset[int]) -> int | None:
    """The column of captions: called so or, in a list of two columns without headers, sentences of which few are alike."""
    sheet = known.sheet
    if sheet.titled:
        return next((k for k, title in enumerate(sheet.titles) if words.bare_header(title) in words.CAPTIONS and k not in taken), None)
    if len(sheet.columns) != 2 or known.file < 0:
        return None
    texts = sheet.columns[1 - known.file]
    return 1 - known.file if 2 * len(set(texts)) > len(texts) and sum(map(words.word_count, texts)) >= 3 * len(texts) else None


def _numbers_of_pictures(known: Bound) -> frozenset[int]:
    """The column of a table of two that only numbers its pictures."""
    return frozenset({1 - known.file}) if numbers_of(known) and not known.sheet.titled else frozenset()


# What tables say, joined


def _joined(
    tables: Sequence[Said],
    labels: Labels,
    read: ReadFiles,
    chosen: dict[str, tuple[str, str]],
    choice: Choice,
) -> Told:
    """Of a picture that two tables tell of, the first counts."""
    uses, digests = read.uses, read.digests
    whole = Told(labels.labels, {}, {}, {}, {}, {}, {}, labels.names, read.kinds, {}, uses, [*read.remarks, *labels.remarks], "")
    used: list[str] = []
    for said in tables:
        name = said.known.sheet.name
        why = labels.refused.get(name)
        use = _take(said, whole, labels.by.get(name, ""))
        uses[name] = _with_faults(use, said, why)
        whole.remarks.extend([*said.known.remarks, *said.parts.remarks, *said.group.remarks])
        if not why:
            whole.remarks.extend(said.classes.remarks)
        if use.used:
            used.append(name)
    _part_of_names(tables, whole, labels.refused)
    whole.assumed.update(_assumed(tables, whole, labels, chosen, choice))
    facts = [*((name, digests.get(name, "")) for name in sorted({*used, *labels.used_names})), *sorted(whole.assumed.items())]
    digest = hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()[:16] if used else ""
    return whole._replace(digest=digest, aside={p: text for p, text in whole.aside.items() if p not in whole.parts})


def _take(said: Said, whole: Told, classes: str) -> TableUse:
    """Adds what a table says of pictures that no earlier one told of; what its columns are used for."""
    known, sheet = said.known, said.known.sheet
    if said.parts.column:
        for picture, part in zip(known.pictures, said.parts.values, strict=True):
            if picture and part and picture not in whole.aside:
                whole.parts.setdefault(picture, part)
        whole.aside.update({picture: text for picture, text in said.parts.aside.items() if picture not in whole.parts})
    if said.group.column:
        for picture, value in zip(known.pictures, said.group.values, strict=True):
            if picture and value:
                whole.groups.setdefault(picture, value)
    if said.captions is not None:
        for picture, text in zip(known.pictures, sheet.columns[said.captions], strict=True):
            if picture and (shown := words.clean(text)[:LONGEST_CAPTION]):
                whole.captions.setdefault(picture, shown)
    captions = sheet.titles[said.captions] if said.captions is not None else ""
    return TableUse(
        sheet.name,
        rows=len(known.pictures),
        pictures=known.told,
        classes=classes,
        split=said.parts.column,
        groups=said.group.column,
        captions=captions,
        colours=_factors(said, whole),
    )


def _factors(said: Said, whole: Told) -> int:
    """What the other columns say; how many of them say anything."""
    known, sheet = said.known, said.known.sheet
    taken = {known.file, *said.parts.used, *said.classes.used, *said.group.used, said.captions, *(() if known.file >= 0 else (0,))}
    taken |= {*_numbers_of_pictures(known)}
    columns = {title: [*column] for k, (title, column) in enumerate(zip(sheet.titles, sheet.columns, strict=True)) if k not in taken}
    if said.classes.several:
        labels = said.classes.several[1]
        columns |= {label: [str(int(label in row)) for row in labels] for label in sorted({each for row in labels for each in row})}
    told = 0
    for title, column in columns.items():
        told += _factor(f"{title} (column)" if title.lower() == "class" else title, column, known, whole)
    for picture in filter(None, known.pictures):
        whole.factors.setdefault(picture, {})
    return told


def _factor(title: str, column: Sequence[str], known: Bound, whole: Told) -> bool:
    """One column's values by picture, as numbers where all are; whether there is any."""
    texts = [
        (picture, shown) for picture, text in zip(known.pictures, column, strict=True) if picture and (shown := text.strip()[:LONGEST])
    ]
    numbers = {text: words.number(text, known.sheet.comma) for _, text in texts if not words.missing(text)}
    number = bool(numbers) and None not in numbers.values()
    if not texts:
        return False
    whole.columns[title] = whole.columns.get(title, number) and number
    for picture, text in texts:
        value: Value | None = numbers.get(text) if number else text
        if value is not None:
            whole.factors.setdefault(picture, {}).setdefault(
                title, int(value) if isinstance(value, float) and value.is_integer() else value
            )
    return True


def _with_faults(use: TableUse, said: Said, why: Fault | None) -> TableUse:
    """The same with the part that the table's name says, why it names no classes, and what is wrong with its rows."""
    titles = said.known.sheet.titles
    use = use._replace(part=said.part if why is None else None)
    if why is None and not use.classes and (len(titles) > 1 or not use.used):
        why = Fault("no classes", use.table, "note", named=tuple(titles))
    if why is not None and not use.used:
        why = why._replace(weight="file")
    return use._replace(faults=(*([why] if why else []), *said.known.faults))


def _part_of_names(tables: Sequence[Said], whole: Told, refused: Collection[str]) -> None:
    """Parts that tables say by their names ("test.csv"), of pictures that no column tells of.

    Where lists of several splits ("train1.txt", "test2.txt") put one picture into two parts, the lists of the first number count.
    """
    lists = [
        (said.known.sheet.name, said.part, said.known.pictures) for said in tables if said.part and said.known.sheet.name not in refused
    ]
    said_of: dict[str, set[Part]] = {}
    for _, part, pictures in lists:
        for picture in filter(None, pictures):
            said_of.setdefault(picture, set()).add(part)
    twice = sum(len(parts) > 1 and parts != {"train", "validation"} for parts in said_of.values())
    if twice:
        numbers = {name: re.findall(r"\d+", name.rpartition("/")[2])[-1:] for name, _, _ in lists}
        first = min(numbers.values(), key=lambda found: [int(each) for each in found])
        kept = [each for each in lists if numbers[each[0]] == first] if any(numbers.values()) else []
        names, fate = words.quoted((name for name, _, _ in lists), 4), f"those of {words.quoted(name for name, _, _ in kept)} count"
        text = f"Lists put {count_of(twice, 'picture')} into two parts ({names}): {fate if kept else 'none of them counts'}."
        whole.remarks.append(Remark(text, True, {"split": "none"}))
        lists = kept
    for _, part, pictures in lists:
        for picture in filter(None, pictures):
            if picture not in whole.aside and part and whole.parts.get(picture, part) == part:
                whole.parts[picture] = part


def _assumed(tables: Sequence[Said], whole: Told, labels: Labels, chosen: dict[str, tuple[str, str]], choice: Choice) -> dict[str, str]:
    """The columns that the reading goes by, as TABLE:COLUMN."""
    most = sorted((each for each in tables if each.known.sheet.name not in labels.refused), key=lambda each: -each.known.told)
    by = sorted(labels.by.items(), key=lambda item: -next(each.known.told for each in tables if each.known.sheet.name == item[0]))
    first = {
        "file": next((f"{each.known.sheet.name}:{each.known.sheet.titles[each.known.file]}" for each in most if each.known.file >= 0), ""),
        "classes": next((f"{name}:{column}" for name, column in (labels.by.items() if labels.conflict else by)), ""),
        "split": next((f"{each.known.sheet.name}:{each.parts.column}" for each in most if each.parts.column), ""),
        "group": next((f"{each.known.sheet.name}:{each.group.column}" for each in most if each.group.column), ""),
    }
    said = {key: f"{table}:{title}" for key, (table, title) in chosen.items()}
    kept = {key: value for key, value in replace(choice).plain().items() if key in first and isinstance(value, str)}
    return {key: text for key, text in {**first, **kept, **said}.items() if text}
