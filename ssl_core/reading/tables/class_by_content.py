"""Classes of a table whose headers name none: the column whose values are few and repeat. No torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ssl_core.reading.account import Remark
from ssl_core.reading.naming import quoted
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.classes import Classes, no_label_remarks
from ssl_core.reading.tables.identity_lists import identity_list
from ssl_core.reading.tables.kinds import FEW, Kinds, classlike
from ssl_core.reading.tables.object_files import boxes
from ssl_core.reading.tables.several_labels import several_labels
from ssl_core.reading.tables.table import MOST_CLASSES, count_of

UNSURE = "which names its classes is for you to say"


def class_by_content(known: Bound, all_kinds: Mapping[int, Kinds], refused: Sequence[int]) -> Classes:
    """Classes of a table whose headers say none: the only column of texts that repeat; else a sentence on which column might."""
    sheet = known.sheet
    if not sheet.titled:
        return _of_list(known, all_kinds)
    for k in refused:
        kinds = all_kinds[k]
        if kinds.quantity:
            text = f"`{sheet.name}` has {len(kinds.counts):,} different numbers in its column `{sheet.titles[k]}`: "
            text += "a quantity, which colours the map, and no classes."
            return Classes(
                "", [], remarks=(Remark(text, len(kinds.counts) <= MOST_CLASSES, {"classes": f"{sheet.name}:{sheet.titles[k]}"}),)
            )
        if kinds.counts:
            text = f"`{sheet.name}` has {len(kinds.counts):,} different values for {count_of(kinds.counts.total(), 'picture')} "
            text += f"in its column `{sheet.titles[k]}`, so they are no classes."
            return Classes("", [], remarks=(Remark(text),))
    texts = [k for k, kinds in all_kinds.items() if not kinds.numbers and classlike(kinds, False)]
    numbers = [
        k
        for k, kinds in all_kinds.items()
        if kinds.numbers and classlike(kinds, False) and words.bare_header(sheet.titles[k]) not in words.BOXES and known.file >= 0
    ]
    if len(texts) == 1:
        title = sheet.titles[texts[0]]
        text = f"`{sheet.name}` says in no header which column names classes; `{title}` is taken, whose values are few and repeat."
        kinds = all_kinds[texts[0]]
        more = no_label_remarks(known, title, kinds)
        return Classes(title, kinds.values, frozenset(texts), (Remark(text, True, {"classes": "none"}), *more))
    if might := [sheet.titles[k] for k in (*texts, *numbers)]:
        text = f"No column of `{sheet.name}` says by its header that it names classes; {quoted(might)} might: {UNSURE}."
        return Classes("", [], remarks=(Remark(text, True, {"classes": f"{sheet.name}:{might[0]}"}),))
    return Classes("", [])


def _spaced(text: str) -> bool:
    return " " in text


def _of_list(known: Bound, all_kinds: Mapping[int, Kinds]) -> Classes:
    """Classes of a list without headers: its texts, else the first of its numbers, unless four of them are corners of boxes.

    Texts of several labels name none.
    """
    for k, every in all_kinds.items():
        if not every.numbers and (several := several_labels(known, k, every)):
            return several
    usable = [k for k, kinds in all_kinds.items() if classlike(kinds, True)]
    texts = [k for k in usable if not all_kinds[k].numbers]
    numbers = [k for k in usable if all_kinds[k].numbers]
    cornered = boxes(known.sheet) or sum(kinds.numbers for kinds in all_kinds.values()) >= 4
    fits = texts or ([] if cornered else numbers)
    if not fits or (len(kinds := all_kinds[fits[0]].counts) == kinds.total() > (3 if any(map(_spaced, kinds)) else FEW)):
        return Classes("", [])
    sheet, best = known.sheet, all_kinds[fits[0]]
    if identity_list(known):
        text = f"`{sheet.name}` says by its name who is on each picture ({len(best.counts):,} in `{sheet.titles[fits[0]]}`): "
        text += "these are classes where you say so."
        return Classes("", [], remarks=(Remark(text, True, {"classes": f"{sheet.name}:{sheet.titles[fits[0]]}"}),))
    remarks = list(no_label_remarks(known, sheet.titles[fits[0]], best))
    if len(fits) > 1:
        text = (
            f"`{sheet.name}` names no columns: its `{sheet.titles[fits[0]]}` is taken for classes ({len(best.counts):,}); "
            f"{quoted(sheet.titles[k] for k in fits[1:])} might be as well."
        )
        remarks.append(Remark(text, True, {"classes": f"{sheet.name}:{sheet.titles[fits[1]]}"}))
    return Classes(sheet.titles[fits[0]], best.values, frozenset(fits[:1]), tuple(remarks))
