"""Fashion-MNIST as its authors publish it: gray pictures of clothes, 28 × 28 pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ssl_core.datasets._published import Arrays, Published, Rows
from ssl_core.datasets.base import Split
from ssl_core.settings import Settings

CLASSES = ("T-shirt or top", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
FILES = {"train": "train", "test": "t10k"}
KIND = 0x0800  # magic number of an IDX file of bytes, without the number of axes


class FashionMnist(Published):
    """Clothes from a mail-order catalogue, small and gray, 28 × 28 pixels."""

    title = "Fashion-MNIST clothes"
    colour = False

    @staticmethod
    def read(root: Path, mark: str, split: Split, options: Settings) -> Rows:
        """Pictures and labels, each an IDX file: a header with the shape, then bytes."""
        stem = root / mark / FILES[split]
        images_NHW, label_N = mapped(Path(f"{stem}-images-idx3-ubyte"), 3), mapped(Path(f"{stem}-labels-idx1-ubyte"), 1)
        return Arrays(len(images_NHW), CLASSES, lambda: (images_NHW, label_N.astype(np.int64)))


def mapped(path: Path, axes: int) -> np.ndarray:
    """The array in a file of LeCun's IDX format, mapped into memory."""
    head = np.fromfile(path, ">i4", 1 + axes)
    if len(head) < 1 + axes or head[0] != KIND + axes or (head < 0).any():
        raise ValueError(f"'{path.name}' does not begin as it should")
    return np.memmap(path, np.uint8, "r", 4 * len(head), tuple(int(n) for n in head[1:]))
