"""Oxford-IIIT Pet as its authors publish it: photographs of 37 breeds of cats and dogs."""

from __future__ import annotations

from pathlib import Path

from ssl_core.datasets._published import Files, Published, Rows
from ssl_core.datasets.base import Split
from ssl_core.settings import Settings

LISTS = {"train": "trainval", "test": "test"}


class OxfordPets(Published):
    """Photographs of cats and dogs of 37 breeds: 3 680 to learn from, 3 669 for testing."""

    title = "Oxford's pets"

    @staticmethod
    def read(root: Path, mark: str, split: Split, options: Settings) -> Rows:
        """The authors' splits, a list each: file, breed (counted from 1), kind, number within the kind."""
        home = root / mark.split("/")[0]
        lines = (home / "annotations" / f"{LISTS[split]}.txt").read_text(encoding="utf-8").splitlines()
        rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
        breeds = {int(row[1]) - 1: row[0].rpartition("_")[0].replace("_", " ").title() for row in rows}
        if sorted(breeds) != list(range(len(breeds))):
            raise ValueError("breeds are missing in its list")
        return Files(root, [f"{mark}/{row[0]}.jpg" for row in rows], [int(row[1]) - 1 for row in rows], [breeds[k] for k in sorted(breeds)])
