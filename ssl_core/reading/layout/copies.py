"""Folders that repeat what lies beside them, as an archive unpacked into itself leaves them: cell_images/cell_images."""

from __future__ import annotations

from ssl_core.reading.account import Remark
from ssl_core.reading.layout.tree import Folder, FolderTree, path
from ssl_core.reading.layout.words import phrase


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
