"""PatchCamelyon as its authors publish it: small pieces of lymph nodes under the microscope."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ssl_core.datasets._published import Arrays, Published, Rows
from ssl_core.datasets.base import Split
from ssl_core.settings import Settings

CLASSES = ("healthy", "tumour in the middle")


class Pcam(Published):
    """Tissue under the microscope, 96 × 96 pixels: is there a tumour in the middle? A large set, 262 144 pictures to learn from."""

    title = "PatchCamelyon tissue"

    @staticmethod
    def read(root: Path, mark: str, split: Split, options: Settings) -> Rows:
        """Two HDF5 files a split, from which single pictures are read."""
        import h5py  # imported here because it loads a large library

        stem = (root / mark).parent / f"camelyonpatch_level_2_split_{split}"
        pictures, labels = h5py.File(f"{stem}_x.h5", "r")["x"], h5py.File(f"{stem}_y.h5", "r")["y"]
        if pictures.dtype != np.uint8 or pictures.shape[1:] != (96, 96, 3):
            raise ValueError("its pictures have another shape")
        return Arrays(len(pictures), CLASSES, lambda: (pictures, np.asarray(labels, np.int64).reshape(-1)))
