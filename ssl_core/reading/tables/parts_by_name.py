"""Parts that tables say by their names, as train.txt and test.txt do. No torch."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from ssl_core.reading.account import Part, Remark
from ssl_core.reading.naming import quoted
from ssl_core.reading.tables import words
from ssl_core.reading.tables.one_table import Said
from ssl_core.reading.tables.table import count_of

Listed = tuple[str, Part | None, Sequence[str]]  # a list's name, the part that it says, and its pictures


def take_parts_by_name(tables: Sequence[Said], refused: Collection[str], parts: dict[str, Part], aside: Collection[str]) -> list[Remark]:
    """Adds parts that tables say by their names ("test.csv"), of pictures that no column tells of; what is to be said of them.

    Where lists of several splits ("train1.txt", "test2.txt") put one picture into two parts, the lists of the first number count. A list of
    two parts ("trainval.txt") tells of the pictures that no list of one part names.
    """
    every: list[Listed] = [
        (said.known.sheet.name, said.part, said.known.pictures) for said in tables if said.part and said.known.sheet.name not in refused
    ]
    lists, remarks = _of_one_split(_of_one_part(every))
    said_of = _said_of(lists)
    held = {picture for picture, said in said_of.items() if said == {"train", "validation"}}
    twice = sum(len(said) > 1 for said in said_of.values()) - len(held)
    if held and not twice:
        names = quoted((name for name, part, _ in lists if part in ("train", "validation")))
        text = f"Lists say both training and validation of {count_of(len(held), 'picture')} ({names}): "
        text += "they are for validation and not learnt from."
        remarks.append(Remark(text, True, {"split": "none"}))
        lists = [(name, part, [p for p in pictures if part != "train" or p not in held]) for name, part, pictures in lists]
    if twice:
        remarks.append(_said_twice(lists, twice, "none of them counts"))
        lists = []
    remarks += _against_columns(lists, parts)
    for _, part, pictures in lists:
        for picture in filter(None, pictures):
            if picture not in aside and part and parts.get(picture, part) == part:
                parts[picture] = part
    return remarks


def _said_of(lists: Iterable[Listed]) -> dict[str, set[Part | None]]:
    """The parts that lists say, by picture."""
    found: dict[str, set[Part | None]] = {}
    for _, part, pictures in lists:
        for picture in filter(None, pictures):
            found.setdefault(picture, set()).add(part)
    return found


def _of_one_part(every: Sequence[Listed]) -> list[Listed]:
    """The lists, those of two parts ("trainval") without the pictures that lists of one of these parts name."""
    said_of = _said_of(each for each in every if not words.names_both_parts(each[0]))
    known = {picture for picture, said in said_of.items() if said <= {"train", "validation"}}
    return [(name, part, [p for p in found if p not in known] if words.names_both_parts(name) else found) for name, part, found in every]


def _of_one_split(lists: list[Listed]) -> tuple[list[Listed], list[Remark]]:
    """The lists of the first number, and a question, where lists of several splits put pictures into two parts."""
    numbers = {name: re.findall(r"\d+", name.rpartition("/")[2])[-1:] for name, _, _ in lists}
    twice = sum(len(said) > 1 for said in _said_of(lists).values())
    if not twice or len({tuple(each) for each in numbers.values()}) < 2:
        return lists, []
    first = min(numbers.values(), key=lambda found: [int(each) for each in found])
    kept = [each for each in lists if numbers[each[0]] == first]
    return kept, [_said_twice(lists, twice, f"those of {quoted(name for name, _, _ in kept)} count")]


def _against_columns(lists: Sequence[Listed], parts: Mapping[str, Part]) -> list[Remark]:
    """A question where lists say another part of pictures than a column does."""
    unlike: dict[str, str] = {}
    for name, part, pictures in lists:
        agrees = ("train", "validation") if words.names_both_parts(name) else (part,)
        unlike |= {picture: name for picture in pictures if picture and parts.get(picture, part) not in agrees}
    if not unlike:
        return []
    names = quoted(sorted(set(unlike.values())))
    text = f"A column of a table says another part of {count_of(len(unlike), 'picture')} than lists do by their names ({names}): "
    return [Remark(f"{text}the column counts.", True, {"split": "none"})]


def _said_twice(lists: Sequence[Listed], count: int, fate: str) -> Remark:
    names = quoted((name for name, _, _ in lists))
    return Remark(f"Lists put {count_of(count, 'picture')} into two parts ({names}): {fate}.", True, {"split": "none"})
