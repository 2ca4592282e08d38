"""STL-10 as its authors publish it: photographs of 96 × 96 pixels, few with labels and many without."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from ssl_core.datasets._published import Arrays, Published, Rows
from ssl_core.datasets.base import Split
from ssl_core.settings import Settings

SIDE = 96
BYTES = 3 * SIDE * SIDE  # of a picture


class Stl10(Published):
    """Photographs of ten kinds of animals and vehicles: 5 000 with labels, 100 000 without, 8 000 for testing."""

    title = "STL-10 photographs"
    measured = {"learn_from": "labelled"}

    class Options(Published.Options):
        """Which pictures are for learning."""

        learn_from: Literal["labelled", "unlabelled"] = Field(
            "labelled",
            title="learn from",
            description="The 5 000 training pictures with labels, or the 100 000 without.",
            json_schema_extra={"names": ["5 000 with labels", "100 000 without"]},
        )

    @staticmethod
    def read(root: Path, mark: str, split: Split, options: Settings) -> Rows:
        """Memory-mapped: the pictures without labels are 2.8 GB. Each channel of a picture is stored column by column."""
        folder = root / mark
        assert isinstance(options, Stl10.Options)
        without = split == "train" and options.learn_from == "unlabelled"
        path = folder / ("unlabeled_X.bin" if without else f"{split}_X.bin")
        count, rest = divmod(path.stat().st_size, BYTES)
        if rest:
            raise ValueError(f"'{path.name}' ends in the middle of a picture")
        names = [] if without else (folder / "class_names.txt").read_text(encoding="utf-8").split()

        def load() -> tuple[np.ndarray, np.ndarray]:
            images_NCWH = np.memmap(path, np.uint8, "r").reshape(-1, 3, SIDE, SIDE)
            label_N = np.full(count, -1) if without else np.fromfile(folder / f"{split}_y.bin", np.uint8).astype(np.int64) - 1
            return images_NCWH.transpose(0, 3, 2, 1), label_N

        return Arrays(count, names, load)
