"""The names of data sets: the set that each means, and which are taken."""

from __future__ import annotations

import difflib
import pkgutil
from pathlib import Path
from typing import NamedTuple

from ssl_core.library.own import NAME, own_set, own_sets
from ssl_core.reading import files
from ssl_core.reading.splits import stem
from ssl_core.settings import SettingsError
from ssl_core.system.addresses import is_published
from ssl_core.system.roots import data_root, typed

FIRST = ("scenes", "digits")  # built-in sets that no folder of SSL_DATA hides
SPLITS = ("train", "test")
LOOSE = (".zip", ".tar", ".npz")  # archives that are a set of SSL_DATA without a folder around them


class Found(NamedTuple):
    """What a name means."""

    name: str
    source: str  # "built in", "data folder", "yours", "folder"
    path: Path | None  # None: a built-in set


def find(name: str) -> Found:
    """What a name or a path means. Raises SettingsError where it means no data set."""
    found = named(name)
    if found is None and name and "\0" not in name and len(name) < 4096 and files.is_set(typed(name)):
        found = Found(name, "folder", typed(name).resolve())
    if found is None:
        raise SettingsError(_unknown(name))
    return found


def named(name: str) -> Found | None:
    """The set of this name, None where there is none."""
    if name in FIRST:
        return Found(name, "built in", None)
    if NAME.fullmatch(name):
        for path in shared(name):
            return Found(name, "data folder", path)
        own = own_set(name)
        if own is not None:
            return Found(name, "yours", own.path)
        if name in part_names():
            return Found(name, "built in", None)
    return None


def _unknown(name: str) -> str:
    names = [*part_names(), *(stem(path) for path in shared()), *(own.name for own in own_sets())]
    near = difflib.get_close_matches(name[:60], names, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    there = f"{', '.join(dict.fromkeys(names))}; or name a folder or an archive by its path."
    return f"There is no data set '{name[:60]}'.{hint} There are: {there}"


def part_names() -> list[str]:
    """Names of the built-in sets, from their files."""
    from ssl_core import datasets

    names = [module.name for module in pkgutil.iter_modules(datasets.__path__)]
    return [name for name in names if name not in ("base", "folder") and not name.startswith("_")]


def shared(name: str = "*") -> list[Path]:
    """Folders of SSL_DATA that hold pictures, and archives in it; an archive that has to be unpacked first isn't opened."""
    places = sorted(data_root().glob("*")) if name == "*" else [data_root() / (name + end) for end in ("", *LOOSE)]
    found: dict[str, Path] = {}
    for path in places:
        try:
            if _may_be_set(path) and not is_published(path):
                if not files.waiting(path):
                    files.index(path)
                found.setdefault(stem(path), path)
        except (SettingsError, OSError):  # no pictures in it (weights, sounds), or a disk that doesn't answer
            continue
    return list(found.values())


def _may_be_set(path: Path) -> bool:
    loose = path.suffix.lower() in LOOSE or path.is_dir()
    return loose and files.is_set(path) and NAME.fullmatch(stem(path)) is not None


def taken() -> set[str]:
    """Names that a person's own set can't have."""
    return {*part_names(), "folder", *(stem(path) for path in shared())}
