"""What else a folder could be read as: the folders, levels and columns that a choice can name. No torch, no picture is opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ssl_core.reading.account import Choice
from ssl_core.reading.found_files import FoundFiles, lately_listed, tables_beside
from ssl_core.reading.layout.crossing import PATHS
from ssl_core.reading.layout.name_fields import first_values, name_fields, repeated_fields
from ssl_core.reading.layout.understood import FolderLayout, laid_out
from ssl_core.reading.naming import several_names
from ssl_core.reading.tables.remembered import read_tables

FOLDERS, DEEPEST = 300, 5  # folders that are offered, and levels of folders that may name classes
NAMED = 3  # classes of a level that are named


class Ways(NamedTuple):
    """What a choice of how a folder is read can name."""

    folders: dict[str, int]  # path below the root -> pictures in it and below, the upper folders first
    levels: dict[str, str]  # "folders:1" -> its first names and how many there are, in words
    columns: tuple[str, ...]  # TABLE:COLUMN
    fields: dict[str, str]  # "names:2" -> the first values of a field of files' names that repeat, and how many there are, in words


def ways(path: Path) -> Ways:
    """What can be chosen of a folder or an archive. Raises OSError, SettingsError as `understood`."""
    found = lately_listed(path)
    layout = laid_out([*found.entries, *found.others], Choice(), found.pictures.__contains__)
    pictures = [name for name in found.entries if layout.roles[name].kind == "picture"]
    read = read_tables(tables_beside(found, layout), pictures, found.fingerprint).read
    columns = [f"{sheet.name}:{title}" for sheet in (*read.sheets, *read.offered) for title in sheet.titles]
    kept = [name for name in found.pictures if layout.roles[name].kind in ("picture", "mask")]
    levels = _levels(layout)
    if any(remark.other.get("classes") == PATHS for remark in layout.remarks):
        levels |= _paths(found)
    return Ways(_folders(kept), levels, tuple(dict.fromkeys(columns)), _fields(pictures))


def _folders(pictures: Iterable[str]) -> dict[str, int]:
    count: Counter[str] = Counter()
    for name in pictures:
        parts = name.split("/")[:-1]
        count.update("/".join(parts[: depth + 1]) for depth in range(len(parts)))
    ordered = sorted(count, key=lambda folder: (folder.count("/"), folder))
    return {folder: count[folder] for folder in ordered[:FOLDERS]}


def _levels(layout: FolderLayout) -> dict[str, str]:
    """The names at each level of folders, of those whose pictures may have a class."""
    labelled = {name.rpartition("/")[0] for name, role in layout.roles.items() if role.kind == "picture" and role.part != "unlabelled"}
    names = [layout.folders.get(tuple(folder.split("/")) if folder else (), ()) for folder in labelled]
    deepest = min(max(map(len, names), default=0), DEEPEST)
    levels = {k: sorted({each[k] for each in names if len(each) > k}) for k in range(deepest)}
    return {f"folders:{k + 1}": several_names(level, NAMED) for k, level in levels.items()}


def _paths(found: FoundFiles) -> dict[str, str]:
    """The whole paths of folders as classes."""
    roles = laid_out([*found.entries, *found.others], Choice(classes=PATHS), found.pictures.__contains__).roles
    names = sorted({role.label for role in roles.values() if role.kind == "picture" and role.label})
    return {PATHS: several_names(names, NAMED)} if names else {}


def _fields(pictures: Iterable[str]) -> dict[str, str]:
    fields = repeated_fields(
        name_fields([*{name.rpartition("/")[2] for name in pictures}])
    )  # each name once: few where classes are numbered
    return {f"names:{field.number}": several_names(first_values(field), NAMED) for field in fields}
