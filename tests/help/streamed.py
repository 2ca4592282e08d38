"""A data set without a length, drawn from each position's number, to test what learns from streams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ssl_core.datasets.base import BadPicture, ImageSet, PictureStream, Split, StreamPicture
from ssl_core.library import names, sets
from ssl_core.parts.catalogues import DATASETS
from ssl_core.settings import Settings
from ssl_core.types import DataInfo
from tests.help.small import small_values

CLASSES = ("one", "two", "three")
SAMPLE = 40  # pictures with an index
WINDOW = 12


def drawn(number: int, size: int) -> np.ndarray:
    """uint8 3 H W: noise around a colour that says the class."""
    noise = np.random.default_rng(number).integers(0, 60, (3, size, size))
    noise[number % 3] += 120
    return noise.astype(np.uint8)


class Numbers(PictureStream):
    """Picture p is drawn from p; those in `bad` can't be read."""

    window = WINDOW

    def __init__(self, size: int, bad: frozenset[int] = frozenset(), end: int | None = None) -> None:
        self.size, self.bad, self.end = size, bad, end
        self.opened: list[int] = []  # positions

    def pictures(self, position: int) -> Iterator[StreamPicture]:
        self.opened.append(position)
        while position != self.end:
            yield StreamPicture(f"{position}.png", position % 3, lambda at=position: self._read(at))  # type: ignore[misc]
            position += 1

    def _read(self, at: int) -> np.ndarray:
        if at in self.bad:
            raise BadPicture(f"{at}.png", "is damaged")
        return drawn(at, self.size)


class Unbounded(ImageSet):
    """Coloured noise without an end."""

    title = "Coloured noise"
    name = "unbounded"
    bad: frozenset[int] = frozenset()  # positions that can't be read

    def __init__(self, options: Settings, split: Split, image_size: int) -> None:
        super().__init__(options, split, image_size)
        self.info = DataInfo(SAMPLE, CLASSES, image_size, True, streamed=split == "train")

    def __len__(self) -> int:
        return SAMPLE

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        number = i if self.split == "train" else 10**6 + i
        return torch.from_numpy(drawn(number, self.image_size)), number % 3

    def picture(self, i: int, size: int) -> np.ndarray:
        return drawn(i, size).transpose(1, 2, 0)

    def identity(self) -> dict[str, Any]:
        return {"drawn": 1}

    def stream(self, seed: int) -> PictureStream | None:
        return Numbers(self.image_size, self.bad) if self.split == "train" else None


@pytest.fixture
def unbounded(clean_folders: object, monkeypatch: pytest.MonkeyPatch) -> type[Unbounded]:
    """The data set `unbounded`, registered."""
    known = names.part_names()
    monkeypatch.setattr(names, "part_names", lambda: [*known, "unbounded"])
    monkeypatch.setitem(DATASETS.parts, "unbounded", Unbounded)  # type: ignore[type-abstract,arg-type]
    sets._open.forget()
    return Unbounded


def stream_values(task: str = "rotation", **more: Any) -> dict[str, Any]:
    """Settings of a small run over the stream."""
    return {**small_values(task, **more), "dataset": "unbounded", "dataset_options": {}}
