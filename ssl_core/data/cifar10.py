"""CIFAR-10 as its authors publish it, in torchvision's layout."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from pydantic import Field
from torch import Tensor

from ssl_core.data.base import ImageSet, Split, data_root
from ssl_core.settings import Settings, SettingsError
from ssl_core.types import DataInfo

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
COUNT = {"train": 50_000, "test": 10_000}
BATCHES = "cifar-10-batches-py"
MEGABYTES = 171


class Cifar10(ImageSet):
    """Small photographs of ten kinds of animals and vehicles, 32 × 32 pixels."""

    title = "CIFAR-10 photographs"

    class Options(Settings):
        """Where it comes from."""

        download: bool = Field(False, description=f"Fetch it ({MEGABYTES} MB) from its authors' site where it isn't there yet.")

    def __init__(self, options: Settings, split: Split, image_size: int) -> None:
        super().__init__(options, split, image_size)
        self.root = _root(bool(getattr(options, "download", False)))
        self.info = DataInfo(COUNT[split], CLASSES, image_size, colour=True)

    def __len__(self) -> int:
        return COUNT[self.split]

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        return torch.from_numpy(_resized(self._pixels(i), self.image_size).transpose(2, 0, 1).copy()), self.label(i)

    def picture(self, i: int, size: int) -> np.ndarray:
        """The photograph, smoothly enlarged."""
        return _resized(self._pixels(i), size)

    def label(self, i: int) -> int:
        """Its class."""
        return int(_loaded(self.root, self.split)[1][i])

    def identity(self) -> dict[str, Any]:
        """The set never changes; torchvision checks its checksums."""
        return {"source": "cifar-10-python"}

    def digest(self) -> str:
        """A name for exactly these pixels, whether or not they were downloaded just now."""
        asked = [self.name, self.split, self.image_size, self.identity()]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]

    def _pixels(self, i: int) -> np.ndarray:
        return _loaded(self.root, self.split)[0][i]


def _resized(image_HW3: np.ndarray, size: int) -> np.ndarray:
    return np.array(Image.fromarray(image_HW3).resize((size, size), Image.Resampling.BICUBIC))


def _root(download: bool) -> Path:
    """The folder that holds torchvision's batches; fetched into it where that was asked for."""
    for root in (data_root() / "cifar10", data_root()):
        if (root / BATCHES).is_dir():
            return root
    home = data_root() / "cifar10"
    if not download:
        raise SettingsError(
            f"CIFAR-10 is not in '{data_root()}': put its folder '{BATCHES}' into '{home}', or set 'download' to fetch {MEGABYTES} MB."
        )
    _fetch(home)
    return home


def _fetch(home: Path) -> None:
    from torchvision.datasets import CIFAR10

    try:
        home.mkdir(parents=True, exist_ok=True)
        CIFAR10(str(home), download=True)
    except (OSError, RuntimeError) as error:
        remedy = f"put its folder '{BATCHES}' into '{home}'"
        raise SettingsError(f"CIFAR-10 can't be downloaded ({error}). Without a network, {remedy}.") from None


@lru_cache(maxsize=2)
def _loaded(root: Path, split: Split) -> tuple[np.ndarray, np.ndarray]:
    """All pixels (N H W 3) and labels of a split, their checksums compared first."""
    from torchvision.datasets import CIFAR10

    try:
        data = CIFAR10(str(root), train=split == "train")
    except (OSError, RuntimeError, KeyError, ValueError, EOFError):
        raise SettingsError(f"CIFAR-10 in '{root}' is not complete: delete '{BATCHES}' there and fetch it again.") from None
    return np.asarray(data.data), np.asarray(data.targets, np.int64)
