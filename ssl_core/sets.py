"""Where the name of a data set leads, and the set itself, opened once. torch loads inside functions only.

A name means, in this order: `scenes` or `digits`; a folder of SSL_DATA; a set of the person's own; another built-in set; a folder's path.
"""

from __future__ import annotations

import difflib
import pkgutil
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ssl_core import shelf
from ssl_core.addresses import PUBLISHED, is_published, place_of
from ssl_core.jobs import read_json
from ssl_core.label_moves import Listing
from ssl_core.places import data_root, typed
from ssl_core.reading import files
from ssl_core.reading.sources import shown, unlike
from ssl_core.settings import Settings, SettingsError

if TYPE_CHECKING:
    from ssl_core.data.base import ImageSet

FIRST = ("scenes", "digits")  # what anybody can open, whatever lies in SSL_DATA
SPLITS = ("train", "test")
OPEN = 24  # image sets held in memory
LOOSE = (".zip", ".tar", ".npz")  # archives that are a set of SSL_DATA without a folder around them
AT_ONCE = 16  # files of one time of change, beyond which it tells nothing of each
LARGEST = 2048  # pixels a side of a picture for a person


class Found(NamedTuple):
    """Where a name leads."""

    name: str
    source: str  # "built in", "data folder", "yours", "folder"
    path: Path | None  # None: a built-in set


def open_set(name: str, split: str = "train", image_size: int = 32, options: Any = None) -> ImageSet:
    """A data set by its name, or by the path of a folder.

    Raises:
        SettingsError: there is no such set, or it can't be opened.
    """
    _check(split, image_size)
    return _kept(("set", find(name), split, image_size, _words(options)), lambda: fresh(name, split, image_size, options))


def find(name: str) -> Found:
    """Where a name leads. Raises SettingsError where nowhere."""
    found = _named(name)
    if found is None and name and "\0" not in name and len(name) < 4096 and files.is_set(typed(name)):
        found = Found(name, "folder", typed(name).resolve())
    if found is None:
        raise SettingsError(_unknown(name))
    return found


def _named(name: str) -> Found | None:
    """The set of this name, None where there is none."""
    if name in FIRST:
        return Found(name, "built in", None)
    if shelf.NAME.fullmatch(name):
        for path in shared(name):
            return Found(name, "data folder", path)
        own = shelf.own_set(name)
        if own is not None:
            return Found(name, "yours", own.path)
        if name in part_names():
            return Found(name, "built in", None)
    return None


def listing(name: str) -> Listing | None:
    """What the files of a set's pictures are called now; None for a set without files, and where it can't be opened just now."""
    try:
        found = _named(name)
        if found is None or found.path is None or files.waiting(found.path):
            return None
        index = files.index(found.path)
    except (SettingsError, OSError):
        return None
    identity = _identity(found)
    digest = " ".join([*(index.digests[split] for split in SPLITS), identity])
    return _kept(("files", digest), lambda: Listing(digest, _file_names(index), _marks(index), identity))  # type: ignore[no-any-return]


def _identity(found: Found) -> str:
    """What tells a set from another that has had its name: where a noted folder lies, what dropped pictures were given."""
    if found.source != "yours":
        return found.source
    own = shelf.own_set(found.name)
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
            taken[unlike(file, taken)] = f"{split}-{i}"
    return {picture: file for file, picture in taken.items()}


def _marks(index: files.Index) -> dict[str, str]:
    """What each picture's file keeps when it is renamed: size, and time of change or checksum. Who shares them with another has none.

    Nor have those whose time is that of many, as an archive's that a script wrote: there the size alone would tell.
    """
    entries = [(f"{split}-{i}", each) for split in SPLITS for i, each in enumerate(index.entries(split))]
    alike, at_once = Counter((each.size, each.stamp) for _, each in entries), Counter(each.stamp for _, each in entries)
    telling = [(picture, each) for picture, each in entries if alike[each.size, each.stamp] == 1 and at_once[each.stamp] <= AT_ONCE]
    return {picture: f"{each.size} {each.stamp}" for picture, each in telling}


def _unknown(name: str) -> str:
    names = [*part_names(), *(files.stem(path) for path in shared()), *(own.name for own in shelf.own_sets())]
    near = difflib.get_close_matches(name[:60], names, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    there = f"{', '.join(dict.fromkeys(names))}; or name a folder or an archive by its path."
    return f"There is no data set '{name[:60]}'.{hint} There are: {there}"


def part_names() -> list[str]:
    """Names of the built-in sets, from their files."""
    from ssl_core import data

    names = [module.name for module in pkgutil.iter_modules(data.__path__)]
    return [name for name in names if name not in ("base", "folder") and not name.startswith("_")]


def shared(name: str = "*") -> list[Path]:
    """Folders of SSL_DATA that hold pictures, and archives that lie in it; what has to be unpacked first isn't looked into."""
    places = sorted(data_root().glob("*")) if name == "*" else [data_root() / (name + end) for end in ("", *LOOSE)]
    found: dict[str, Path] = {}
    for path in places:
        try:
            if _may_be_set(path) and not is_published(path):
                if not files.waiting(path):
                    files.index(path)
                found.setdefault(files.stem(path), path)
        except (SettingsError, OSError):  # no pictures in it: weights, sounds; or the disk does not answer
            continue
    return list(found.values())


def _may_be_set(path: Path) -> bool:
    loose = path.suffix.lower() in LOOSE or path.is_dir()
    return loose and files.is_set(path) and shelf.NAME.fullmatch(files.stem(path)) is not None


def taken() -> set[str]:
    """Names that a person's own set can't have."""
    return {*part_names(), "folder", *(files.stem(path) for path in shared())}


def _check(split: str, image_size: int) -> None:
    if split not in SPLITS:
        raise SettingsError(f"'split' must be one of {', '.join(SPLITS)}. Got '{str(split)[:60]}'.")
    if not 8 <= image_size <= LARGEST:
        raise SettingsError(f"'image_size' must be between 8 and {LARGEST}. Got {image_size}.")


def fresh(name: str, split: str, image_size: int, options: Any) -> ImageSet:
    """The same as `open_set`, shared with nobody: who decodes it closes it at the end."""
    from ssl_core.parts import DATASETS

    _check(split, image_size)
    found = find(name)
    asked = options.plain() if isinstance(options, Settings) else options
    part = DATASETS["folder" if found.path else found.name]
    if found.path is None:
        return part(part.Options.read(asked, name), split, image_size)  # type: ignore[arg-type]
    of_name = DATASETS[name].Options if name in DATASETS else Settings
    of_name.read(asked, name)  # what the built-in set of this name allows is allowed here, and has no say
    data = part(part.Options.read({"path": str(found.path)}), split, image_size)  # type: ignore[arg-type]
    data.name = name
    return data


_lock = threading.Lock()
_open: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


def _kept(key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """What was made for this key, the last few of them kept; a folder that changed is another key."""
    found = key[1]
    stamp: Any = data_root()
    if isinstance(found, Found) and found.path:
        stamp = files.index(found.path).digests
    elif isinstance(found, Found) and found.name in PUBLISHED:
        stamp = place_of(found.name, data_root())
    key = (*key, str(stamp))
    with _lock:
        if key in _open:
            _open.move_to_end(key)
            return _open[key]
    made = make()
    with _lock:
        _open[key] = made
        while len(_open) > OPEN:
            _open.popitem(last=False)
    return made


def _words(options: Any) -> str:
    plain = options.plain() if isinstance(options, Settings) else options
    return repr(sorted(plain.items())) if isinstance(plain, dict) else repr(plain or {})


def labels(data: ImageSet) -> np.ndarray:
    """S labels of a whole split, -1 where unknown; no picture is opened."""
    return _kept(("labels", data.digest()), lambda: np.array([data.label(i) for i in range(len(data))], np.int64))
