"""Several rivals at once: which one a comparison is about, and the level of the intervals of the others.

With m comparisons at 95 % each, one of them excludes zero by chance in up to 5 m % of cases. The main rival is fixed by its kind before
anything is measured, so its interval stays at 95 %. The others get Bonferroni's correction: 1 - .05 / m for m rivals, which keeps the
probability that any of them excludes zero by chance below 5 %. Rivals among each other are a family of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

PLAIN = 0.95
ORDER = ("imagenet", "untrained", "random", "pixels")  # kinds of rivals, the main one first; runs come after them


def main_rival(targets: Sequence[str]) -> str:
    """What the first target is compared with first of all: the rival of the earliest kind in ORDER, else the first run; "" without any."""
    rivals = list(dict.fromkeys(text for text in targets[1:] if text != targets[0]))
    place = {kind: n for n, kind in enumerate(ORDER)}
    return min(rivals, key=lambda text: place.get(text.partition(":")[0], len(ORDER)), default="")


def level_of(a: str, b: str, targets: Sequence[str]) -> float:
    """The level of the interval of a minus b. targets: all that are compared, scored by now or not; the first is what it is about."""
    rivals = len(set(targets) - {targets[0]})
    if targets[0] not in (a, b):
        return corrected(rivals * (rivals - 1) // 2)
    return PLAIN if main_rival(targets) in (a, b) else corrected(rivals)


def corrected(comparisons: int) -> float:
    """Bonferroni's level of each of so many comparisons: 1 - .05 / comparisons."""
    return 1 - (1 - PLAIN) / comparisons if comparisons > 1 else PLAIN
