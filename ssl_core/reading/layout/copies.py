"""Folders that repeat what lies beside them: cell_images/cell_images of an archive unpacked into itself, trainval beside train and val."""

from __future__ import annotations

from collections.abc import Collection

from ssl_core.reading.account import Remark
from ssl_core.reading.layout.tree import Folder, FolderTree, path
from ssl_core.reading.layout.words import PARTS, folded, part_named, phrase, words_in


def copied_folders(tree: FolderTree) -> tuple[list[Folder], list[Remark]]:
    """Folders whose folders all lie beside them too, with the same names of pictures; and a remark on them."""
    found: list[Folder] = []
    for folder, children in tree.children.items():
        names = {child[-1] for child in children}
        for child in children:
            inner = tree.children[child]
            if (
                inner
                and not tree.own(child)
                and all(each[-1] in names and each[-1] != child[-1] for each in inner)
                and _same(tree, folder, inner)
            ):
                found.append(child)
    inside = set(found)
    found = [each for each in sorted(found) if not any(each[:cut] in inside for cut in range(1, len(each)))]
    words = f"{phrase(map(path, found))} {'repeats' if len(found) == 1 else 'repeat'} the folders beside with the same names of pictures,"
    return found, [Remark(f"{words} and {'is a copy that is' if len(found) == 1 else 'are copies that are'} left out.")] if found else []


def _same(tree: FolderTree, folder: Folder, inner: list[Folder]) -> bool:
    beside = [(*folder, each[-1]) for each in inner]
    counts = [(tree.pictures[one], tree.pictures[other]) for one, other in zip(inner, beside, strict=True)]
    if any(one != other for one, other in counts):
        return False
    return all(tree.shape(one) == tree.shape(other) for one, other in zip(inner, beside, strict=True))


def named_twice(tree: FolderTree, kept: Collection[str] = ()) -> tuple[list[str], list[Remark]]:
    """Pictures in folders of training and validation together whose names folders beside of one of the two have, and remarks.

    trainval beside train and val: a picture is for what the folder of one part says. kept: folders that a person gave a part.
    """
    found: list[str] = []
    remarks: list[Remark] = []
    for folder in [each for each in tree.pictures if each and _of_both(each[-1]) and path(each) not in kept]:
        beside = [each for each in tree.children[folder[:-1]] if part_named(each[-1]) in ("train", "validation") and not _of_both(each[-1])]
        again = _same_names(tree, folder, beside)
        if again:
            number = (
                f"All {tree.pictures[folder]:,}" if len(again) == tree.pictures[folder] else f"{len(again):,} of {tree.pictures[folder]:,}"
            )
            words = (
                f"{number} pictures in `{path(folder)}` have the same names as pictures in {phrase(map(path, beside))}, which say one part:"
            )
            remarks.append(Remark(f"{words} they are taken for copies and left out."))
        found += again
    return found, remarks


def _of_both(name: str) -> bool:
    """Whether a folder's name says training and validation together: trainval, train_val."""
    words = words_in(name)
    return "trainval" in words or {"train", "validation"} <= {PARTS.get(word) for word in words}


def _same_names(tree: FolderTree, folder: Folder, beside: list[Folder]) -> list[str]:
    """Pictures below a folder that folders beside have too: by the file's name where it tells pictures apart, else with its folders."""
    heaps = [[file for top in tops for each in tree.below(top) for file in tree.files[each]] for tops in ([folder], beside)]
    alone = all(len(set(files)) == len(files) for files in heaps)
    known = {_key(place, file, alone) for each in beside for place, file in tree.shape(each)}
    cut = len(folder)
    return ["/".join((*each, file)) for each in tree.below(folder) for file in tree.files[each] if _key(each[cut:], file, alone) in known]


def _key(place: Folder, file: str, alone: bool) -> str:
    return folded(file).lower() if alone else "/".join(map(folded, (*place, file))).lower()
