"""The splits that a person said, on top of those that the folders say."""

from __future__ import annotations

import difflib

from ssl_core.reading.account import Choice, Part, Remark
from ssl_core.reading.layout.splits import FolderSplits, Parts
from ssl_core.reading.layout.tree import Folder, FolderTree, path
from ssl_core.settings import SettingsError

ALL: tuple[Part, ...] = ("train", "validation", "test", "unlabelled")


def said_parts(choice: Choice, tree: FolderTree, found: FolderSplits) -> tuple[Parts, list[Remark]]:
    """The splits of a choice; a part that it doesn't name keeps the folders that were found.

    Where the choice names a part to measure with and nothing is for training, everything else is. Raises SettingsError.
    """
    said = {part: getattr(choice, part) for part in ALL if getattr(choice, part) is not None}
    if not said:
        return found.parts, list(found.remarks)
    parts = {folder: part for folder, part in found.parts.items() if part not in said}
    taken: Parts = {}
    for part, folders in said.items():
        for folder in folders:
            where = known_folder(tree, folder, part)
            if taken.setdefault(where, part) != part:
                raise SettingsError(f"'{path(where)[:60]}' can be in one part only. Got {taken[where]} and {part}.")
    parts |= taken
    if taken and "train" not in said and "train" not in parts.values():
        parts = {(): "train", **parts}
    return parts, []


def known_folder(tree: FolderTree, said: str, what: str) -> Folder:
    """A folder that a person named. Raises SettingsError where it holds no picture or isn't there."""
    folder = tuple(word for word in said.replace("\\", "/").split("/") if word not in ("", "."))
    if folder in tree.pictures and tree.pictures[folder]:
        return folder
    every = sorted("/".join(each) for each in tree.pictures if each)
    near = difflib.get_close_matches("/".join(folder), every, n=3, cutoff=0.4) or every[:3]
    hint = f" There are: {', '.join(near)}." if near else ""
    raise SettingsError(f"'{what}' names a folder below the set's root that holds pictures. Got '{said[:60]}'.{hint}")
