"""The layout of a set: the role, part and class of every file by the names of files and folders. No file is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from ssl_core.reading.account import Choice, Remark, Role
from ssl_core.reading.layout.classes import (
    OF_PATHS,
    chosen_level,
    first_of_paths,
    found_classes,
    merging,
    met_in_splits,
    sounding_like_splits,
)
from ssl_core.reading.layout.copies import copied_folders, named_twice
from ssl_core.reading.layout.crossing import PATHS
from ssl_core.reading.layout.file_names import name_word, offered_names
from ssl_core.reading.layout.junk import SMALL, junk_file, junk_folder, no_picture, small_folder
from ssl_core.reading.layout.levels import Levels, levels_of
from ssl_core.reading.layout.masks import Masks, found_masks
from ssl_core.reading.layout.name_fields import check_field, field_in
from ssl_core.reading.layout.said import said_parts
from ssl_core.reading.layout.splits import Parts, as_choice, found_splits, part_folder
from ssl_core.reading.layout.tree import Folder, FolderTree, path
from ssl_core.reading.layout.words import phrase, rest_of

OF_NAMES = -1  # in place of a level: classes are words of file names
Grouped = dict[Folder, list[str]]  # folder -> names of files directly in it


class FolderLayout(NamedTuple):
    """What the names of a set's files say."""

    roles: dict[str, Role]  # every name that was given
    assumed: dict[str, Any]  # train, validation, test, unlabelled, classes and masks of a Choice, as JSON
    where: str  # where classes come from, in words: "folders under train"; "" without classes
    remarks: list[Remark]
    folders: Mapping[Folder, tuple[str, ...]]  # names round the pictures of each folder that may be classes, from the top down


def laid_out(names: Sequence[str], choice: Choice, pictures: Callable[[str], bool]) -> FolderLayout:
    """Understands names relative to the set's root, "/" between folders; `pictures` says which names are pictures.

    Raises:
        SettingsError: the choice names a folder or a level that isn't there.
    """
    roles: dict[str, Role] = {}
    grouped = _grouped(sorted(names))
    seen, others = _sorted_out(grouped, pictures, roles)
    tree = FolderTree(seen)
    masks = found_masks(tree, choice.masks)
    roles |= masks.roles
    tree = tree.without(masks.roles)
    copies, doubled = _left_out_copies(tree, choice, roles)
    tree = tree.without({}, copies)
    tree, again = _without_named_twice(tree, choice, roles)
    parts, remarks = said_parts(choice, tree, found_splits(tree))
    levels = levels_of(tree, parts)
    level, where, more = _classes(choice, tree, parts, levels, 2 * len(masks.roles) > tree.pictures[()])
    _take_pictures(roles, tree, parts, levels, level, _in_name(choice.classes or ""))
    _take_parts_of_masks(roles, masks)
    _take_others(roles, others, seen)
    classes = str(choice.classes) if level == OF_NAMES else PATHS if level == OF_PATHS else f"folders:{level}" if level else "none"
    assumed = {**as_choice(parts), "classes": classes, "masks": masks.said}
    return FolderLayout(
        {name: roles[name] for name in names}, assumed, where, [*masks.remarks, *doubled, *again, *remarks, *more], levels.names
    )


def _grouped(names: Sequence[str]) -> Grouped:
    grouped: dict[str, list[str]] = {}
    for name in names:
        folder, _, file = name.rpartition("/")
        grouped.setdefault(folder, []).append(file)
    return {tuple(folder.split("/")) if folder else (): files for folder, files in grouped.items()}


def _joined(folder: Folder, file: str) -> str:
    return "/".join((*folder, file))


def _sorted_out(grouped: Grouped, pictures: Callable[[str], bool], roles: dict[str, Role]) -> tuple[Grouped, Grouped]:
    """Pictures and other files; what is left out whatever it holds gets its role."""
    seen: Grouped = {}
    others: Grouped = {}
    for folder, files in grouped.items():
        reason = junk_folder(folder)
        for file in files:
            name = _joined(folder, file)
            if why := reason or junk_file(file):
                roles[name] = Role("left out", reason=why)
            else:
                (seen if pictures(name) else others).setdefault(folder, []).append(file)
    small = {folder: inner for folder in seen if (inner := small_folder(folder)) is not None}
    if len(small) < len(seen):
        for folder, inner in small.items():
            role = Role("left out", reason=f"lies in `{inner[-1]}`, {SMALL[inner[-1].lower()]} of pictures elsewhere")
            roles |= {_joined(folder, file): role for file in seen.pop(folder)}
    return seen, others


def _left_out_copies(tree: FolderTree, choice: Choice, roles: dict[str, Role]) -> tuple[list[Folder], list[Remark]]:
    """Folders that repeat those beside them, unless the choice names a folder in them."""
    copies, remarks = copied_folders(tree)
    if not copies or any(f"{each}/".startswith(f"{path(copy)}/") for each in _given_folders(choice) for copy in copies):
        return [], []
    role = Role("left out", reason="is a copy of a file in a folder beside it, by the names")
    roles |= {_joined(folder, file): role for copy in copies for folder in tree.below(copy) for file in tree.files[folder]}
    return copies, remarks


def _without_named_twice(tree: FolderTree, choice: Choice, roles: dict[str, Role]) -> tuple[FolderTree, list[Remark]]:
    """The tree without pictures in trainval that train or val have too; all where the choice names the folder."""
    again, remarks = named_twice(tree, _given_folders(choice))
    left = dict.fromkeys(again, Role("left out", reason="is named again in a folder for training or validation"))
    roles |= left
    return tree.without(left), remarks


def _given_folders(choice: Choice) -> list[str]:
    """The folders of all parts that a choice names."""
    return list(chain(*filter(None, (choice.train, choice.validation, choice.test, choice.unlabelled))))


def _classes(choice: Choice, tree: FolderTree, parts: Parts, levels: Levels, masked: bool) -> tuple[int, str, list[Remark]]:
    """The level that names classes (0 none, else OF_NAMES or OF_PATHS), where it is in words, and remarks."""
    said = choice.classes or ""
    if said == "none":
        return 0, "", []
    if said.partition(":")[0] == "names":
        field = said.partition(":")[2]
        return OF_NAMES, f"field {field} of file names" if field else "words before the number in file names", []
    if said.partition(":")[0] == "folders":
        level = chosen_level(said, levels)
        return level, _where(parts, level, levels), merging(tree, parts, levels, level)
    level, remarks = found_classes(tree, parts, levels)
    if level and parts:
        level, more = met_in_splits(parts, levels, level, masked)
        remarks = remarks + more
    if level:
        named_by: dict[str, set[Folder]] = {}
        for folder, names in levels.names.items():
            if len(names) >= level:
                place = next((k for k, name in enumerate(folder) if name.strip() == names[level - 1]), len(folder) - 1)
                named_by.setdefault(names[level - 1], set()).add(folder[: place + 1])
        remarks = remarks + ([] if parts else sounding_like_splits(tree, named_by))
    elif not remarks:
        remarks = offered_names(tree, parts)
    return level, _where(parts, level, levels), remarks


def _in_name(said: str) -> Callable[[str], str]:
    """The class that a choice finds in a file's name. Raises SettingsError where it names no field."""
    if not said.startswith("names:"):
        return name_word
    check_field(said, "classes")
    return lambda file: field_in(file, said).removeprefix("-1")


def _where(parts: Parts, level: int, levels: Levels) -> str:
    """Where classes come from in words."""
    if not level:
        return ""
    if level == OF_PATHS:
        return "whole paths of folders"
    train = [path(folder) for folder, part in parts.items() if part == "train"]
    if level <= levels.above:
        named_so = any(folder and rest_of(folder[-1]) for folder in parts) and not _above(parts)
        return "the names of the splits' folders" if named_so else "folders above the splits"
    depth = level - levels.above
    place = f" at level {depth}" if depth > 1 else ""
    return f"folders{place} under {phrase(train, 3)}" if train and train != ["."] else f"folders{place}"


def _above(parts: Parts) -> bool:
    """Whether splits lie in several folders."""
    return len({folder[:-1] for folder in parts}) > 1


def _take_pictures(
    roles: dict[str, Role], tree: FolderTree, parts: Parts, levels: Levels, level: int, in_name: Callable[[str], str]
) -> None:
    splits = phrase(name for key, names in as_choice(parts).items() if key != "unlabelled" for name in names)
    first = first_of_paths(tree, parts, levels) if level == OF_PATHS else 0
    for folder, files in tree.files.items():
        split = part_folder(parts, folder)
        if parts and split is None:
            role = Role("left out", reason=f"lies beside {splits}")
        else:
            part = parts[split] if split is not None else None
            names = levels.names[folder]
            label = names[level - 1] if 0 < level <= len(names) else "/".join(names[first:]) if level == OF_PATHS else ""
            label = label if part != "unlabelled" else ""
            role = Role("picture", part, label)
        for file in files:
            by_name = level == OF_NAMES and role.kind == "picture" and role.part != "unlabelled"
            roles[_joined(folder, file)] = role._replace(label=in_name(file)) if by_name else role


def _take_parts_of_masks(roles: dict[str, Role], masks: Masks) -> None:
    """A mask is in the part of its picture."""
    for name, role in masks.roles.items():
        if role.of and roles[role.of].part:
            roles[name] = role._replace(part=roles[role.of].part)


def _take_others(roles: dict[str, Role], others: Grouped, seen: Mapping[Folder, list[str]]) -> None:
    stems = {file.rpartition(".")[0] for files in seen.values() for file in files} if others else set()
    for folder, files in others.items():
        for file in files:
            roles[_joined(folder, file)] = no_picture(file, file.partition(".")[0] in stems or file.rpartition(".")[0] in stems)
