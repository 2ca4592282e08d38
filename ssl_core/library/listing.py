"""The files of a data set's pictures, with a mark that outlives a renaming, so that labels follow their files."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from ssl_core.library.names import SPLITS, Found, named
from ssl_core.library.own import own_set
from ssl_core.library.sets import OPEN
from ssl_core.reading import files
from ssl_core.reading.sources import shown, unlike
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json
from ssl_core.system.memory import Kept
from ssl_core.types import PictureId


class Listing(NamedTuple):
    """What a data set's files are called now, by picture: {"train-12": "cats/a.jpg"}."""

    digest: str
    file_of: dict[str, str]
    mark_of: dict[str, str] = {}  # what stays when a file is renamed; files that share theirs have none
    identity: str = ""  # what tells the set from another that has had its name, "" where nobody knows


AT_ONCE = 16  # files of one time of change, beyond which it tells nothing of each


_listings: Kept[str, Listing] = Kept(OPEN)


def listing(name: str) -> Listing | None:
    """What the files of a set's pictures are called now; None for a set without files, and where it can't be opened just now."""
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
    """What tells a set from another that has had its name: where a noted folder lies, what dropped pictures were given."""
    if found.source != "yours":
        return found.source
    own = own_set(found.name)
    if own is None or own.elsewhere:
        return shown(str(found.path))
    note = read_json(own.path.parent / "set.json")
    return str(note.get("id") or "dropped") if isinstance(note, dict) else "dropped"


def _file_names(index: files.Index) -> dict[str, str]:
    """Each picture's file, by a name that stays when other files come and go; no two have the same."""
    taken: dict[str, str] = {}
    for split in SPLITS:
        for i, entry in enumerate(index.entries(split)):
            file = shown(entry.inside) if len(index.sources) == 1 else entry.name  # `name` may lack a folder around all of them
            taken[unlike(file, taken)] = str(PictureId(split, i))
    return {picture: file for file, picture in taken.items()}


def _marks(index: files.Index) -> dict[str, str]:
    """What each picture's file keeps when it is renamed: size, and time of change or checksum. Who shares them with another has none.

    Nor have those whose time is that of many, as an archive's that a script wrote: there the size alone would tell.
    """
    entries = [(str(PictureId(split, i)), each) for split in SPLITS for i, each in enumerate(index.entries(split))]
    alike, at_once = Counter((each.size, each.stamp) for _, each in entries), Counter(each.stamp for _, each in entries)
    telling = [(picture, each) for picture, each in entries if alike[each.size, each.stamp] == 1 and at_once[each.stamp] <= AT_ONCE]
    return {picture: f"{each.size} {each.stamp}" for picture, each in telling}
