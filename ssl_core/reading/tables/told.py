"""What tables and lists say of pictures: classes, parts, groups, captions and quantities, and what each file is used for. No torch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ssl_core.reading.account import Choice, Part, Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.asked_once import asked_once
from ssl_core.reading.tables.beside import Candidate
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.chosen_columns import check_columns_say, check_tables_name_pictures, chosen_columns
from ssl_core.reading.tables.factors import Factors, take_factors
from ssl_core.reading.tables.filed import ReadFiles
from ssl_core.reading.tables.folder_rows import by_folders
from ssl_core.reading.tables.identity_lists import identity_list
from ssl_core.reading.tables.joined import Labels, joined_labels
from ssl_core.reading.tables.numbered_pictures import by_numbers, numbers_of
from ssl_core.reading.tables.object_classes import without_objects
from ssl_core.reading.tables.one_table import Said, likely_groups, of_the_same_columns, said_by
from ssl_core.reading.tables.parts_by_name import take_parts_by_name
from ssl_core.reading.tables.remembered import TablesRead, read_tables
from ssl_core.reading.tables.shared_keys import by_shared_key
from ssl_core.reading.tables.sheets import Sheet
from ssl_core.reading.tables.split_conflicts import split_conflicts
from ssl_core.reading.tables.table import LONGEST_CAPTION
from ssl_core.reading.tables.unbound import unused_remarks, without_pictures
from ssl_core.reading.tables.uses import Fault, TableUse


class Told(NamedTuple):
    """What the files beside pictures say about them, by picture; a picture that none tells of has no entry."""

    labels: dict[str, str]
    parts: dict[str, Part]
    aside: dict[str, str]  # pictures whose part isn't understood, and what is said of it: neither learnt from nor measured with
    groups: dict[str, str]
    captions: dict[str, str]
    factors: Factors
    columns: dict[str, bool]  # the columns of factors, and whether all their values are numbers
    names: dict[str, str]  # classes in words ("n01440764": "tench"), where a file says them; `labels` have them already
    annotations: dict[str, str]  # files of object annotations, and their kind ("COCO", "VOC", "YOLO", "LabelMe", "boxes")
    assumed: dict[str, str]  # file, classes, split, group as TABLE:COLUMN, what was said and what was understood
    uses: dict[str, TableUse]  # by file
    remarks: list[Remark]
    digest: str  # of the files that are used and what they are used for; "" where none is
    without_objects: frozenset[str] = frozenset()  # files that were read and tell of no objects
    offered: dict[str, dict[str, str]] = {}  # by TABLE:COLUMN, classes by picture that are taken where a person says so
    lists: dict[str, Sequence[str]] = {}  # files of one column that names no pictures, by name
    ids: dict[str, frozenset[str]] = {}  # values of columns that are called ids of beings or things, by TABLE:COLUMN
    likely: dict[str, dict[str, str]] = {}  # by TABLE:COLUMN, groups by picture that are only offered


def told(tables: Sequence[Candidate], pictures: Sequence[str], choice: Choice | None = None, mark: int = 0) -> Told:
    """What tables say about pictures. mark: as of `read_tables`.

    Raises:
        SettingsError: a table or column that the choice names isn't there, or says nothing of pictures.
    """
    choice, tables_read = choice or Choice(), read_tables(tables, pictures, mark)
    read, matcher = tables_read.read._replace(uses={**tables_read.read.uses}, remarks=[*tables_read.read.remarks]), tables_read.matcher
    chosen = chosen_columns(choice, [*read.sheets, *read.offered])
    no_truth = {each.name for each in read.sheets if submission(each.name)} - {table for table, _ in chosen.values()}
    read.uses.update({name: TableUse(name, faults=(Fault("submission", name, "file"),)) for name in no_truth})
    truths = [each for each in read.sheets if each.name not in no_truth]
    sheets = [*truths, *(each for each in read.offered if chosen.get("classes", ("",))[0] == each.name)]
    known, others = _bound(sheets, tables_read, chosen)
    check_tables_name_pictures(chosen, others)
    kept = frozenset(old for old, new in choice.merged.items() if new)
    tables_said = [said_by(each._replace(kept=kept), chosen, choice) for each in known]
    if choice.classes is None:
        tables_said = without_objects(of_the_same_columns(tables_said), len(pictures))
    labels = joined_labels(tables_said, others, chosen.get("classes"))
    check_columns_say(chosen, tables_said, labels)
    for sheet in others:
        read.uses[sheet.name] = without_pictures(sheet, set(labels.labels.values()), labels.used_names, matcher)
    split = choice.split is not None or any(said.parts.column or said.part for said in tables_said)
    read.remarks.extend(unused_remarks(others, read.uses, matcher, split))
    lists = {sheet.name: sheet.columns[0] for sheet in others if len(sheet.columns) == 1}
    offered = {f"{each.name}:{each.titles[1]}": _offered(tables_read.bound(each, 0)) for each in read.offered}
    whole = _joined(tables_said, labels, read, chosen, choice)
    return whole._replace(lists=lists, ids=_ids(truths), offered=offered, likely=likely_groups(tables_said))


def _ids(sheets: Sequence[Sheet]) -> dict[str, frozenset[str]]:
    """The values of columns that are called ids of beings or things, by TABLE:COLUMN."""
    return {
        f"{each.name}:{title}": frozenset(column) for each in sheets for title, column in each.named_columns() if words.identifies(title)
    }


def _offered(known: Bound | None) -> dict[str, str]:
    """The classes of the second column of a table, by picture."""
    pairs = zip(known.pictures, known.sheet.columns[1], strict=True) if known else ()
    return {picture: words.clean(text) for picture, text in pairs if picture}


def submission(name: str) -> bool:
    """Whether a table is a form for answers by its name."""
    return "submission" in name.rpartition("/")[2].lower()


def _bound(sheets: Sequence[Sheet], tables: TablesRead, chosen: dict[str, tuple[str, str]]) -> tuple[list[Bound], list[Sheet]]:
    """Tables with their pictures, in the order of their files, and those that name none."""
    table, title = chosen.get("file", ("", ""))
    found = {sheet.name: tables.bound(sheet, sheet.titles.index(title) if sheet.name == table else None) for sheet in sheets}
    for sheet in sheets:
        if found[sheet.name] is None and sheet.titled and title in sheet.titles:
            found[sheet.name] = _by_the_same_column(tables.bound(sheet, sheet.titles.index(title)))
    numbered: dict[str, str] = {}
    for each in found.values():
        numbered.update(numbers_of(each) if each else {})
    for sheet in sheets:
        if found[sheet.name] is None and numbered:
            found[sheet.name] = by_numbers(sheet, numbered)
    files = [each for each in found.values() if each]
    for sheet in sheets:
        found[sheet.name] = found[sheet.name] or by_shared_key(sheet, files) or by_folders(sheet, tables.matcher.pictures)
    return [each for each in found.values() if each], [sheet for sheet in sheets if found[sheet.name] is None]


def _by_the_same_column(found: Bound | None) -> Bound | None:
    """A table by the column that a person chose of another one, where most of its rows are about pictures there."""
    if found is None:
        return None
    about = found.told + len(found.again)
    return found if 2 * about > len(found.pictures) else None


def _joined(
    tables: Sequence[Said],
    labels: Labels,
    read: ReadFiles,
    chosen: dict[str, tuple[str, str]],
    choice: Choice,
) -> Told:
    """Of a picture that two tables tell of, the first counts; the one that a person chose before all others."""
    uses, digests = read.uses, read.digests
    whole = Told(labels.labels, {}, {}, {}, {}, {}, {}, labels.names, read.kinds, {}, uses, [*read.remarks, *labels.remarks], "")
    used: list[str] = []
    for said in _chosen_first(tables, chosen, "split"):
        _take_parts(said, whole)
    for said in _chosen_first(tables, chosen, "group"):
        _take_groups(said, whole)
    for said in tables:
        name = said.known.sheet.name
        why = labels.refused.get(name)
        use = _take(said, whole, labels.by.get(name, ""))
        uses[name] = _with_faults(use, said, why or labels.passed.get(name))
        whole.remarks.extend([*said.known.remarks, *said.parts.remarks, *said.group.remarks])
        if not why:
            whole.remarks.extend(_settled(said, labels, [each for each in tables if each is not said]))
        if use.used:
            used.append(name)
    if choice.split is None:
        whole.remarks.extend(split_conflicts(tables))
    titles = {said.known.sheet.name: said.known.sheet.titles for said in tables}
    own = len(read.remarks) + len(labels.remarks)  # which of two tables counts is a question on each
    whole.remarks[own:] = asked_once(whole.remarks[own:], titles)
    whole.remarks.extend(take_parts_by_name(tables, labels.refused, whole.parts, whole.aside))
    whole.assumed.update(_assumed(tables, whole, labels, chosen, choice))
    facts = [*((name, digests.get(name, "")) for name in sorted({*used, *labels.used_names})), *sorted(whole.assumed.items())]
    digest = hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()[:16] if used else ""
    return whole._replace(
        digest=digest,
        without_objects=frozenset(read.without_objects),
        aside={p: text for p, text in whole.aside.items() if p not in whole.parts},
    )


def _chosen_first(tables: Sequence[Said], chosen: dict[str, tuple[str, str]], key: str) -> list[Said]:
    table = chosen.get(key, ("", ""))[0]
    return sorted(tables, key=lambda said: said.known.sheet.name != table)


def _take_parts(said: Said, whole: Told) -> None:
    if said.parts.column:
        for picture, part in zip(said.known.pictures, said.parts.values, strict=True):
            if picture and part and picture not in whole.aside:
                whole.parts.setdefault(picture, part)
        whole.aside.update({picture: text for picture, text in said.parts.aside.items() if picture not in whole.parts})


def _take_groups(said: Said, whole: Told) -> None:
    if said.group.column:
        for picture, value in zip(said.known.pictures, said.group.values, strict=True):
            if picture and value:
                whole.groups.setdefault(picture, value)


def _settled(said: Said, labels: Labels, others: Sequence[Said]) -> Sequence[Remark]:
    """What a table says of classes; which of its columns might name them is no question where other tables name those of its pictures.

    Nor are identities where other tables ask about classes.
    """
    asked = any(remark.asks and remark.other.keys() == {"classes"} for other in others for remark in other.classes.remarks)
    known = all(picture in labels.labels for picture in said.known.pictures if picture) and not said.classes.column and not labels.conflict
    if not known and not (asked and identity_list(said.known)):
        return said.classes.remarks
    return [each._replace(asks=False) if each.other.keys() == {"classes"} else each for each in said.classes.remarks]


def _take(said: Said, whole: Told, classes: str) -> TableUse:
    """Adds the captions and factors of pictures that no earlier table told of; what the table's columns are used for."""
    known, sheet = said.known, said.known.sheet
    if said.captions is not None:
        for picture, text in zip(known.pictures, sheet.columns[said.captions], strict=True):
            if picture and (shown := words.clean(text)[:LONGEST_CAPTION]):
                whole.captions.setdefault(picture, shown)
    captions = sheet.titles[said.captions] if said.captions is not None else ""
    return TableUse(
        sheet.name,
        rows=len(set(sheet.lines)),
        pictures=known.told,
        classes=classes,
        split=said.parts.column,
        groups=said.group.column,
        captions=captions,
        colours=take_factors(said, whole.factors, whole.columns),
    )


def _with_faults(use: TableUse, said: Said, why: Fault | None) -> TableUse:
    """The same with the part that the table's name says, why it names no classes, and what is wrong with its rows."""
    titles = said.known.sheet.titles
    use = use._replace(part=said.part if why is None or why.weight == "note" else None)
    if why is None and not use.classes and (len(titles) > 1 or not use.used):
        why = Fault("no classes", use.table, "note", named=tuple(titles))
    if why is not None and not use.used:
        why = why._replace(weight="file")
    return use._replace(faults=(*([why] if why else []), *said.known.faults))


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
