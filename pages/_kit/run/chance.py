"""Whether a run's number is over chance: said first where it isn't, with why that may be."""

from __future__ import annotations

from typing import Literal

Place = Literal["over", "level", "below"]

FIRST = {"level": "Nothing learnt that shows", "below": "Below chance"}  # before the number
WHY = {
    "level": "As often right as guessing: a longer run, more pictures or another learning rate may change that.",
    "below": "Less often right than guessing: it may have learnt what training pictures alone share. Are test pictures of the same kind?",
}


def place(value: float, chance: float, low: float | None, high: float | None) -> Place:
    """Where a proportion lies: level inside its 95 % interval; without interval the value alone decides."""
    if (value if high is None else high) < chance:
        return "below"
    return "over" if (value if low is None else low) > chance else "level"
