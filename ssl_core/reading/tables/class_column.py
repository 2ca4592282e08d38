"""Which column of a table names classes: by its header first, then by its values. No torch."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ssl_core.reading.account import Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.class_by_content import class_by_content
from ssl_core.reading.tables.classes import Classes, no_label_remarks
from ssl_core.reading.tables.coordinates import coordinates
from ssl_core.reading.tables.kinds import Kinds, classlike, kinds_of, part_alike
from ssl_core.reading.tables.markup import unmarked
from ssl_core.reading.tables.object_files import boxes
from ssl_core.reading.tables.one_hot import one_hot_classes
from ssl_core.reading.tables.several_labels import several_labels
from ssl_core.reading.tables.votes import by_largest, votes_asked


def class_rank(header: str) -> int | None:
    """How plainly a header says that a column names classes: 0 is the plainest; None where it does not."""
    text = words.bare_header(header)
    composed = 1 if len(parts := re.findall(r"[^\W\d_]+", header.lower())) > 1 and words.CLASSES[0].issuperset(parts) else None
    return next((k for k, known in enumerate(words.CLASSES) if text in known), composed)


def class_column(known: Bound, taken: frozenset[int], chosen: str | None = None) -> Classes:
    """The classes that a table names. taken: columns that name files, parts, captions or groups. chosen: title that a person said."""
    sheet = known.sheet
    taken |= set(range(len(sheet.titles) - 4, len(sheet.titles))) if boxes(sheet) else frozenset()
    if chosen is not None and " to " in chosen and chosen not in sheet.titles:
        first, last = (sheet.titles.index(title) for title in chosen.split(" to ", 1))
        said = [k for k in range(first, last + 1) if k not in taken]
        return one_hot_classes(known, said) or by_largest(known, said) or Classes("", [])
    if chosen is not None:
        k = sheet.titles.index(chosen)
        kinds = kinds_of(known, k)
        return Classes(chosen, kinds.values, frozenset((k,)), no_label_remarks(known, chosen, kinds))
    places = coordinates(known)
    ranked = {k: None if k in places else class_rank(title) for k, title in enumerate(sheet.titles) if k not in taken}
    named = sorted((rank, k) for k, rank in ranked.items() if rank is not None)
    looked_at = [k for k in ranked if ranked[k] is not None or (k not in places and _repeats(known, k))]
    all_kinds = {k: kinds_of(known, k) for k in looked_at}
    for _, k in named:
        if several := several_labels(known, k, all_kinds[k]):
            return several
    fits = [(rank, k) for rank, k in named if classlike(all_kinds[k], True)]
    if fits:
        return _named(known, fits, all_kinds)
    if block := one_hot_classes(known, [k for k in all_kinds if k not in {each for _, each in named}]):
        return block
    if not named and (votes := votes_asked(known, taken)):
        return votes
    return class_by_content(known, all_kinds, [k for _, k in named])


def _repeats(known: Bound, k: int) -> bool:
    """Whether a column without a known header may name classes: its values repeat, or the table has no headers; row numbers don't."""
    if not known.sheet.titled:
        return True
    few = 2 * len(set(unmarked(known.sheet.columns[k]))) <= len(known.pictures) + 4
    return few and words.bare_header(known.sheet.titles[k]) not in words.SEQUENCE


def _named(known: Bound, fits: list[tuple[int, int]], all_kinds: Mapping[int, Kinds]) -> Classes:
    """Of the columns whose headers say so the plainest; a name in place of a number where both part the pictures alike."""
    rank, first = next(((rank, k) for rank, k in fits if len(all_kinds[k].counts) > 1), fits[0])
    same = [k for k, kinds in all_kinds.items() if k != first and part_alike(all_kinds[first], kinds)]
    best = next((k for k in same if not all_kinds[k].numbers), first) if all_kinds[first].numbers else first
    sheet, kinds = known.sheet, all_kinds[best]
    remarks = list(no_label_remarks(known, sheet.titles[best], kinds))
    others = [k for at, k in fits if at == rank and k not in (first, best) and k not in same and len(all_kinds[k].counts) > 1]
    for k in others[:1]:
        text = f"`{sheet.name}` names classes in its column `{sheet.titles[best]}`; "
        text += f"its column `{sheet.titles[k]}` parts the pictures otherwise."
        remarks.append(Remark(text, True, {"classes": f"{sheet.name}:{sheet.titles[k]}"}))
    used = frozenset((best, *(k for k in (first, *same) if all_kinds[k].numbers and class_rank(sheet.titles[k]) is not None)))
    return Classes(sheet.titles[best], kinds.values, used, tuple(remarks))
