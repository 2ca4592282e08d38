"""The interface of data sets: pictures by index, with what is known of them."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ssl_core.reading.images.ranges import Range
from ssl_core.settings import Settings
from ssl_core.types import Box, DataInfo

Split = Literal["train", "test"]


class BadPicture(Exception):
    """One picture that can't be read: its file and the reason, in words."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file, self.reason = file, reason


class Pictures(NamedTuple):
    """A block of pictures; those that can't be read have no row and are listed in `skipped`."""

    images_NCHW: np.ndarray  # uint8
    label_N: np.ndarray  # int64, -1 where unknown
    id_N: np.ndarray  # int64: the index in the set
    skipped: list[tuple[str, str]]  # file, reason
    captions: tuple[str, ...] | None = None  # of each row where reading gives them; None: ask `caption`


class StreamPicture(NamedTuple):
    """One picture of a stream, not yet decoded."""

    name: str  # as a person knows it
    label: int  # -1 where unknown
    read: Callable[[], np.ndarray]  # uint8 3 H W at the set's image_size; raises BadPicture


class PictureStream(ABC):
    """Pictures to learn from in one order, endless and without a length: after its last picture a set begins again."""

    window: int = 8192  # pictures among which training draws its batches (`library/shuffled.py`)

    @abstractmethod
    def pictures(self, position: int) -> Iterator[StreamPicture]:
        """The pictures from a position on, counted in pictures since the start; equal positions give equal pictures, in any process.

        A source that can't jump reads from the start and drops what comes before. Pictures that can't be read count too: their `read`
        raises BadPicture.
        """


class ImageSet(ABC):
    """Pictures by index: `len(images)`, `images[i]`; the same index gives the same pixels in any process."""

    name: str  # of the part: its file's, set by the catalogue
    title: str
    info: DataInfo  # of this split
    forbids: frozenset[str] = frozenset()  # of "mirror", "turn": transformations that no task may apply, as to text, scans, spectrograms
    range: Range | None = None  # the bits that the camera of pictures of 16 bits fills, where that was found over the whole set
    measured: ClassVar[dict[str, Any]] = {}  # options that replace a run's own for evaluation

    class Options(Settings):
        """Nothing to set."""

    def __init__(self, options: Settings, split: Split, image_size: int) -> None:
        self.options, self.split, self.image_size = options, split, image_size

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        """uint8 C H W (C = 3, H = W = image_size) and the label, -1 where unknown. Raises BadPicture."""

    @abstractmethod
    def picture(self, i: int, size: int) -> np.ndarray:
        """uint8 H W 3 for a person: the original, or a drawing, with its longer side `size`."""

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """JSON-ready: everything that the pixels of this split depend on besides image_size. Cheap: no picture is opened."""

    @property
    def targets(self) -> tuple[str, ...]:
        """Which of "masks" and "boxes" a data set of this class can give: those whose method it overrides."""
        said = {"masks": ("mask", ImageSet.mask), "boxes": ("box", ImageSet.box)}
        return tuple(name for name, (method, silent) in said.items() if getattr(type(self), method) is not silent)

    def box(self, i: int) -> Box | None:
        """The object's bounding box, None where unknown."""
        return None

    def mask(self, i: int) -> np.ndarray | None:
        """bool H W at image_size: True on the object's pixels; None where unknown."""
        return None

    def caption(self, i: int) -> str | None:
        """The picture's caption, None where it has none."""
        return None

    def factors(self, i: int) -> dict[str, Any] | None:
        """Further facts about the picture by name (colour, size, columns of a table), None where there are none."""
        return None

    def label(self, i: int) -> int:
        """The class of picture i, -1 where unknown; the file is opened only where nothing else gives the class."""
        return self[i][1]

    def file(self, i: int) -> str:
        """The file of picture i as a person knows it."""
        return f"{self.name} {i}"

    def side(self) -> int | None:
        """Pixels of the shorter side of the pictures as stored (of files: the median of a few); None: drawn, or not known."""
        return None

    def stored(self, i: int) -> tuple[int, int] | None:
        """Width and height in pixels of picture i as stored, upright; None: drawn, or not known. Raises BadPicture."""
        side = self.side()
        return None if side is None else (side, side)

    def stamps(self) -> list[tuple[str, int, int]]:
        """Name, bytes and time of change (or checksum) of the file of each picture; [] where pictures are no files of their own."""
        return []

    def file_bytes(self, i: int) -> bytes | None:
        """The file of picture i as it lies on disk; None where the picture is no file of its own. Raises BadPicture."""
        return None

    def opened_as(self) -> str:
        """The state of the files with which the set was opened (`Index.state`); "" for sets without a folder."""
        return ""

    def check_files(self) -> None:  # noqa: B027 (sets without a folder have nothing to check)
        """Raises SettingsError where files have changed since the set was opened."""

    def left_out(self) -> list[tuple[str, str]]:
        """Files that were refused without being opened, and the reason as the rest of a sentence."""
        return []

    def stream(self, seed: int) -> PictureStream | None:
        """The pictures to learn from as a stream, for a set whose `info.streamed`; its indices and length are those of a sample.

        seed: of the run; a source may order its files by it.
        """
        return None

    def whole(self) -> ImageSet:
        """The same pictures, with those of the test that a choice leaves out."""
        return self

    def remarks(self, of_classes: bool = False) -> list[tuple[str, str]]:
        """Faults of a table about the pictures: the table's name, and the rest of a sentence that begins with it.

        of_classes: only why tables name no classes.
        """
        return []

    def read_many(self, ids: Iterable[int]) -> Pictures:
        """A block of pictures; data sets that read blocks faster than single pictures override it."""
        images, labels, good, skipped = [], [], [], []
        for i in ids:
            try:
                image_CHW, label = self[i]
            except BadPicture as bad:
                skipped.append((bad.file, bad.reason))
                continue
            images.append(image_CHW.numpy())
            labels.append(label)
            good.append(i)
        shape = (0, 3, self.image_size, self.image_size)
        stacked = np.stack(images) if images else np.zeros(shape, np.uint8)
        return Pictures(stacked, np.array(labels, np.int64), np.array(good, np.int64), skipped)

    def close(self) -> None:  # noqa: B027 (most sets need nothing)
        """Releases what reading blocks needed (helper processes, open archives); the set can still be read."""

    def digest(self) -> str:
        """Digest of everything that the pixels depend on: equal digests, equal pixels."""
        asked = [self.name, self.options.plain(), self.split, self.image_size, self.identity()]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def statistics(data: ImageSet, sample: int = 64) -> tuple[list[float], list[float]]:
    """Mean and standard deviation of each channel in [0, 1], from `sample` pictures spread evenly over the set."""
    places = sorted({int(k * len(data) / sample) for k in range(sample)})
    images = torch.from_numpy(data.read_many(places).images_NCHW).double() / 255
    data.close()
    if not len(images):
        return [0.5] * 3, [0.25] * 3
    mean_C, std_C = images.mean((0, 2, 3)), images.std((0, 2, 3))
    return [round(float(m), 4) for m in mean_C], [round(max(float(s), 0.02), 4) for s in std_C]
