"""Parts that tables say by their names, as train.txt and test.txt do. No torch."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ssl_core.reading.account import Part, Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.one_table import Said
from ssl_core.reading.tables.table import count_of


def take_parts_by_name(tables: Sequence[Said], refused: Collection[str], parts: dict[str, Part], aside: Collection[str]) -> list[Remark]:
    """Adds parts that tables say by their names ("test.csv"), of pictures that no column tells of; what is to be said of them.

    Where lists of several splits ("train1.txt", "test2.txt") put one picture into two parts, the lists of the first number count.
    """
    lists = [
        (said.known.sheet.name, said.part, said.known.pictures) for said in tables if said.part and said.known.sheet.name not in refused
    ]
    remarks: list[Remark] = []
    said_of: dict[str, set[Part]] = {}
    for _, part, pictures in lists:
        for picture in filter(None, pictures):
            said_of.setdefault(picture, set()).add(part)
    twice = sum(len(said) > 1 and said != {"train", "validation"} for said in said_of.values())
    if twice:
        numbers = {name: re.findall(r"\d+", name.rpartition("/")[2])[-1:] for name, _, _ in lists}
        first = min(numbers.values(), key=lambda found: [int(each) for each in found])
        kept = [each for each in lists if numbers[each[0]] == first] if any(numbers.values()) else []
        names, fate = words.quoted((name for name, _, _ in lists), 4), f"those of {words.quoted(name for name, _, _ in kept)} count"
        text = f"Lists put {count_of(twice, 'picture')} into two parts ({names}): {fate if kept else 'none of them counts'}."
        remarks.append(Remark(text, True, {"split": "none"}))
        lists = kept
    for _, part, pictures in lists:
        for picture in filter(None, pictures):
            if picture not in aside and part and parts.get(picture, part) == part:
                parts[picture] = part
    return remarks
