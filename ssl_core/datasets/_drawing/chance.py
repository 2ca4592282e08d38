"""Random draws, equal on every machine and in every version of Python: all use `Random.random`, whose sequence Python guarantees."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of draws seeded by whole numbers; other numbers give another stream."""

    def __init__(self, *numbers: int) -> None:
        name = 0
        for number in numbers:
            name = name << 64 | number
        self.share = Random(name).random  # the next draw, in 0..1

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.share()

    def below(self, count: int) -> int:
        """A whole number from 0 to `count` - 1, each as likely."""
        return int(count * self.share())

    def likes(self, share: float) -> bool:
        """True with this probability."""
        return self.share() < share

    def pick(self, things: Sequence[T]) -> T:
        return things[self.below(len(things))]

    def order(self, count: int) -> list[int]:
        """The whole numbers below `count`, each order as likely."""
        return sorted(range(count), key=lambda _: self.share())
