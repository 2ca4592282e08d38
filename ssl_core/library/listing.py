"""The files of a data set's pictures, each with a mark that a renaming doesn't change, so that labels follow their files."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from ssl_core.library.names import SPLITS, Found, named
from ssl_core.library.own import own_set
from ssl_core.library.sets import OPEN
from ssl_core.reading import files
from ssl_core.reading.index import Index
from ssl_core.reading.sources import shown, unlike
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json
from ssl_core.system.memory import Kept
from ssl_core.types import PictureId


class Listing(NamedTuple):
    """The file of each picture of a data set as it is now: {"train-12": "cats/a.jpg"}."""

    digest: str
    file_of: dict[str, str]
    mark_of: dict[
        str, str
    ] = {}  # picture id -> size and time of change, or checksum: renaming changes neither; files that share theirs have none
    identity: str = ""  # identity of the data set, so that a later set of the same name isn't taken for it; "" where unknown


AT_ONCE = 16  # files with the same time of change beyond which that time identifies none of them


_listings: Kept[str, Listing] = Kept(OPEN)


def listing(name: str) -> Listing | None:
    """The listing of a data set; None for a set without files, and where the set can't be opened at the moment."""
    try:
        found = named(name)
        if found is None or found.path is None or files.waiting(found.path):
            return None
        index = files.index(found.path)
    except (SettingsError, OSError):
        return None
    identity = _identity(found)
    digest = " ".join([*(index.digests[split] for split in SPLITS), identity])
    return _listings.get(digest, lambda: Listing(digest, _file_names(index), _marks(index), identity))


def _identity(found: Found) -> str:
    """Identity of a data set of this name: the path of a folder, or the digest of dropped files."""
    if found.source != "yours":
        return found.source
    own = own_set(found.name)
    if own is None or own.elsewhere:
        return shown(str(found.path))
    note = read_json(own.path.parent / "set.json")
    return str(note.get("id") or "dropped") if isinstance(note, dict) else "dropped"


def _file_names(index: Index) -> dict[str, str]:
    """Picture id -> file name, all different; the name doesn't change when other files are added or removed."""
    taken: dict[str, str] = {}
    for split in SPLITS:
        for i, entry in enumerate(index.entries(split)):
            file = shown(entry.inside) if len(index.sources) == 1 else entry.name  # `name` may lack a folder around all of them
            taken[unlike(file, taken)] = str(PictureId(split, i))
    return {picture: file for file, picture in taken.items()}


def _marks(index: Index) -> dict[str, str]:
    """Picture id -> size, and time of change or checksum: what a renamed file keeps. Files that share both with another have no mark.

    Nor have files whose time of change is that of many others, as in an archive that a script wrote: the size alone identifies no file.
    """
    entries = [(str(PictureId(split, i)), each) for split in SPLITS for i, each in enumerate(index.entries(split))]
    alike, at_once = Counter((each.size, each.stamp) for _, each in entries), Counter(each.stamp for _, each in entries)
    telling = [(picture, each) for picture, each in entries if alike[each.size, each.stamp] == 1 and at_once[each.stamp] <= AT_ONCE]
    return {picture: f"{each.size} {each.stamp}" for picture, each in telling}
