"""Where the name of a data set leads, and the set itself, opened once. torch loads inside functions only.

A name means, in this order: `scenes` or `digits`; a folder of SSL_DATA; a set of the person's own; another built-in set; a folder's path.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ssl_core.library.names import SPLITS, Found, find
from ssl_core.reading import files
from ssl_core.settings import Settings, SettingsError
from ssl_core.system.addresses import PUBLISHED, root_of
from ssl_core.system.roots import data_root

if TYPE_CHECKING:
    from ssl_core.datasets.base import ImageSet

OPEN = 24  # image sets held in memory
LARGEST = 2048  # pixels a side of a picture for a person


def open_set(name: str, split: str = "train", image_size: int = 32, options: Any = None) -> ImageSet:
    """A data set by its name, or by the path of a folder.

    Raises:
        SettingsError: there is no such set, or it can't be opened.
    """
    _check(split, image_size)
    return kept_set(("set", find(name), split, image_size, _words(options)), lambda: fresh(name, split, image_size, options))


def _check(split: str, image_size: int) -> None:
    if split not in SPLITS:
        raise SettingsError(f"'split' must be one of {', '.join(SPLITS)}. Got '{str(split)[:60]}'.")
    if not 8 <= image_size <= LARGEST:
        raise SettingsError(f"'image_size' must be between 8 and {LARGEST}. Got {image_size}.")


def fresh(name: str, split: str, image_size: int, options: Any) -> ImageSet:
    """The same as `open_set`, shared with nobody: who decodes it closes it at the end."""
    from ssl_core.parts.catalogues import DATASETS

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


def kept_set(key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """What was made for this key, the last few of them kept; a folder that changed is another key."""
    found = key[1]
    stamp: Any = data_root()
    if isinstance(found, Found) and found.path:
        stamp = files.index(found.path).digests
    elif isinstance(found, Found) and found.name in PUBLISHED:
        stamp = root_of(found.name, data_root())
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
    return kept_set(("labels", data.digest()), lambda: np.array([data.label(i) for i in range(len(data))], np.int64))
