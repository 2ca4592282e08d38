"""Classes that several tables name, joined: corrections first, placeholders left out, numbers put into words. No torch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ssl_core.reading.account import Remark
from ssl_core.reading.sources import PICTURES
from ssl_core.reading.tables import words
from ssl_core.reading.tables.number_keys import number_key
from ssl_core.reading.tables.one_table import Said
from ssl_core.reading.tables.sheets import Sheet
from ssl_core.reading.tables.table import MOST_CLASSES, count_of
from ssl_core.reading.tables.uses import Fault

CORRECTS = re.compile(r"correct|fix|relabel|clean|revis|updat|amend|patch", re.I)

SAME_KIND = 0.75  # share of the fewer classes that another table has too, if they are classes of one kind


class Labels(NamedTuple):
    """The classes of all tables."""

    labels: dict[str, str]
    by: dict[str, str]  # the columns that name them, by table
    refused: dict[str, Fault]  # tables whose classes aren't used
    remarks: list[Remark]
    names: dict[str, str]  # classes in words, by what the tables call them
    used_names: frozenset[str]  # files that say the words
    conflict: bool = False  # whether two tables name different classes of one picture
    passed: dict[str, Fault] = {}  # tables that name classes of another kind, which complete nothing


def joined_labels(tables: Sequence[Said], others: Sequence[Sheet], chosen: tuple[str, str] | None) -> Labels:
    """Of a picture that two tables tell of, the first counts; a table of corrections is first. others: tables that name no pictures."""
    found = {each.known.sheet.name: (each, labels) for each in tables if (labels := each.labels)}
    refused = {} if chosen else _placeholders(found)
    used = {name: labels for name, (_, labels) in found.items() if name not in refused}
    joint = _Joint(chosen is not None)
    for name in _in_order(used, chosen[0] if chosen else ""):
        joint.add(name, found[name][0].classes.column, used[name])
    by, remarks = joint.by, joint.remarks
    names, used_names = _words_of(set(joint.whole.values()), others)
    whole = {picture: names.get(value, value) for picture, value in joint.whole.items()}
    kinds = Counter(whole.values())
    if len(kinds) == 1 and not chosen and not any(CORRECTS.search(name.rpartition("/")[2]) for name in by):
        refused |= {name: Fault("single class", name, "classes", named=(column, next(iter(kinds)))) for name, column in by.items()}
        return Labels({}, {}, refused, remarks, {}, frozenset())
    if len(kinds) > MOST_CLASSES:
        refused |= {name: Fault("too many classes", name, "classes", len(kinds), (column,)) for name, column in by.items()}
        return Labels({}, {}, refused, remarks, {}, frozenset())
    return Labels(whole, by, refused, remarks, names, used_names, bool(remarks), joint.passed)


class _Joint:
    """Classes of tables, one after the other."""

    def __init__(self, chosen: bool) -> None:
        self.chosen = chosen
        self.whole: dict[str, str] = {}  # by picture
        self.by: dict[str, str] = {}  # the columns that name them, by table
        self.passed: dict[str, Fault] = {}  # tables of another kind of classes, as families are beside variants
        self.unlike: list[str] = []  # tables that say other classes, one of those whose names differ by the part alone
        self.remarks: list[Remark] = []

    def add(self, name: str, column: str, new: dict[str, str]) -> None:
        """Completes the classes by those of a table, and puts numbers into words; a table of another kind of classes completes nothing."""
        first = next(iter(self.by), "")
        before = {picture: self.whole[picture] for picture in new if picture in self.whole}
        unlike = sum(value != new[picture] for picture, value in before.items())
        if unlike and (said := _renaming(before, new)) is not None:
            self.whole = {picture: said.get(value, value) for picture, value in self.whole.items()}
            new = {picture: said.get(value, value) for picture, value in new.items()}
        elif unlike and not _sister(name, self.unlike):
            self.unlike.append(name)
            text = f"`{name}` says another class than `{first}` of {count_of(unlike, 'picture')}; `{first}` counts."
            self.remarks.append(Remark(text, not self.chosen, {"classes": f"{name}:{column}"}))
        if self._of_another_kind(name, new):
            self.passed[name] = Fault("other classes", name, "note", named=(column, first))
            return
        self.whole = {**new, **self.whole}
        self.by[name] = column

    def _of_another_kind(self, name: str, new: Mapping[str, str]) -> bool:
        """Whether a table has few of the classes so far, and others of most of the pictures that both tell of.

        Where they share none, a table is of another kind if a person chose the classes, and its name differs by more than a part. Tables
        that correct a few pictures of a larger one are of its kind.
        """
        both = [picture for picture in new if picture in self.whole]
        corrected = len(both) == len(self.whole) and 2 * len(both) <= len(new)
        if not self.by or corrected or _sister(name, self.by) or (not both and not self.chosen):
            return False
        mine, theirs = set(self.whole.values()), set(new.values())
        if len(mine & theirs) >= SAME_KIND * min(len(mine), len(theirs)):
            return False
        return 2 * sum(self.whole[picture] != new[picture] for picture in both) >= len(both)


def _sister(name: str, others: Iterable[str]) -> bool:
    """Whether the name of a table differs from another's by the part alone: images_variant_train.txt and images_variant_test.txt."""
    return _without_part(name) in map(_without_part, others)


def _without_part(name: str) -> tuple[str, ...]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return tuple(word for word in re.findall(r"[^\W_]+", spaced.lower()) if re.sub(r"\d+$", "", word) not in words.PARTS)


def _placeholders(found: Mapping[str, tuple[Said, dict[str, str]]]) -> dict[str, Fault]:
    """Tables that are no truth: those that say one class of all pictures, or of pictures of which others say nothing, where others vary."""
    varied = {name for name, (_, labels) in found.items() if len(set(labels.values())) > 1}
    refused = {
        name: Fault("single class", name, "classes", named=(said.classes.column, next(iter(labels.values()))))
        for name, (said, labels) in found.items()
        if name not in varied and any(found[other][1].keys() <= labels.keys() for other in varied)
    }
    single = {next(iter(labels.values())) for name, (_, labels) in found.items() if name not in {*varied, *refused}}
    if len(single) > 1:  # a table for each class
        return refused
    for name, (said, labels) in found.items():
        elsewhere = {picture for other, (_, told) in found.items() if other != name for picture in told}
        if len(set(labels.values())) == 1 and len(labels) > 1 and varied and not set(labels) & elsewhere:
            value = next(iter(labels.values()))
            refused[name] = Fault("placeholder", name, "classes", len(labels), (said.classes.column, value))
    return refused


def _in_order(used: Mapping[str, Mapping[str, str]], chosen: str) -> list[str]:
    """The table that a person said and its sisters, then corrections, then the others as they come."""

    def corrects(name: str) -> bool:
        if CORRECTS.search(name.rpartition("/")[2]):
            return True
        mine = used[name]
        return any(2 * len(mine) <= len(told) and mine.keys() <= told.keys() for other, told in used.items() if other != name)

    return sorted(used, key=lambda name: (name != chosen, not _sister(name, [chosen]), not corrects(name)))


def _renaming(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str] | None:
    """What another table calls each class where both part the pictures alike, one in numbers and the other in words; else None."""
    pairs = {(value, after[picture]) for picture, value in before.items()}
    said = dict(pairs)
    if len(pairs) < 2 or len(said) < len(pairs) or len(set(said.values())) < len(pairs):
        return None
    numbers = [all(words.number(value) is not None for value in values) for values in (said, said.values())]
    return said if numbers == [True, False] else {code: word for word, code in pairs} if numbers == [False, True] else None


def _words_of(classes: set[str], others: Iterable[Sheet]) -> tuple[dict[str, str], frozenset[str]]:
    """Classes in words, where a file of two columns or more says them for every class, each once."""
    for sheet in others:
        for key in range(min(2, len(sheet.columns))) if classes and len(sheet.columns) > 1 else ():
            value = _word_column(sheet, key)
            pairs = zip(map(number_key, sheet.columns[key]), map(words.clean, sheet.columns[value]), strict=True)
            said = {code: word for code, word in pairs if code in classes and word}
            if all(words.number(word) is not None or word.lower().endswith(PICTURES) for word in said.values()):  # numbers, files
                continue
            if len(said) == len(classes) > 1 and len(set(said.values())) == len(classes):
                return said, frozenset({sheet.name})
    return {}, frozenset()


def _word_column(sheet: Sheet, key: int) -> int:
    """The column with the words of a column of codes: the first that is called a name, else the one beside it."""
    named = [k for k, title in enumerate(sheet.titles) if k != key and "name" in words.bare_header(title)]
    return named[0] if named else 1 - key
