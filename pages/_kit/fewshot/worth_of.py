"""What a person's labels are worth, in one sentence: the curve that ended highest, beside what not looking scores."""

from __future__ import annotations

from collections.abc import Callable

import ssl_core as core
from pages._kit.screen import frame


def in_words(few: core.FewShot, word: Callable[[str], str]) -> str:
    """The sentence; "" while features are being computed, or where there is no curve. word: a target's name."""
    ends = [(line.points[-1], word(line.target)) for line in few.lines if line.points]
    if few.waiting or not ends:
        return ""
    best, name = max(ends, key=lambda end: end[0].accuracy)
    beside, named = few.rates.reference
    if best.lo <= beside:
        return f"No curve is above {named} ({frame.percent(beside)}): do the names fit?"
    share = frame.percent(best.accuracy, best.lo, best.hi, of=few.n_test)
    of = "hidden pictures" if few.hidden else "your pictures, each by the others’ names"
    return f"{few.labels} names, and {name} is right on {share} of {of} ({named}: {frame.percent(beside)})."
