"""What published data sets share: found in torchvision's folder layout, or refused with the command that downloads them; read lazily.

A set is a file of `datasets/` with one method, `read(root, mark, split, options)`: arrays or files, of which a picture is read on demand.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from PIL import Image
from pydantic import model_validator
from torch import Tensor

from ssl_core.datasets.base import BadPicture, ImageSet, Split
from ssl_core.reading.images import pixels
from ssl_core.reading.images.sides import side_of_files, upright_size
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.settings import Settings, SettingsError
from ssl_core.system.addresses import PUBLISHED, megabytes, root_of
from ssl_core.system.download import right
from ssl_core.system.origin import COMMAND
from ssl_core.system.pickles import unpickled
from ssl_core.system.roots import data_root
from ssl_core.types import DataInfo

Made = TypeVar("Made")
DAMAGED = (OSError, KeyError, ValueError, IndexError, TypeError, EOFError, AttributeError, pickle.UnpicklingError)


class Rows(Protocol):
    """The pictures and labels of a split."""

    classes: tuple[str, ...]

    @property
    def label_N(self) -> np.ndarray: ...  # -1: unknown
    def __len__(self) -> int: ...
    def square(self, i: int, size: int) -> np.ndarray: ...  # uint8 H W 3, for the network
    def whole(self, i: int, size: int) -> np.ndarray: ...  # uint8 H W 3, for a person
    def file(self, i: int) -> str: ...  # "" where the picture isn't a file of its own
    def side(self) -> int | None: ...  # pixels of the shorter side as stored; None where no picture can be read
    def stored(self, i: int) -> tuple[int, int]: ...  # width and height as stored, upright. Raises BadPicture


class Arrays:
    """Pictures in one array, N H W 3 or N H W, loaded when the first is read; a memory-mapped file is possible."""

    def __init__(self, count: int, classes: Sequence[str], load: Callable[[], tuple[np.ndarray, np.ndarray]]) -> None:
        self.count, self.classes, self.load = count, tuple(classes), load

    def __len__(self) -> int:
        return self.count

    @cached_property
    def loaded(self) -> tuple[np.ndarray, np.ndarray]:
        """Pictures and labels."""
        images, label_N = self.load()
        if len(images) != self.count or len(label_N) != self.count:
            raise SettingsError(
                f"There are {len(images)} pictures and {len(label_N)} labels where {self.count} belong: fetch the set again."
            )
        return images, label_N

    @property
    def label_N(self) -> np.ndarray:
        """The class of each picture."""
        return self.loaded[1]

    def square(self, i: int, size: int) -> np.ndarray:
        """uint8 H W 3: a picture, gray repeated in three channels, resized by bicubic interpolation."""
        image = np.ascontiguousarray(self.loaded[0][i])
        image_HW3 = image if image.ndim == 3 else np.repeat(image[:, :, None], 3, axis=2)
        if image_HW3.shape[:2] == (size, size):
            return image_HW3
        return np.array(Image.fromarray(image_HW3).resize((size, size), Image.Resampling.BICUBIC))

    whole = square

    def side(self) -> int:
        """The shorter side of every picture."""
        return int(min(self.loaded[0].shape[1:3]))

    def stored(self, i: int) -> tuple[int, int]:
        """Width and height of every picture."""
        height, width = self.loaded[0].shape[1:3]
        return int(width), int(height)

    def file(self, i: int) -> str:
        """Empty: the picture isn't a file of its own."""
        return ""


class Files:
    """Pictures in files, named relative to the root."""

    def __init__(self, root: Path, names: Sequence[str], label_N: Sequence[int], classes: Sequence[str]) -> None:
        self.root, self.names, self.label_N, self.classes = root, list(names), np.asarray(label_N, np.int64), tuple(classes)
        assert len(self.names) == len(self.label_N)

    def __len__(self) -> int:
        return len(self.names)

    def square(self, i: int, size: int) -> np.ndarray:
        """The largest centred square, upright. Raises BadPicture."""
        return self._read(i, size, pixels.square)

    def whole(self, i: int, size: int) -> np.ndarray:
        """The whole picture, upright. Raises BadPicture."""
        return self._read(i, size, pixels.whole_picture)

    def side(self) -> int | None:
        """The median of the shorter sides of a few files."""
        return side_of_files(lambda i: (self.root / self.names[i]).read_bytes(), len(self.names))

    def stored(self, i: int) -> tuple[int, int]:
        """Width and height by the file's header. Raises BadPicture."""
        return self._made(i, upright_size)

    def file(self, i: int) -> str:
        """The file's name below the root."""
        return self.names[i]

    def _read(self, i: int, size: int, shape: Callable[[bytes, int], np.ndarray]) -> np.ndarray:
        return self._made(i, lambda data: shape(data, size))

    def _made(self, i: int, make: Callable[[bytes], Made]) -> Made:
        """What `make` makes of the bytes of a file. Raises BadPicture."""
        try:
            return make((self.root / self.names[i]).read_bytes())
        except OSError as error:
            raise BadPicture(self.names[i], (error.strerror or "can't be read").lower()) from None
        except Unreadable as error:
            raise BadPicture(self.names[i], str(error)) from None


class Published(ImageSet):
    """A set as its authors publish it."""

    colour = True

    class Options(Settings):
        """Nothing to set."""

        @model_validator(mode="before")
        @classmethod
        def _older(cls, values: object) -> object:
            """Drops the option `download` of runs that an earlier version wrote."""
            return {name: value for name, value in values.items() if name != "download"} if isinstance(values, dict) else values

    def __init__(self, options: Settings, split: Split, image_size: int) -> None:
        super().__init__(options, split, image_size)
        self.root, self.mark = _found(self.name)
        with complete(self.name, self.root):
            self.rows = _rows(type(self), self.root, self.mark, split, options, (self.root / self.mark).stat().st_mtime_ns)
        self.info = DataInfo(len(self.rows), self.rows.classes, image_size, self.colour)

    @staticmethod
    @abstractmethod
    def read(root: Path, mark: str, split: Split, options: Settings) -> Rows:
        """The pictures and labels below `root`, in which the file `mark` was found. May raise any of DAMAGED."""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        with complete(self.name, self.root):
            return torch.from_numpy(self.rows.square(i, self.image_size).transpose(2, 0, 1).copy()), self.label(i)

    def picture(self, i: int, size: int) -> np.ndarray:
        """The picture as published, its longer side `size`."""
        with complete(self.name, self.root):
            return self.rows.whole(i, size)

    def label(self, i: int) -> int:
        """The class of picture i, -1 where unknown."""
        with complete(self.name, self.root):
            return int(self.rows.label_N[i])

    def file(self, i: int) -> str:
        """The file's name; set, split and index where the picture isn't a file of its own."""
        return self.rows.file(i) or f"{self.name}, {self.split} {i}"

    def side(self) -> int | None:
        """The shorter side as published."""
        with complete(self.name, self.root):
            return self.rows.side()

    def stored(self, i: int) -> tuple[int, int]:
        """Width and height as published."""
        with complete(self.name, self.root):
            return self.rows.stored(i)

    def identity(self) -> dict[str, Any]:
        """A published set never changes: its source and options determine the pixels."""
        return {"source": self.mark, **self.options.plain()}

    def digest(self) -> str:
        """Digest of the pixels; it doesn't depend on the set's folder."""
        asked = [self.name, self.split, self.image_size, self.identity()]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def _found(name: str) -> tuple[Path, str]:
    place = root_of(name, data_root())
    if place is None:
        source, root = PUBLISHED[name], data_root()
        put = f"put its folder '{source.folder}' there, or download it, {megabytes(source.size)}"
        raise SettingsError(f"{source.title} is not in '{root}': {put}, on the Pictures screen or by '{COMMAND} fetch {name}'.")
    return place


@lru_cache(8)
def _rows(part: type[Published], root: Path, mark: str, split: Split, options: Settings, stamp: int) -> Rows:
    return part.read(root, mark, split, options)


def forget_layouts() -> None:
    """Empties the cache of opened sets."""
    _rows.cache_clear()


@contextmanager
def complete(name: str, root: Path) -> Iterator[None]:
    """Turns what a damaged file raises into a SettingsError with a remedy."""
    try:
        yield
    except (SettingsError, BadPicture):
        raise
    except DAMAGED as error:
        source = PUBLISHED[name]
        folder = root / source.folder
        reason = str(error).split("\n")[0][:200] or type(error).__name__
        raise SettingsError(
            f"{source.title} in '{root}' is not complete ({reason}): delete '{folder}' and fetch it again, "
            f"{megabytes(source.size)}, by '{COMMAND} fetch {name}'."
        ) from None


def cifar(folder: Path, sums: dict[str, str], names: tuple[str, str], labels: str, count: int) -> Arrays:
    """The batches of CIFAR-10 or CIFAR-100, unpickled without running code, after a check of their checksums.

    sums: file -> checksum. names: file and key of the class names. labels: key of the labels. count: pictures in all files.
    """
    file, key = names

    def load() -> tuple[np.ndarray, np.ndarray]:
        for batch, wanted in sums.items():
            if not right(folder / batch, wanted):
                raise ValueError(f"the checksum of '{batch}' is wrong")
        batches = [unpickled(folder / batch) for batch in sums]
        images_NCHW = np.concatenate([np.asarray(batch["data"], np.uint8) for batch in batches]).reshape(-1, 3, 32, 32)
        return images_NCHW.transpose(0, 2, 3, 1), np.concatenate([np.asarray(batch[labels], np.int64) for batch in batches])

    return Arrays(count, [str(name).replace("_", " ") for name in unpickled(folder / file)[key]], load)


def class_folders(root: Path, inside: str) -> list[tuple[str, str]]:
    """File name (relative to the root) and class folder of each picture, sorted."""
    folders = sorted(path for path in (root / inside).iterdir() if path.is_dir())
    found = [(f"{inside}/{folder.name}/{path.name}", folder.name) for folder in folders for path in sorted(folder.iterdir())]
    if not found:
        raise ValueError(f"'{inside}' is empty")
    return found
