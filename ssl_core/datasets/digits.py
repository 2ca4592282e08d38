"""Handwritten digits that come with scikit-learn: 1 797 pictures of 8 × 8 gray pixels."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ssl_core.datasets.base import ImageSet, Split
from ssl_core.settings import Settings
from ssl_core.types import DataInfo

EVERY = 5  # every fifth picture of a class is for testing
INK = 16  # the darkest value in scikit-learn's file


class Digits(ImageSet):
    """Handwritten digits, small and gray: the quickest set to try things on."""

    title = "Handwritten digits"

    def __init__(self, options: Settings, split: Split, image_size: int) -> None:
        super().__init__(options, split, image_size)
        self.gray_NHW, self.label_N = _half(split)
        self.info = DataInfo(len(self.label_N), tuple("0123456789"), image_size, colour=False)

    def __len__(self) -> int:
        return len(self.label_N)

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        return torch.from_numpy(self.picture(i, self.image_size).transpose(2, 0, 1).copy()), self.label(i)

    def picture(self, i: int, size: int) -> np.ndarray:
        """The digit, bright on dark, enlarged by interpolation."""
        gray_HW = np.asarray(Image.fromarray(self.gray_NHW[i]).resize((size, size), Image.Resampling.BILINEAR))
        return np.repeat(gray_HW[:, :, None], 3, axis=2)

    def label(self, i: int) -> int:
        """The digit that was written."""
        return int(self.label_N[i])

    def side(self) -> int:
        """8 pixels."""
        return int(self.gray_NHW.shape[1])

    def file(self, i: int) -> str:
        """The digit's index and split."""
        return f"digit {self.label(i)}, {self.split} {i}"

    def identity(self) -> dict[str, Any]:
        """The set never changes: its source and how it is split."""
        return {"source": "scikit-learn digits", "every": EVERY}


@cache
def _half(split: Split) -> tuple[np.ndarray, np.ndarray]:
    """Gray pixels (uint8) and labels of a split: of each class, every fifth picture is for testing."""
    from sklearn.datasets import load_digits  # imported here because the import takes a second

    data = load_digits()
    order_N = np.zeros(len(data.target), int)  # number of earlier pictures of the same class
    for digit in range(10):
        order_N[data.target == digit] = np.arange((data.target == digit).sum())
    chosen_N = (order_N % EVERY == EVERY - 1) == (split == "test")
    gray_NHW = np.round(data.images[chosen_N] * 255 / INK).astype(np.uint8)
    return gray_NHW, data.target[chosen_N].astype(np.int64)
