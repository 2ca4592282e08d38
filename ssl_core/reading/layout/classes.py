"""Which level of folders names classes, and what else the folders could mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from ssl_core.reading.account import Remark
from ssl_core.reading.layout.addresses import shelved
from ssl_core.reading.layout.crossing import FEW, PATHS, Level, by_paths, merged_by, of_levels
from ssl_core.reading.layout.levels import Levels
from ssl_core.reading.layout.numbered import Numbered, numbered
from ssl_core.reading.layout.one_thing import one_thing_each
from ssl_core.reading.layout.splits import HELD_OUT, Parts, part_folder
from ssl_core.reading.layout.tree import Folder, FolderTree
from ssl_core.reading.layout.words import counted, part_named, phrase
from ssl_core.reading.naming import several_names
from ssl_core.settings import SettingsError

BELOW = "the folders below them name classes"
MANY = 10  # folders from which that holds
ELSE = re.compile(r"background.*|(?:\d+[ ._-]*)?(?:clutter|distractors?|none[ _-]of[ _-](?:the[ _-]above|these)|neither)")
OF_PATHS = -2  # in place of a level: a class is the whole path of folders


class FolderClasses(NamedTuple):
    """The level that names classes, 0 for none, and what is to be said of it."""

    level: int
    remarks: list[Remark]


def chosen_level(classes: str, levels: Levels) -> int:
    """The level of "folders:2". Raises SettingsError where folders have no such level."""
    deepest = max(map(len, levels.names.values()), default=0)
    said = classes.partition(":")[2]
    if not said:
        return min(1, deepest)
    if classes == PATHS and deepest:
        return OF_PATHS
    if not said.isdecimal() or not 1 <= int(said) <= deepest:
        has = (
            f"{'is' if deepest == 1 else 'are'} {counted(deepest, 'level') if deepest else 'no levels'} of folders that could name classes"
        )
        raise SettingsError(f"There {has} (folders:1 is the uppermost). Got '{classes[:60]}'.")
    return int(said)


def found_classes(tree: FolderTree, parts: Parts, levels: Levels) -> FolderClasses:
    """The level that names classes by itself."""
    labelled = [folder for folder in levels.names if _labelled(parts, folder)]
    each = _levels(tree, levels, labelled)
    if each and shelved(tree, labelled, len(each)):
        words = f"The folders {phrase(sorted(each[0].pictures))} hold each file by the characters of its name, so they name no classes."
        return FolderClasses(0, [Remark(words, True, {"classes": "folders:1"})])
    start, remarks = _first(each)
    if start < len(each) and 0 < levels.above <= start + 1 < len(each) + 1:
        start, said = _beside_splits(tree, parts, levels, each, start)
        remarks += said
    elif start + 1 < len(each):
        start, said = of_levels(each, start)
        remarks += said
    if start >= len(each):
        return FolderClasses(0, remarks)
    if things := one_thing_each(tree, [folder for folder in labelled if len(levels.names[folder]) == start + 1]):
        return FolderClasses(0, [Remark(things, True, {"classes": f"folders:{start + 1}"})])
    if whole := by_paths(each, start, [levels.names[folder] for folder in labelled]):
        remarks = [*(each._replace(asks=False) if each.other.keys() == {"classes"} else each for each in remarks), *whole]
    return _checked(each, start, remarks)


def first_of_paths(tree: FolderTree, parts: Parts, levels: Levels) -> int:
    """The level at which paths that name classes begin: below the shelves of an alphabet and the numbered parts of one heap."""
    each = _levels(tree, levels, [folder for folder in levels.names if _labelled(parts, folder)])
    start, _ = _first(each)
    return min(start, max(len(each) - 1, 0))


def merging(tree: FolderTree, parts: Parts, levels: Levels, level: int) -> list[Remark]:
    """A remark where a chosen level makes one class of folders that lie in several others."""
    each = _levels(tree, levels, [folder for folder in levels.names if _labelled(parts, folder)])
    return merged_by(each[level - 1], level - 1) if 0 < level <= len(each) else []


def _levels(tree: FolderTree, levels: Levels, folders: list[Folder]) -> list[Level]:
    return [_level(tree, levels, folders, k) for k in range(max((len(levels.names[folder]) for folder in folders), default=0))]


def _labelled(parts: Parts, folder: Folder) -> bool:
    split = part_folder(parts, folder)
    return split is None or parts[split] != "unlabelled"


def _level(tree: FolderTree, levels: Levels, folders: list[Folder], k: int) -> Level:
    pictures: Counter[str] = Counter()
    parents: dict[str, set[tuple[str, ...]]] = {}
    for folder in folders:
        if len(levels.names[folder]) > k:
            name = levels.names[folder][k]
            pictures[name] += tree.own(folder)
            parents.setdefault(name, set()).add(levels.names[folder][:k])
    return Level(pictures, parents)


def _first(each: list[Level]) -> tuple[int, list[Remark]]:
    """The first level that is neither an alphabet of shelves nor the numbered parts of one heap."""
    remarks: list[Remark] = []
    for k, level in enumerate(each):
        if k + 1 < len(each) and _shelves(level, each[k + 1]):
            continue
        kind = numbered(level.pictures)
        if remarks and all(map(str.isdecimal, level.pictures)) and "dates" in remarks[-1].words:
            remarks.pop()
            kind = Numbered(True, "dates", True)
        if not kind.heap:
            if kind.words and kind.asks:
                words = f"The folders {phrase(sorted(level.pictures))} differ by a number alone; each is taken for a class."
                remarks.append(Remark(words, True, {"classes": "none"}))
            return k, remarks
        words = f"The folders {phrase(sorted(level.pictures))} look like {kind.words}: {BELOW}."
        remarks.append(Remark(words, True, {"classes": f"folders:{k + 1}"}))
    return len(each), [each._replace(words=each.words.replace(f": {BELOW}.", ": they name no classes.")) for each in remarks]


def _shelves(level: Level, below: Level) -> bool:
    """Whether folders are single letters with names of that letter in them: a/abbey."""
    pairs = [(above[-1], name) for name, parents in below.parents.items() for above in parents]
    return all(len(name) == 1 for name in level.pictures) and all(name[:1].lower() == above.lower() for above, name in pairs)


def _beside_splits(tree: FolderTree, parts: Parts, levels: Levels, each: list[Level], start: int) -> tuple[int, list[Remark]]:
    """Of folders above the splits and folders below them: those below, where training has more than one of them."""
    below = levels.above
    if below >= len(each):
        return start, []
    inner: dict[str, set[str]] = {"train": set(), "held out": set()}
    for folder, names in levels.names.items():
        split = part_folder(parts, folder)
        part = parts[split] if split is not None else None
        if len(names) > below and part in ("train", *HELD_OUT):
            inner["train" if part == "train" else "held out"].add(names[below])
    above = phrase(sorted(each[start].pictures))
    if len(inner["train"]) > 1:
        words = f"Classes are the folders below the splits ({phrase(sorted(each[below].pictures))}), not those above them ({above})."
        return below, [Remark(words, True, {"classes": f"folders:{start + 1}"})]
    only = phrase(sorted(inner["train"])) or "none"
    words = (
        f"Classes are the folders above the splits ({above}): of the folders below them "
        f"({phrase(sorted(inner['train'] | inner['held out']))}) training has {only} alone."
    )
    return start, [Remark(words, True, {"classes": f"folders:{below + 1}"})]


def _checked(each: list[Level], k: int, remarks: list[Remark]) -> FolderClasses:
    """No classes where nearly every folder holds one picture; else remarks on names that sound like something else, or like one another."""
    pictures = each[k].pictures
    if len(pictures) >= MANY and pictures.total() < FEW * len(pictures):
        words = f"{counted(len(pictures), 'folder')} hold {counted(pictures.total(), 'picture')}, about one each, so they name no classes."
        return FolderClasses(0, [*remarks, Remark(words, True, {"classes": f"folders:{k + 1}"})])
    if len(pictures) < 2:
        return FolderClasses(0, remarks)
    return FolderClasses(k + 1, [*remarks, *_alike(pictures), *_aside(pictures)])


def met_in_splits(parts: Parts, levels: Levels, level: int, masked: bool) -> tuple[int, list[Remark]]:
    """What is to be said where classes of training are not those of validation and test; `masked`: most pictures have masks.

    Then folders that are other ones in each split (a city, a patient) name no classes.
    """
    train: set[str] = set()
    held_out: set[str] = set()
    for folder, names in levels.names.items():
        split = part_folder(parts, folder)
        if len(names) >= level and split is not None and parts[split] != "unlabelled":
            (train if parts[split] == "train" else held_out).add(names[level - 1])
    if not train or not held_out or (train & held_out and len(train) > 1):
        return level, []
    if train & held_out:
        return level, [Remark(f"Training has pictures of {phrase(train)} alone; held out are {phrase(sorted(held_out))}.")]
    words = f"No folder is both in training ({phrase(sorted(train), 3)}) and held out ({phrase(sorted(held_out), 3)})"
    if masked:
        return 0, [Remark(f"{words}, and most pictures have masks, so folders name no classes.", True, {"classes": f"folders:{level}"})]
    return level, [Remark(f"{words}, so no class that is learnt is measured.", True, {"classes": "none"})]


def _alike(names: Mapping[str, int]) -> list[Remark]:
    """Classes whose names differ by case, by signs between words or by leading zeros."""
    groups: dict[str, list[str]] = {}
    for name in names:
        key = re.sub(r"[\s_-]+", " ", name.casefold()).strip()
        groups.setdefault(str(int(key)) if key.isdecimal() else key, []).append(name)
    alike = [sorted(group, key=lambda name: (-names[name], name)) for _, group in sorted(groups.items()) if len(group) > 1]
    merged = {name: group[0] for group in alike for name in group[1:]}
    pairs = several_names(map(phrase, alike), joint="; ")
    words = f"Names of classes that may be one: {pairs}. They are kept apart."
    return [Remark(words, True, {"merged": merged})] if merged else []


def _aside(names: Mapping[str, int]) -> list[Remark]:
    """A class for everything else, as Caltech-101's BACKGROUND_Google and Caltech-256's 257.clutter."""
    aside = sorted(name for name in names if ELSE.fullmatch(name.lower()))
    words = f"The class {phrase(aside)} sounds like pictures of none of the others; its pictures count as a class."
    return [Remark(words, False, {"merged": dict.fromkeys(aside, "")})] if aside and len(names) > 2 else []


def sounding_like_splits(tree: FolderTree, folders: Mapping[str, set[Folder]]) -> list[Remark]:
    """A remark on classes that sound like splits, with the reading as splits; `folders` are those of each class."""
    said = {name: part for name in sorted(folders) if (part := part_named(name)) and part != "unlabelled"}
    if not said:
        return []
    keys: dict[str, list[str]] = {"train": [], "validation": [], "test": []}
    for name, part in said.items():
        keys[part] += ["/".join(folder) for folder in sorted(folders[name])]
    beside = [folder for name in sorted(set(folders) - set(said)) for folder in sorted(folders[name])]
    if not keys["train"]:  # one folder beside that holds folders itself is the training's; of several each is a class
        keys["train"] = ["/".join(beside[0])] if len(beside) == 1 and tree.children[beside[0]] else ["."]
    asks = len(said) > 1 or len(folders) < 3 or "train" not in said.values()
    words = f"{phrase(said)} {'sounds' if len(said) == 1 else 'sound'} like a split, but {phrase(sorted(set(folders) - set(said)))} beside"
    return [Remark(f"{words} {'it' if len(said) == 1 else 'them'} make each folder a class.", asks, {k: v for k, v in keys.items() if v})]
