"""Folders that hold one thing each, as the bands of a satellite's picture: files called as their folder with one set of endings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from os.path import commonprefix
from string import ascii_lowercase

from ssl_core.reading.layout.mask_names import stem_of_name
from ssl_core.reading.layout.tree import Folder, FolderTree
from ssl_core.reading.layout.words import counted, folded, phrase

SHARE = 0.9  # of the folders that must have the same endings
FEWEST = 3  # folders


def one_thing_each(tree: FolderTree, folders: Sequence[Folder]) -> str:
    """What is to be said where nearly every folder holds the same set of files, called as the folder with an ending; "" elsewhere."""
    sets = Counter(_endings(folder, tree.files[folder]) for folder in folders)
    ends, most = sets.most_common(1)[0] if sets else (frozenset[str](), 0)
    if most < max(FEWEST, SHARE * len(folders)) or len(ends) < 2:
        return ""
    return (
        f"{counted(len(folders), 'folder')} hold {len(ends)} files each, called as their folder and {phrase(sorted(ends), 4)}: "
        "each is one thing, so they name no classes."
    )


def _endings(folder: Folder, files: Sequence[str]) -> frozenset[str]:
    """What the names of a folder's files add to its own name; nothing where one of them doesn't begin with it, or the endings count."""
    own = folded(folder[-1]).lower() if folder else ""
    if not own or not stem_of_name(files[0]).startswith(own):
        return frozenset()
    stems = [stem_of_name(file) for file in files]
    ends = [stem[len(own) :] for stem in stems if stem.startswith(own)]
    alike = (
        commonprefix([end[::-1] for end in ends])[::-1] if len(ends) > 1 else ""
    )  # a_0_small, a_1_small: an ending of all counts nothing
    signs = {end.removesuffix(alike).strip(" _.-") for end in ends}
    counts = any(map(str.isdecimal, signs)) or signs == set(ascii_lowercase[: len(signs)])  # numbers, or a, b, c
    named = len(ends) == len(stems) and all(ends) and not counts
    return frozenset(ends) if named else frozenset()
