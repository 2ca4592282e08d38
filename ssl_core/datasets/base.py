"""What every data set promises, and how any of them is decoded once into arrays."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ssl_core.settings import Settings
from ssl_core.types import Box, DataInfo

Split = Literal["train", "test"]


class BadPicture(Exception):
    """One picture that can't be read: its file and the reason, in words."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file, self.reason = file, reason


class Pictures(NamedTuple):
    """A block of pictures read together; those that can't be read are named, not filled in."""

    images_NCHW: np.ndarray  # uint8
    label_N: np.ndarray  # int64, -1 where unknown
    id_N: np.ndarray  # int64: the place in the set
    skipped: list[tuple[str, str]]  # file, reason
    captions: tuple[str, ...] | None = None  # of each row, where they come along; None: `caption` says them


class ImageSet(ABC):
    """Pictures by place: `len(images)`, `images[i]`; the same i gives the same pixels, at any time, in any process."""

    name: str  # its file, set by the catalogue
    title: str
    info: DataInfo  # of this split
    forbids: frozenset[str] = frozenset()  # of "mirror", "turn": what no task may do to these pictures (text, scans, spectrograms)
    measured: ClassVar[dict[str, Any]] = {}  # options that take the place of a run's own where its features are measured

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
        """uint8 H W 3 for a person: the original scaled to fit `size`, or the scene drawn at it."""

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """JSON-ready: everything that the pixels of this split depend on besides image_size. Cheap: no picture is opened."""

    @property
    def targets(self) -> tuple[str, ...]:
        """What else this kind of set can say of a picture, of "masks", "boxes": those whose method it overrides."""
        said = {"masks": ("mask", ImageSet.mask), "boxes": ("box", ImageSet.box)}
        return tuple(name for name, (method, silent) in said.items() if getattr(type(self), method) is not silent)

    def box(self, i: int) -> Box | None:
        """Where the object is, None where nobody knows."""
        return None

    def mask(self, i: int) -> np.ndarray | None:
        """bool H W at image_size: the object's pixels, None where nobody knows."""
        return None

    def caption(self, i: int) -> str | None:
        """What the picture shows in words, None where nobody said."""
        return None

    def factors(self, i: int) -> dict[str, Any] | None:
        """What the picture was made of (colour, size, place), None where nobody knows."""
        return None

    def label(self, i: int) -> int:
        """The class of picture i without opening it where that can be avoided."""
        return self[i][1]

    def file(self, i: int) -> str:
        """The name a person knows picture i by."""
        return f"{self.name} {i}"

    def left_out(self) -> list[tuple[str, str]]:
        """Files that were refused without being opened, and the reason as the rest of a sentence."""
        return []

    def remarks(self) -> list[tuple[str, str]]:
        """What is amiss in a table about the pictures: its name, and the rest of a sentence."""
        return []

    def read_many(self, ids: Iterable[int]) -> Pictures:
        """A block of pictures; sets that can read faster than one by one override it."""
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
        """Gives back what reading many needed (helper processes, open archives)."""

    def digest(self) -> str:
        """A name for exactly these pixels: the same data, the same digest."""
        asked = [self.name, self.options.plain(), self.split, self.image_size, self.identity()]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def statistics(data: ImageSet, sample: int = 64) -> tuple[list[float], list[float]]:
    """Mean and standard deviation a channel in [0, 1], from `sample` pictures spread evenly: enough to standardise by."""
    places = sorted({int(k * len(data) / sample) for k in range(sample)})
    images = torch.from_numpy(data.read_many(places).images_NCHW).double() / 255
    data.close()
    if not len(images):
        return [0.5] * 3, [0.25] * 3
    mean_C, std_C = images.mean((0, 2, 3)), images.std((0, 2, 3))
    return [round(float(m), 4) for m in mean_C], [round(max(float(s), 0.02), 4) for s in std_C]
