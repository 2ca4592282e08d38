"""Pieces of a picture by their names (001 and its crops 001_01, 001_02), and pictures that are counted twice (series_frame)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from ssl_core.reading.layout.same_thing import FEW, SHARE, Related
from ssl_core.reading.layout.words import phrase

PIECE = re.compile(r"(.*[^ _.-])[ _.-]+[^ _.-]+$", re.DOTALL)  # the last part of a name, behind a sign
SERIES = re.compile(r"(\d+)[_-](\d+)")  # a number of a series and of a picture in it
LONGEST = 3  # pictures of a series, on average, from which it is one


def pieces_of_one(stems: Mapping[str, str], label_of: Mapping[str, str]) -> Related | None:
    """Pictures whose names are another picture's whole name with more behind a sign: crops, sketches of a photograph, overlays."""
    same: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    for name, stem in stems.items():
        same[label_of.get(name, ""), stem].append(name)
        same[None, stem].append(name)
    whole_of = {name: whole for name, stem in stems.items() if (whole := _whole(name, stem, label_of.get(name, ""), same))}
    group_of = {name: _last_whole(name, whole_of) for name in stems}
    several = {thing: n for thing, n in Counter(group_of.values()).items() if n > 1}
    kinds = len({label_of.get(name, "") for name in stems})
    if len(several) < max(FEW, 2 * kinds) or sum(several.values()) < SHARE * len(stems):
        return None
    first = min(several)
    shown = phrase(sorted((name for name, thing in group_of.items() if thing == first), key=lambda name: (len(stems[name]), name))[:2])
    words = f"The names of {len(whole_of):,} pictures are another picture's name with more behind it ({shown}), "
    ends = {stems[name].removeprefix(stems[whole]) for name, whole in whole_of.items()}
    paired = len(ends) == 1 and max(several.values()) == 2
    return Related(group_of, words + "as of crops or masks of it", "asked", ending=min(ends) if paired else "")


def _whole(name: str, stem: str, label: str, same: Mapping[tuple[str | None, str], list[str]]) -> str:
    """The picture whose whole name a picture's name begins with, of its class before others, of several the one in its folder or above it.

    "" for none.
    """
    cut = PIECE.match(stem)
    while cut:
        found = same.get((label, cut[1]), []) or same.get((None, cut[1]), [])
        near = [each for each in found if name.startswith(each[: each.rfind("/") + 1])] if len(found) > 1 else found
        if len(near) == 1:
            return near[0]
        cut = PIECE.match(cut[1])
    return ""


def _last_whole(name: str, whole_of: Mapping[str, str]) -> str:
    while name in whole_of:
        name = whole_of[name]
    return name


def series(stems: Mapping[str, str], label_of: Mapping[str, str]) -> Related | None:
    """Pictures of a class that are counted twice: 00000_00000 to 00000_00029, then 00001_00000."""
    pictures_of: dict[str, list[int]] = defaultdict(list)
    series_of: dict[str, set[int]] = defaultdict(set)
    group_of: dict[str, str] = {}
    for name, stem in stems.items():
        if (found := SERIES.fullmatch(stem)) is None:
            return None
        label = label_of.get(name, "")
        group_of[name] = f"{label}/{found[1]}"
        series_of[label].add(int(found[1]))
        pictures_of[group_of[name]].append(int(found[2]))
    counted = all(len(numbers) > 1 for numbers in series_of.values())
    if (
        not counted
        or not all(map(_counted, [*series_of.values(), *map(set, pictures_of.values())]))
        or len(stems) < LONGEST * len(pictures_of)
    ):
        return None
    things = sorted(pictures_of)
    shown = phrase(sorted(name for name, thing in group_of.items() if thing == things[0])[:2])
    words = f"Names count twice ({shown}), as {len(things):,} series of pictures, each of which may be of one thing"
    return Related(group_of, words, "offered")


def _counted(numbers: set[int]) -> bool:
    """Whether numbers are those from 0 or 1 on."""
    return min(numbers) <= 1 and max(numbers) - min(numbers) == len(numbers) - 1
