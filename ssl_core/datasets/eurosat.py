"""EuroSAT as its authors publish it: satellite pictures of the land, the version in visible colours (RGB)."""

from __future__ import annotations

import re
from pathlib import Path

from ssl_core.datasets._published import Files, Published, Rows, class_folders
from ssl_core.datasets.base import Split
from ssl_core.settings import Settings

EVERY = 5  # its authors split it at random; here every fifth picture of a class is for testing


class EuroSat(Published):
    """Satellite pictures of ten kinds of land, 64 × 64 pixels: every fifth picture of a kind is for testing."""

    title = "EuroSAT from above"

    @staticmethod
    def read(root: Path, mark: str, split: Split, options: Settings) -> Rows:
        """Class folders, split by the order of file names."""
        found = class_folders(root, mark)
        kinds = sorted({kind for _, kind in found})
        place, mine = dict.fromkeys(kinds, 0), []
        for name, kind in found:
            if (place[kind] % EVERY == EVERY - 1) == (split == "test"):
                mine.append((name, kinds.index(kind)))
            place[kind] += 1
        return Files(root, [name for name, _ in mine], [label for _, label in mine], [spaced(kind) for kind in kinds])


def spaced(name: str) -> str:
    """ "AnnualCrop" → "annual crop"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
