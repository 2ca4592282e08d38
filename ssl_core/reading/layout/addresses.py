"""Folders that shelve files by their names: 010/0108775015.jpg, 0/3/03a1f9.jpg, and 0001/3001.jpg by the last digits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ssl_core.reading.layout.mask_names import stem_of_name
from ssl_core.reading.layout.tree import Folder, FolderTree

CODE = re.compile(r"[0-9a-f]+")  # digits, or hexadecimal ones
FEWEST = 3  # folders below which names that agree say nothing
SPREAD = 5  # times a folder's files up to which numbers may count them


def shelved(tree: FolderTree, folders: Sequence[Folder], most: int) -> bool:
    """Whether all folders hold each file by the first or the last characters of its name. most: levels that could name classes."""
    for levels in range(max(1, most), min(map(len, folders), default=0) + 1):
        heads = {folder: "".join(folder[-levels:]).lower() for folder in folders}
        if len(set(heads.values())) < FEWEST or not all(map(CODE.fullmatch, heads.values())):
            continue
        ways = (_first, _last) if levels == 1 else (_first,)
        if any(all(way(tree.files[folder], head) for folder, head in heads.items()) for way in ways):
            return True
    return False


def _first(files: Sequence[str], head: str) -> bool:
    """Whether names begin with what the folders are called, and go on by more than a counter."""
    stems = list(map(stem_of_name, files))
    if not all(CODE.fullmatch(stem) and stem.startswith(head) and len(stem) > len(head) for stem in stems):
        return False
    return not _counts([stem[len(head) :] for stem in stems])


def _last(files: Sequence[str], head: str) -> bool:
    """Whether numbers end with the number of the folder, of three digits or more: 1001 and 2001 in 0001."""
    stems = list(map(stem_of_name, files))
    end = head[-3:]
    return len(end) == 3 and head.isdecimal() and all(stem.isdecimal() and stem != head and stem.endswith(end) for stem in stems)


def _counts(rests: Sequence[str]) -> bool:
    """Whether what follows the folder's name counts its files."""
    if not all(map(str.isdecimal, rests)):
        return False
    return max(map(int, rests)) < SPREAD * len(rests) + 10
