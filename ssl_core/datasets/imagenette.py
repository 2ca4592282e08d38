"""Imagenette as its authors publish it: ten classes of ImageNet that are easy to tell apart."""

from __future__ import annotations

from pathlib import Path

from ssl_core.datasets._published import Files, Published, Rows, class_folders
from ssl_core.datasets.base import Split
from ssl_core.settings import Settings

CLASSES = {  # by WordNet number
    "n01440764": "tench",
    "n02102040": "English springer",
    "n02979186": "cassette player",
    "n03000684": "chain saw",
    "n03028079": "church",
    "n03394916": "French horn",
    "n03417042": "garbage truck",
    "n03425413": "gas pump",
    "n03445777": "golf ball",
    "n03888257": "parachute",
}
FOLDERS = {"train": "train", "test": "val"}


class Imagenette(Published):
    """Photographs of ten kinds of things from ImageNet, from fish to parachute."""

    title = "Imagenette photographs"

    @staticmethod
    def read(root: Path, mark: str, split: Split, options: Settings) -> Rows:
        """Class folders named by WordNet numbers."""
        found = class_folders(root, f"{mark.split('/')[0]}/{FOLDERS[split]}")
        numbers = sorted({number for _, number in found})
        return Files(root, [name for name, _ in found], [numbers.index(number) for _, number in found], [CLASSES[n] for n in numbers])
