"""A data set as arrays, in the cache: decoded by the first who asks, read by all others. torch loads inside functions only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock, Timeout

from ssl_core import sets
from ssl_core.jobs import cache_root, write_json
from ssl_core.reading import files
from ssl_core.reading.unpacked import Report
from ssl_core.sets import SPLITS, open_set

if TYPE_CHECKING:
    from ssl_core.data.base import Decoded, ImageSet


def decoded(name: str, split: str = "train", image_size: int = 32, options: Any = None, report: Report | None = None) -> Decoded:
    """A data set as arrays, decoded by the first who asks and read from the cache ever after."""
    from ssl_core.data.base import decode

    data = sets.fresh(name, split, image_size, options)  # a set of its own: decoding closes it at the end
    home = _home(data)
    if _finished(home):
        return decode(data, home, report)
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home, len(data), report):
        files.discard(home.glob("arrays.*.part"))  # of a worker that was killed
        return decode(data, home, report)


def is_decoded(name: str, split: str = "train", image_size: int = 32, options: Any = None) -> bool:
    """Whether a set's arrays are there, so that `decoded` gives them at once."""
    return _finished(_home(open_set(name, split, image_size, options)))


def skipped(name: str, split: str = "train", image_size: int = 32, options: Any = None) -> list[tuple[str, str]] | None:
    """Which pictures couldn't be read, and why; as long as nobody decoded the set at this size, those refused unopened, or None."""
    from ssl_core.data.base import facts_of

    data = open_set(name, split, image_size, options)
    facts = facts_of(_home(data))
    return (data.left_out() or None) if facts is None else [(str(file), str(reason)) for file, reason in facts["skipped"]]


def places(name: str, split: str = "train", image_size: int = 32, options: Any = None) -> np.ndarray | None:
    """Where in the set each row of its arrays stands: what can't be read has no row; None as long as nobody decoded it."""
    how = (name, split, image_size, options)
    return decoded(*how).id_N if is_decoded(*how) else None


def work_data(folder: Path, spec: dict[str, Any], report: Any) -> None:
    """The job of kind `data`: decodes both halves of a set; counts and skipped pictures go into result.json."""
    result = {}
    for split in SPLITS:
        arrays = decoded(
            spec["dataset"],
            split,
            spec.get("image_size", 32),
            spec.get("dataset_options"),
            report=lambda done, of: report.progress("reading pictures", done, of),
        )
        result[split] = {"samples": len(arrays.label_N), "skipped": arrays.skipped}
    write_json(folder / "result.json", result)


def _home(data: ImageSet) -> Path:
    return cache_root() / "data" / data.digest()


def _finished(home: Path) -> bool:
    from ssl_core.data.base import facts_of

    return facts_of(home) is not None


class _alone:
    """Holds a folder's lock; while somebody else decodes the same pictures, `report` is still asked, so that a stop is heard."""

    def __init__(self, home: Path, of: int, report: Report | None) -> None:
        self.lock, self.of, self.report = FileLock(home / "lock"), of, report

    def __enter__(self) -> None:
        while True:
            try:
                self.lock.acquire(timeout=1)
                return
            except Timeout:
                if self.report:
                    self.report(0, self.of)

    def __exit__(self, *_: object) -> None:
        self.lock.release()
