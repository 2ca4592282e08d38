"""Which folders are for training, validation and test, by their names and by what lies beside them."""

from __future__ import annotations

from typing import NamedTuple

from ssl_core.reading.account import Part, Remark
from ssl_core.reading.layout.tree import Folder, FolderTree, path
from ssl_core.reading.layout.words import counted, is_are, part_named, phrase, rest_of, words_in

Parts = dict[Folder, Part]  # of two folders, one in the other, the inner one counts
HELD_OUT = ("validation", "test")
UNLABELLED = frozenset({"unlabeled", "unlabelled", "unannotated"})  # words that name no class where no other folder is called a part
DEEPEST = 12  # levels below the root at which splits are looked for


class FolderSplits(NamedTuple):
    """Splits by folders, and what is to be said of them."""

    parts: Parts
    remarks: tuple[Remark, ...] = ()


def found_splits(tree: FolderTree) -> FolderSplits:
    """The splits of a set; none where nothing says any."""
    sure = _sure(tree, (), 0) or _held_out_alone(tree) or _held_out_beside(tree) or _train_alone(tree)
    return sure or _unlabelled_beside(tree) or FolderSplits({}, _doubts(tree))


def as_choice(parts: Parts) -> dict[str, list[str]]:
    """The four lists of folders that a Choice has."""
    keys: dict[Part, list[str]] = {"train": [], "validation": [], "test": [], "unlabelled": []}
    for folder, part in sorted(parts.items()):
        keys[part].append(path(folder))
    return {str(key): folders for key, folders in keys.items()}


def part_folder(parts: Parts, folder: Folder) -> Folder | None:
    """The folder of a split that this folder is or lies in, the innermost one."""
    return next((folder[:cut] for cut in range(len(folder), -1, -1) if folder[:cut] in parts), None)


def _said(tree: FolderTree, folder: Folder) -> Parts:
    """The folders directly in this one whose names say a part."""
    said = {child: part_named(child[-1]) for child in tree.children[folder]}
    return {child: part for child, part in said.items() if part}


def _sure(tree: FolderTree, folder: Folder, depth: int) -> FolderSplits | None:
    """Training beside validation or test: in this folder, else below in the one folder that it holds, else in each of its folders."""
    said = _said(tree, folder)
    others = [child for child in tree.children[folder] if child not in said]
    if _pairs(said, others):
        return _without_copies(tree, folder, said)
    if depth == DEEPEST:
        return None
    inner = {child: found for child in tree.children[folder] if (found := _sure(tree, child, depth + 1))}
    if not inner:
        return None
    within = sum(tree.pictures[child] for child in inner)
    if len(inner) < len(tree.children[folder]) and (2 * within <= tree.pictures[folder]):
        return None
    parts = {each: part for found in inner.values() for each, part in found.parts.items()}
    return FolderSplits(parts, tuple(remark for found in inner.values() for remark in found.remarks))


def _pairs(said: Parts, others: list[Folder]) -> bool:
    """Whether the names of training and held-out folders belong together: cars_train and cars_test, or nothing else lies beside them.

    "train_station" and "test_tube" beside other folders are classes.
    """
    train = {rest_of(folder[-1]) for folder, part in said.items() if part == "train"}
    held_out = {rest_of(folder[-1]) for folder, part in said.items() if part in HELD_OUT}
    return bool(train & held_out) or bool(train and held_out and not others)


def _without_copies(tree: FolderTree, folder: Folder, said: Parts) -> FolderSplits:
    """The splits without a second folder of a split that holds the same names ("Train" beside "train")."""
    kept: Parts = {}
    remarks: list[Remark] = []
    for child, part in said.items():
        same = [each for each in kept if each[-1].lower() == child[-1].lower() and tree.pictures[each] == tree.pictures[child]]
        twin = next((each for each in same if tree.shape(each) == tree.shape(child)), None)
        if twin is None:
            kept[child] = part
        else:
            remarks.append(Remark(f"`{path(child)}` holds the same names as `{path(twin)}`, so it is taken for a copy and left out."))
    for child in [each for each, part in kept.items() if part in HELD_OUT and _flat_beside(tree, each, kept)]:
        part = kept.pop(child)
        words = f"`{path(child)}` holds no folders, as others for {WORDS[part]} do, so nothing says the classes there and it is left out."
        remarks.append(Remark(words, False, as_choice(said)))
    for part in ("train", "validation", "test"):
        several = [path(child) for child in kept if kept[child] == part]
        if len(several) > 1 and len({rest_of(name.rsplit("/", 1)[-1]) for name in several}) > 1:
            remarks.append(Remark(f"{phrase(several)} are taken together for {WORDS[part]}."))
    return FolderSplits(kept, tuple(remarks))


def _flat_beside(tree: FolderTree, folder: Folder, parts: Parts) -> bool:
    """Whether a folder without folders lies beside one of the same part that has some and whose name says less: test-fruits beside Test."""
    same = [each for each, part in parts.items() if part == parts[folder] and each != folder and len(tree.children[each]) > 1]
    return not tree.children[folder] and any(len(rest_of(each[-1])) < len(rest_of(folder[-1])) for each in same)


WORDS = {"train": "training", "validation": "validation", "test": "the test", "unlabelled": "pictures without a class"}


def _branching(tree: FolderTree) -> Folder:
    """The first folder from the root down that holds pictures, or more than one folder."""
    folder: Folder = ()
    while len(tree.children[folder]) == 1 and not tree.own(folder):
        folder = tree.children[folder][0]
    return folder


def _train_alone(tree: FolderTree) -> FolderSplits | None:
    """A training folder with nothing beside it but folders without classes, or beside flat folders where it has classes itself."""
    folder = _branching(tree)
    for cut in range(1, len(folder) + 1):
        if part_named(folder[cut - 1]) == "train":
            return FolderSplits({folder[:cut]: "train"})
    said = _said(tree, folder)
    train = [child for child, part in said.items() if part == "train"]
    if len(train) != 1 or tree.own(folder):
        return None
    others = [child for child in tree.children[folder] if child not in said]
    if not others:
        return FolderSplits(said)
    nested = len(tree.children[train[0]]) > 1
    if nested and not any(tree.children[child] for child in others):
        beside = phrase(map(path, others))
        words = (
            f"`{path(train[0])}` is taken for training, because it holds folders of its own; beside it {beside} {is_are(others)} left out."
        )
        return FolderSplits(said, (Remark(words, True, as_choice({})),))
    return None


def _unlabelled_beside(tree: FolderTree) -> FolderSplits | None:
    """Folders called unlabelled beside others, where no folder is called another part: cats, dogs and unlabelled."""
    folder = _branching(tree)
    said = _said(tree, folder)
    if not said or len(said) == len(tree.children[folder]) or any(UNLABELLED.isdisjoint(words_in(each[-1])) for each in said):
        return None
    words = f"{phrase(map(path, said))} {is_are(said)} taken for pictures without a class, not for a class."
    return FolderSplits({folder: "train", **said}, (Remark(words, False, as_choice({})),))


def _held_out_alone(tree: FolderTree) -> FolderSplits | None:
    """A test folder that repeats the folders beside it: cats, dogs, and test with cats and dogs."""
    folder = _branching(tree)
    said = {child: part for child, part in _said(tree, folder).items() if part in HELD_OUT}
    others = {child[-1] for child in tree.children[folder] if child not in said}
    fits = {child: {each[-1] for each in tree.children[child]} for child in said}
    if len(said) == len(tree.children[folder]) or not said or not all(names and names <= others for names in fits.values()):
        return None
    words = f"{phrase(map(path, said))} repeats the folders beside it, so the other folders are taken for training."
    return FolderSplits({folder: "train", **said}, (Remark(words, True, as_choice({})),))


def _held_out_beside(tree: FolderTree) -> FolderSplits | None:
    """A held-out folder beside folders whose names say nothing, with folders of the same names in both: CRC-VAL beside NCT-CRC."""
    folder = _branching(tree)
    said = _said(tree, folder)
    others = [child for child in tree.children[folder] if child not in said]
    beside = [{each[-1] for each in tree.children[child]} for child in others]
    inner = [{each[-1] for each in tree.children[child]} for child in said]
    if not said or not others or tree.own(folder) or not set(said.values()) <= set(HELD_OUT):
        return None
    if not all(len(names) > 1 and names <= set.intersection(*beside) for names in inner):
        return None
    words = (
        f"{phrase(map(path, said))} {'sounds' if len(said) == 1 else 'sound'} like a split and {'holds' if len(said) == 1 else 'hold'} "
        f"folders of the same names as {phrase(map(path, others))}, {'which is' if len(others) == 1 else 'which are'} taken for training."
    )
    return FolderSplits({**said, **dict.fromkeys(others, "train")}, (Remark(words, True, as_choice({})),))


def _doubts(tree: FolderTree) -> tuple[Remark, ...]:
    """Splits that may be meant, but are not taken."""
    folder = _branching(tree)
    for cut in range(len(folder) + 1):
        if folder[:cut] and part_named(folder[cut - 1]) in HELD_OUT:
            words = f"All pictures lie in `{path(folder[:cut])}`, and no folder is for training, so the name is not taken for a split."
            return (Remark(words),)
    if tree.own(folder) and (said := _said(tree, folder)):
        sound = "sounds" if len(said) == 1 else "sound"
        words = f"{phrase(map(path, said))} {sound} like a split, but pictures lie beside, so all are one set."
        return (Remark(words, True, as_choice(said)),)
    for child in tree.children[folder]:
        if len(tree.children[folder]) > 1 and (inner := _sure(tree, child, DEEPEST - 3)):
            names = phrase(map(path, inner.parts))
            number = counted(tree.pictures[child], "picture")
            words = f"{names} sound like splits, but hold {number} of {tree.pictures[()]:,}, so they are not taken for splits."
            return (Remark(words, True, as_choice(inner.parts)),)
    return ()
