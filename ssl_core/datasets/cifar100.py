"""CIFAR-100 as its authors publish it: small photographs of a hundred kinds of things."""

from __future__ import annotations

from pathlib import Path

from ssl_core.datasets._published import Published, Rows, cifar
from ssl_core.datasets.base import Split
from ssl_core.settings import Settings

COUNT = {"train": 50_000, "test": 10_000}
SUMS = {
    "train": {"train": "md5:16019d7e3df5f24257cddd939b257f8d"},
    "test": {"test": "md5:f0ef6b0ae62326f3e7ffdfab6717acfc"},
}


class Cifar100(Published):
    """Small photographs of a hundred kinds of animals, plants, people and things, 32 × 32 pixels."""

    title = "CIFAR-100 photographs"

    @staticmethod
    def read(root: Path, mark: str, split: Split, options: Settings) -> Rows:
        """One file a split, with the fine labels (100 classes), not the coarse ones (20)."""
        return cifar(root / mark, SUMS[split], ("meta", "fine_label_names"), "fine_labels", COUNT[split])
