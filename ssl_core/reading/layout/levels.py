"""The folders round each picture that may name its class: without splits, wrappers, and levels that have one name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ssl_core.reading.layout.splits import HELD_OUT, Parts, part_folder
from ssl_core.reading.layout.tree import Folder, FolderTree
from ssl_core.reading.layout.words import folded, is_wrapper, part_named, rest_shown


class Levels(NamedTuple):
    """For every folder of pictures the names that may be classes, from the top down."""

    names: dict[Folder, tuple[str, ...]]
    above: int  # how many of the levels lie above the splits


class _Cut(NamedTuple):
    above: tuple[str, ...]  # names above the split's folder
    rest: str  # what the split's own name says besides
    below: tuple[str, ...]


def levels_of(tree: FolderTree, parts: Parts) -> Levels:
    """The names that may be classes of each folder that is in a split, or of every folder where there are no splits."""
    cuts = {folder: _cut(tree, parts, folder) for folder in tree.files if not parts or part_folder(parts, folder) is not None}
    used = {folder: part_folder(parts, folder) for folder in cuts}
    first = _met({used[folder]: cut.above for folder, cut in cuts.items()}, parts)
    second = _met({used[folder]: cut.rest for folder, cut in cuts.items()}, parts)
    below = _aligned({folder: cut.below for folder, cut in cuts.items()}, parts, used)
    labelled = [folder for folder in cuts if used[folder] is None or parts[used[folder]] != "unlabelled"]  # type: ignore[index]
    head = {folder: ((*cut.above,) if first else ()) + ((cut.rest,) if second else ()) for folder, cut in cuts.items()}
    head = _compressed(head, labelled)
    above = max((len(names) for names in head.values()), default=0)
    tail = _compressed(below, labelled)
    return Levels({folder: head[folder] + tail[folder] for folder in cuts}, above)


def _cut(tree: FolderTree, parts: Parts, folder: Folder) -> _Cut:
    """A folder's names above and below its split, without wrappers and without a split's name said again ("train/train")."""
    split = part_folder(parts, folder)
    start = len(split) if split is not None else 0
    wraps = [tree.only(folder[: depth + 1]) and is_wrapper(folder[depth]) for depth in range(len(folder))]
    above = tuple(folded(folder[depth]) for depth in range(start - 1) if not wraps[depth])
    depth = start
    while split and depth < len(folder) and tree.only(folder[: depth + 1]) and (wraps[depth] or _again(folder[depth], split, parts)):
        depth += 1
    below = tuple(folded(folder[k]) for k in range(depth, len(folder)) if not wraps[k])
    return _Cut(above, rest_shown(split[-1]) if split else "", below)


def _again(name: str, split: Folder, parts: Parts) -> bool:
    return bool(split) and (part_named(name) == parts[split] or folded(name).lower() == folded(split[-1]).lower())


def _met(said: Mapping[Folder | None, object], parts: Parts) -> bool:
    """Whether at least two values occur in training and in a held-out part alike: then they name something else than the split."""
    train = {value for folder, value in said.items() if folder is not None and parts[folder] == "train"}
    held_out = {value for folder, value in said.items() if folder is not None and parts[folder] in HELD_OUT}
    return len(train & held_out) > 1


def _aligned(below: dict[Folder, tuple[str, ...]], parts: Parts, used: Mapping[Folder, Folder | None]) -> dict[Folder, tuple[str, ...]]:
    """Without a folder that one split alone has round the same classes: train/photos2019/cat beside test/cat."""
    tops: dict[Folder | None, set[str]] = {}
    seconds: dict[Folder | None, set[str]] = {}
    for folder, names in below.items():
        tops.setdefault(used[folder], set()).add(names[0] if names else "")
        seconds.setdefault(used[folder], set()).add(names[1] if len(names) > 1 else "")
    lone = set()
    for split, names_here in tops.items():
        others = set().union(*(tops[each] for each in tops if each != split))
        if len(names_here) == 1 and not names_here & others and seconds[split] & (others - {""}):
            lone.add(split)
    return {folder: names[1:] if used[folder] in lone else names for folder, names in below.items()}


def _compressed(names: dict[Folder, tuple[str, ...]], labelled: list[Folder]) -> dict[Folder, tuple[str, ...]]:
    """Without levels at which all folders have one name."""
    depth = max((len(names[folder]) for folder in labelled), default=0)
    kept = [k for k in range(depth) if len({names[folder][k] for folder in labelled if len(names[folder]) > k}) > 1]
    return {folder: tuple(each[k] for k in kept if k < len(each)) for folder, each in names.items()}
