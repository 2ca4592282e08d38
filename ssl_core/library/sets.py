"""Pictures by name: a split of a data set at a size, opened once, decoded once. torch loads inside functions only.

A name means, in this order: `scenes` or `digits`; a folder of SSL_DATA; a set of the person's own; another built-in set; a folder's path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ssl_core.jobs.report import Reporter
from ssl_core.library.names import SPLITS, Found, find
from ssl_core.reading import files
from ssl_core.records.requests import DataRequest
from ssl_core.settings import Settings, SettingsError
from ssl_core.system.addresses import PUBLISHED, root_of
from ssl_core.system.disk import write_json
from ssl_core.system.memory import Kept
from ssl_core.system.roots import data_root

if TYPE_CHECKING:
    from ssl_core.datasets.base import ImageSet, PictureStream, Split
    from ssl_core.library.arrays import Report
    from ssl_core.library.decoded import Decoded
    from ssl_core.records.spec import RunSpec

Options = Settings | dict[str, Any] | None  # of a data set; None: its defaults

OPEN = 24  # image sets held in memory
LARGEST = 2048  # pixels a side of a picture for a person


@dataclass(frozen=True)
class PictureSet:
    """Which pictures are meant: one split of a data set, with the set's options, at a size in pixels a side."""

    dataset: str  # a name, or the path of a folder
    split: str = "train"
    image_size: int = 32
    options: Options = None
    pinned: str = ""  # the digest that the pictures must have; "" for any
    since: str = "this was asked. Ask again."  # since when the pinned pictures are meant, and what to do where they have changed

    @classmethod
    def of_spec(cls, spec: RunSpec, split: str) -> PictureSet:
        """A split of the pictures that a run learns from or is tested on, as they were when it began."""
        pinned = spec.digest if split == "train" else spec.held_out
        return cls(spec.dataset, split, spec.recipe.image_size, spec.dataset_options, pinned, "this run began. Start a new run.")

    def open(self) -> ImageSet:
        """The pictures one by one, shared with everybody who opens the same; `close` may be called by any of them.

        Raises:
            SettingsError: there is no such set, it can't be opened, or its pictures aren't the pinned ones.
        """
        self._checked()
        return self._as_pinned(self._shared)

    def fresh(self) -> ImageSet:
        """The same, shared with nobody: who decodes the pictures closes the set at the end. Raises as `open`."""
        return self._as_pinned(self._own)

    def _as_pinned(self, opened: Callable[[], ImageSet]) -> ImageSet:
        """What `opened` gives. Raises SettingsError where those aren't the pinned pictures of a folder or an archive."""
        data = opened()
        if self.pinned in ("", data.digest()) or not data.opened_as():
            return data
        files.forget()  # a listing is trusted for two seconds, in which another process may have changed the reading
        data = opened()
        if self.pinned != data.digest():
            raise SettingsError(f"The pictures of '{self.dataset[:60]}' have changed since {self.since}")
        return data

    def _shared(self) -> ImageSet:
        found = find(self.dataset)
        stamp = _stamp(found)
        data = _open.get((found, self.split, self.image_size, _plain(self.options), stamp), self._own)
        # where the files changed between the stamp and the opening, the set that is kept under the stamp isn't the one it names
        return data if data.opened_as() in ("", stamp) else self._own()

    def _own(self) -> ImageSet:
        from ssl_core.parts.catalogues import DATASETS

        split, name, found = self._checked(), self.dataset, find(self.dataset)
        asked = self.options.plain() if isinstance(self.options, Settings) else self.options
        part = DATASETS["folder" if found.path else found.name]
        if found.path is None:
            return part(part.Options.read(asked, name), split, self.image_size)
        of_name = DATASETS[name].Options if name in DATASETS else Settings
        of_name.read(asked, name)  # options of the built-in set of this name are checked, then ignored: a folder takes none
        data = part(part.Options.read({"path": str(found.path)}), split, self.image_size)
        data.name = name
        return data

    def digest(self) -> str:
        """A name for exactly these pixels, as `ImageSet.digest`; no picture is opened."""
        return self.open().digest()

    def decoded(self, report: Report | None = None) -> Decoded:
        """The pictures in bulk: decoded now by the first who asks, read from the cache ever after."""
        from ssl_core.library import arrays

        return arrays.decoded(self.fresh(), report)

    def stream(self, seed: int) -> PictureStream | None:
        """The pictures to learn from as a stream, ordered by a run's seed; None for a set with a length."""
        return self.open().stream(seed)

    def is_decoded(self) -> bool:
        """Whether the decoded pictures are in the cache, so that `decoded` gives them at once."""
        from ssl_core.library import arrays

        return arrays.is_decoded(self.open())

    def skipped(self) -> list[tuple[str, str]] | None:
        """Files that couldn't be read, and why; before the pictures are decoded only those refused unopened, None where there are none."""
        from ssl_core.library import arrays

        return arrays.skipped_pictures(self.open())

    def indices(self) -> np.ndarray | None:
        """N: the index in the set of each row of the decoded pictures (what can't be read has no row); None before they are decoded."""
        return self.decoded().id_N if self.is_decoded() else None

    def _checked(self) -> Split:
        """The split; refused where it or the size isn't one."""
        if self.split not in SPLITS:
            raise SettingsError(f"'split' must be one of {', '.join(SPLITS)}. Got '{str(self.split)[:60]}'.")
        if not 8 <= self.image_size <= LARGEST:
            raise SettingsError(f"'image_size' must be between 8 and {LARGEST}. Got {self.image_size}.")
        return "train" if self.split == "train" else "test"


def open_set(name: str, split: str = "train", image_size: int = 32, options: Options = None) -> ImageSet:
    """A data set by its name, or by the path of a folder.

    Raises:
        SettingsError: there is no such set, or it can't be opened.
    """
    return PictureSet(name, split, image_size, options).open()


def skipped(name: str, split: str = "train", image_size: int = 32, options: Options = None) -> list[tuple[str, str]] | None:
    """Which pictures couldn't be read, and why; as long as nobody decoded the set at this size, those refused unopened, or None."""
    return PictureSet(name, split, image_size, options).skipped()


def work_data(folder: Path, spec: DataRequest, report: Reporter) -> None:
    """The job of kind `data`: decodes both splits of a set; counts and skipped pictures go into result.json.

    Raises:
        SettingsError: the pictures have changed since the job was asked for.
    """
    result, pinned = {}, dict(zip(SPLITS, spec.get("data", ()), strict=False))
    for split in SPLITS:
        asked = PictureSet(spec["dataset"], split, spec.get("image_size", 32), spec.get("dataset_options"), pinned.get(split, ""))
        found = asked.decoded(lambda done, of: report.progress("reading pictures", done, of))
        result[split] = {"samples": len(found), "skipped": found.skipped}
    write_json(folder / "result.json", result)


_open: Kept[tuple[Found, str, int, str, str], ImageSet] = Kept(OPEN)
_labels: Kept[str, np.ndarray] = Kept(OPEN)


def _stamp(found: Found) -> str:
    """Changes where a folder's files do, or where built-in sets lie: then the set is opened anew."""
    if found.path:
        return files.index(found.path).state
    return str(root_of(found.name, data_root()) if found.name in PUBLISHED else data_root())


def _plain(options: Options) -> str:
    plain = options.plain() if isinstance(options, Settings) else options
    return repr(sorted(plain.items())) if isinstance(plain, dict) else repr(plain or {})


def labels(data: ImageSet) -> np.ndarray:
    """S labels of a whole split, -1 where unknown; no picture is opened."""
    return _labels.get(data.digest(), lambda: np.array([data.label(i) for i in range(len(data))], np.int64))
