"""The names of data sets: the set that each means, and which are taken."""

from __future__ import annotations

import difflib
import hashlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ssl_core.library.own import NAME, name_from, own_set, own_sets
from ssl_core.reading import chosen, files
from ssl_core.reading.splits import stem
from ssl_core.settings import SettingsError
from ssl_core.system.addresses import is_published
from ssl_core.system.roots import data_root, typed

FIRST = ("scenes", "digits")  # built-in sets that no folder of SSL_DATA hides
SPLITS = ("train", "test")
HIDDEN = (".", "_", "$")  # beginnings of names that programs give: caches, recycle bins
MOST = 50  # letters of a folder's name that its name in addresses has
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
    """The set of this name, None where there is none. A folder of SSL_DATA is found by its own name too: 'My pictures' is my-pictures."""
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
    for path in _spelt(name):
        return Found(address_of(path), "data folder", path)
    return None


def _unknown(name: str) -> str:
    names = [*part_names(), *map(address_of, shared()), *(own.name for own in own_sets())]
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
    return _with_pictures(path for path in places if name == "*" or NAME.fullmatch(stem(path)))


def _spelt(name: str) -> list[Path]:
    """Folders and archives whose name can't stand in an address, by that name or by the one that addresses have."""
    places = (path for path in sorted(data_root().glob("*")) if not NAME.fullmatch(stem(path)))
    return _with_pictures(path for path in places if name in (stem(path), address_of(path)))


def _with_pictures(places: Iterable[Path]) -> list[Path]:
    found: dict[str, Path] = {}
    for path in places:
        try:
            if _may_be_set(path) and not is_published(path):
                if not files.waiting(path):
                    files.index(path)
                found.setdefault(stem(path), path)
        except (SettingsError, OSError):  # no pictures in it (weights, sounds), or a disk that doesn't answer
            if chosen.is_kept(path):  # a person chose how it is read: what was chosen isn't there any more, which opening the set says
                found.setdefault(stem(path), path)
    return list(found.values())


def _may_be_set(path: Path) -> bool:
    loose = path.suffix.lower() in LOOSE or path.is_dir()
    return loose and files.is_set(path) and not stem(path).startswith(HIDDEN)


def address_of(path: Path) -> str:
    """The name of a folder or archive of SSL_DATA in addresses and flags: "My pictures" is "my-pictures".

    Where something else has this name, or no letter is left, a digest of the folder's name follows.
    """
    own = stem(path)
    if NAME.fullmatch(own):
        return own
    digest = hashlib.sha256(own.encode("utf-8", "surrogateescape")).hexdigest()[:6]
    try:
        slug = name_from(own[:MOST])
    except SettingsError:  # no letter or digit
        return f"pictures-{digest}"
    return f"{slug}-{digest}" if _taken_by_another(slug, path) else slug


def _taken_by_another(slug: str, path: Path) -> bool:
    beside = [each for each in path.parent.glob("*") if each != path and stem(each) != stem(path)]
    return slug in (*part_names(), "folder") or own_set(slug) is not None or any(slug in (stem(each), _plain(each)) for each in beside)


def _plain(path: Path) -> str:
    try:
        return name_from(stem(path)[:MOST])
    except SettingsError:
        return ""


def taken() -> set[str]:
    """Names that a person's own set can't have."""
    return {*part_names(), "folder", *map(address_of, shared())}
