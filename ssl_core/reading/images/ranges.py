"""How bright the brightest number of 16 bits is: a camera's range, found over all pictures of a set. No torch.

A file of 16 bits doesn't say how many of them the camera fills. One picture needs the fewest bits that hold all but 0.1 % of its numbers
(all but one pixel, in a small picture). A set needs the fewest that hold all but 1 % of its pictures (all but one, of 10 to 199). So
neither a hot pixel nor one picture of another origin changes the range: numbers above it are white.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

BITS = (8, 10, 12, 14, 16)
PIXELS = 0.001  # share of a picture's numbers that may be above its range
PICTURES = 0.01  # share of a set's pictures that may be above its range
FEW = 10  # pictures from which on one may be


@dataclass(frozen=True)
class Range:
    """The bits that a camera fills of 16, and over how many pictures that was found."""

    bits: int  # the only value that pixels depend on
    pictures: int = 0  # of 16 bits
    beyond: int = 0  # of these, pictures whose brighter parts are white since they need more bits

    def __post_init__(self) -> None:
        if self.bits not in BITS:
            raise ValueError(f"'bits' of a range must be one of {', '.join(map(str, BITS))}. Got {self.bits!r}.")

    @property
    def white(self) -> int:
        """The number that is white."""
        return int(2**self.bits - 1)

    @property
    def words(self) -> str:
        """What was found, as a sentence."""
        said = f"Brightness: {self.pictures:,} pictures of 16 bits, of which the camera fills {self.bits} (white is {self.white:,})."
        needs = "picture needs" if self.beyond == 1 else "pictures need"
        return said + (f" {self.beyond:,} {needs} more: their brighter parts are white." if self.beyond else "")

    def plain(self) -> dict[str, int]:
        """As JSON."""
        return {"bits": self.bits, "pictures": self.pictures, "beyond": self.beyond}

    @classmethod
    def read(cls, plain: Mapping[str, Any] | None) -> Self | None:
        """From JSON; None of None. Raises ValueError for what is no range."""
        if plain is None:
            return None
        if not isinstance(plain, Mapping) or not all(isinstance(plain.get(key, 0), int) for key in ("bits", "pictures", "beyond")):
            raise ValueError(f"A range has 'bits', 'pictures' and 'beyond'. Got {str(plain)[:60]}.")
        return cls(plain.get("bits", 0), plain.get("pictures", 0), plain.get("beyond", 0))

    @classmethod
    def over(cls, bits: Iterable[int | None]) -> Self | None:
        """The range of a set, of the bits that each picture needs (`deep_bits.bits_of`); None where none has 16."""
        counts = Counter(each for each in bits if each is not None)
        total = counts.total()
        allowed = max(int(total * PICTURES), 1 if total >= FEW else 0)
        for enough in BITS:
            beyond = sum(count for each, count in counts.items() if each > enough)
            if total and beyond <= allowed:
                return cls(enough, total, beyond)
        return None


class Above:
    """Counts a picture's numbers above each of BITS, a part after the other."""

    def __init__(self) -> None:
        self.numbers, self.colours, self.above = 0, 1, [0] * len(BITS)

    def add(self, values: np.ndarray) -> None:
        """Numbers H W, or H W and colours."""
        self.colours = values.shape[2] if values.ndim == 3 else 1
        self.numbers += values.size
        brightest = int(values.max(initial=0))
        for k, bits in enumerate(BITS):
            self.above[k] += int(np.count_nonzero(values >= 2**bits)) if brightest >= 2**bits else 0

    @property
    def bits(self) -> int:
        """The fewest bits that hold all but the allowed share."""
        allowed = max(self.colours, PIXELS * self.numbers)
        return next(bits for bits, above in zip(BITS, self.above, strict=True) if above <= allowed)
