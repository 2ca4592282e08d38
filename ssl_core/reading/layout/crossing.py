"""Levels of folders of which several could name classes: crossing ones (domain and class), and folders at unlike depths."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ssl_core.reading.account import Remark
from ssl_core.reading.layout.numbered import CUTS, KINDS
from ssl_core.reading.layout.tree import Folder
from ssl_core.reading.layout.words import BEINGS, folded, phrase, words_in

FEW = 1.5  # pictures a folder below which folders are taken for one folder a picture
SYNSET = re.compile(r"n\d{8}")  # WordNet's names of classes, as in ImageNet
PATHS = "folders:path"  # a class is the whole path of folders


class Level(NamedTuple):
    """One level of folders."""

    pictures: Counter[str]  # name -> pictures below
    parents: dict[str, set[tuple[str, ...]]]  # name -> the names above it


def of_levels(each: list[Level], start: int) -> tuple[int, list[Remark]]:
    """The level that names classes, of all levels from one on: the upper, unless a lower one is the likelier; the others are named."""
    deeper = [k for k in range(start + 2, len(each)) if _crosses_all(each[k]) and not counts(each[k])]
    taken, remarks = _upper_or_lower(each, start)
    if not deeper:
        return taken, remarks
    among = [start, *([] if counts(each[start + 1]) else [start + 1]), *deeper]
    synsets = [k for k in among if all(map(SYNSET.fullmatch, each[k].pictures))]
    most = max(deeper, key=lambda k: len(each[k].pictures))
    taken = synsets[0] if synsets else most if len(each[most].pictures) > len(each[taken].pictures) else taken
    others = [k for k in among if k != taken]
    named = "; ".join(f"{phrase(sorted(each[k].pictures), 4)} (`folders:{k + 1}`)" for k in others)
    words = (
        f"Classes are {phrase(sorted(each[taken].pictures), 4)} (`folders:{taken + 1}`). Other levels of folders could be meant: {named}."
    )
    return taken, [Remark(words, True, {"classes": f"folders:{others[-1] + 1}"})]


def _crosses_all(level: Level) -> bool:
    """Whether the names of a level repeat below nearly every path of folders above them."""
    paths = set[tuple[str, ...]]().union(*level.parents.values())
    places = sum(map(len, level.parents.values()))
    return len(level.pictures) > 1 and len(paths) > 1 and places >= 0.8 * len(paths) * len(level.pictures)


def by_paths(each: list[Level], k: int, paths: Sequence[tuple[str, ...]]) -> list[Remark]:
    """A question where classes may be whole paths; paths: the names round each folder that holds pictures.

    Some folders of the level hold pictures and others folders (church/indoor beside abbey), or folders below, alike but for a
    number, are numbered anew in each (Greek/character01, Latin/character01).
    """
    direct = {path[k] for path in paths if len(path) == k + 1}
    below = [path[k] for path in paths if len(path) > k + 1]
    nested = {name for name in below if below.count(name) > 1} - direct
    if direct and nested:
        words = (
            f"{phrase(sorted(nested), 3)} {'holds' if len(nested) == 1 else 'hold'} folders of pictures, and {phrase(sorted(direct), 3)}"
        )
        words += f" {'holds' if len(direct) == 1 else 'hold'} pictures: each path of folders could be a class."
        return [Remark(words, True, {"classes": PATHS})]
    for level in each[k + 1 :]:
        said = {word for name in level.pictures for word in words_in(name) if len(word) > 1}
        again = sum(len(above) > 1 for above in level.parents.values())
        if counts(level) and said and not said & (CUTS | KINDS | BEINGS) and 2 * again > len(level.pictures):
            words = f"{phrase(sorted(level.pictures), 3)} are numbered anew in several folders: each path of folders could be a class."
            return [Remark(words, True, {"classes": PATHS})]
    return []


def merged_by(level: Level, k: int) -> list[Remark]:
    """A remark on a chosen level that makes one class of folders in several others."""
    several = sorted(name for name, above in level.parents.items() if len(above) > 1)
    words = f"{phrase(several, 3)} {'lies' if len(several) == 1 else 'lie'} in several folders, and pictures of one name are one class;"
    return [Remark(f"{words} `{PATHS}` keeps them apart.", False, {"classes": PATHS})] if several and k else []


def _upper_or_lower(each: list[Level], start: int) -> tuple[int, list[Remark]]:
    """Of a level and the one below: the upper, unless the lower repeats the same names in each of the upper and is the likelier."""
    upper, lower = each[start], each[start + 1]
    if len(lower.pictures) < 2:
        return start, []
    tops = len(upper.pictures)
    crossing = sum(len(parents) for parents in lower.parents.values()) >= 0.8 * tops * len(lower.pictures) and tops > 1
    taken, other = (start + 1, start) if crossing and _lower_names(upper, lower) else (start, start + 1)
    names = {k: phrase(sorted(each[k].pictures), 4) for k in (start, start + 1)}
    if 2 * lower.pictures.total() < upper.pictures.total():
        return start, []
    where = "above" if other < taken else "below"
    again = ", the same in each of" if crossing and taken != start else f"; the folders {where} them could be meant instead:"
    words = f"Classes are {names[taken]}{again} {names[other]}."
    asks = crossing or not (counts(lower) or lower.pictures.total() < FEW * len(lower.pictures))
    return taken, [Remark(words, asks, {"classes": f"folders:{other + 1}"})]


def _lower_names(upper: Level, lower: Level) -> bool:
    """Whether the lower of two crossing levels is the likelier to name classes."""
    above, below = counts(upper), counts(lower)
    if above != below:
        return above  # numbered subjects above classes, or numbered subjects below them
    fewer = len(lower.pictures) < len(upper.pictures)
    return fewer if above else len(lower.pictures) > len(upper.pictures)


def counts(level: Level) -> bool:
    """Whether the names of a level differ by a number alone ("40X", "100X"; "subject_01"), or are letters of things ("sample_a")."""
    if all(map(SYNSET.fullmatch, level.pictures)):
        return False
    lettered = {re.sub(r"(?<=[ _-])[a-z]$", "#", name.lower()) for name in level.pictures}
    if len(lettered) == 1 < len(level.pictures) and BEINGS.intersection(words_in(min(lettered))):
        return True
    return len({re.sub(r"\d+", "#", name.lower()) for name in level.pictures}) == 1 and any(map(str.isdigit, "".join(level.pictures)))


def list_of_paths(lists: Mapping[str, Sequence[str]], folders: Iterable[Folder]) -> str:
    """The list that names the path of every folder that holds pictures, as SUN397's ClassName.txt; "" for none."""
    places = {"/".join(map(folded, folder)) for folder in folders}
    for name, lines in lists.items():
        said = {folded(line).strip("/") for line in lines}
        tops = {place.rpartition(f"/{line}")[0] for place in places for line in said if f"/{place}".endswith(f"/{line}")}
        if len(said) == len(places) > 1 and len(tops) == 1 and any("/" in line for line in said):
            found = {place.removeprefix(f"{top}/") for top in tops for place in places}
            if found == said:
                return name
    return ""
