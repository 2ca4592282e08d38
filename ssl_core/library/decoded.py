"""The one interface through which pictures reach a network in bulk, whatever they are stored in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

Rows = Sequence[int] | np.ndarray  # of a decoded split, in any order
BLOCK = 500  # rows of a block


class RowColumn(Protocol):
    """What is known of every row, read for the rows that are asked for."""

    def __getitem__(self, rows: Rows, /) -> np.ndarray: ...


class Decoded(ABC):
    """A split of a data set as networks read it: N rows of pictures; a picture that can't be read has no row.

    Labels and indices of all rows are in memory. Pixels are read in blocks of rows: a split may be larger than memory.
    """

    def __init__(self, label_N: np.ndarray, id_N: np.ndarray, skipped: list[tuple[str, str]]) -> None:
        self.label_N = label_N  # int64, -1 where unknown
        self.id_N = id_N  # int64: index of the row's picture in the ImageSet, ascending
        self.skipped = skipped  # files that couldn't be read, and the reason as the rest of a sentence

    def __len__(self) -> int:
        return len(self.id_N)

    @abstractmethod
    def images(self, rows: Rows) -> np.ndarray:
        """uint8 B 3 H W: the pictures of B rows, in the order asked for."""

    @abstractmethod
    def column(self, name: str) -> RowColumn | None:
        """What else is known of the pictures, by row; None where the data set doesn't have it.

        `words`: int64 B L word ids of the captions, 0 = padding. `caption`: B strings, "" where nobody wrote one.
        `box`: float32 B 4 (left, top, width, height as parts of the side), NaN where unknown.
        `mask`: uint8 B H W, 1 = the object, 0 = not, 255 = unknown.
        """

    def rows_of(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """The rows of some pictures by their indices in the ImageSet, ascending; what can't be read is left out."""
        return np.flatnonzero(np.isin(self.id_N, indices))

    def blocks(self, size: int = BLOCK) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Every row once, in order: the rows of a block, and their pictures as `images` gives them."""
        for start in range(0, len(self), size):
            rows_B = np.arange(start, min(start + size, len(self)))
            yield rows_B, self.images(rows_B)
