"""CIFAR-10 as its authors publish it: small photographs of ten kinds of things."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ssl_core.datasets._published import Published, Rows, cifar
from ssl_core.datasets.base import Split
from ssl_core.settings import Settings

COUNT = {"train": 50_000, "test": 10_000}
SUMS = {
    "train": {
        "data_batch_1": "md5:c99cafc152244af753f735de768cd75f",
        "data_batch_2": "md5:d4bba439e000b95fd0a9bffe97cbabec",
        "data_batch_3": "md5:54ebc095f3ab1f0389bbae665268c751",
        "data_batch_4": "md5:634d18415352ddfa80567beed471001a",
        "data_batch_5": "md5:482c414d41f54cd18b22e5b47cb7c3cb",
    },
    "test": {"test_batch": "md5:40351d587109b95175f43aff81a1287e"},
}


class Cifar10(Published):
    """Small photographs of ten kinds of animals and vehicles, 32 × 32 pixels."""

    title = "CIFAR-10 photographs"

    @staticmethod
    def read(root: Path, mark: str, split: Split, options: Settings) -> Rows:
        """Five files of 10 000 pictures for training, one for testing."""
        return cifar(root / mark, SUMS[split], ("batches.meta", "label_names"), "labels", COUNT[split])

    def identity(self) -> dict[str, Any]:
        """The identity as earlier versions wrote it: digests of their caches and runs stay valid."""
        return {"source": "cifar-10-python"}
