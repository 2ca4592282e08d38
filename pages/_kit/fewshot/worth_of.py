"""What a person's labels are worth, in one sentence: the curve that ended highest, beside what not looking scores."""

from __future__ import annotations

import ssl_core as core
from pages._kit.screen import frame

UNTAUGHT = ("untrained:", "random:")  # targets whose curve isn't waited for: they know nothing


def in_words(few: core.FewShot) -> str:
    """The sentence; "" while features of networks that learnt are being computed, or where there is no curve."""
    ends = [(line.points[-1], _name(line)) for line in few.lines if line.points]
    if not ends or any(not target.startswith(UNTAUGHT) for target, _ in few.waiting):
        return ""
    best, name = max(ends, key=lambda end: end[0].accuracy)
    beside, named = few.rates.reference
    if best.lo <= beside:
        return f"No curve is above {named} ({frame.percent(beside)}): do the names fit?"
    share = frame.percent(best.accuracy, best.lo, best.hi, of=few.n_test)
    of = "hidden pictures" if few.hidden else "your pictures, each by the others’ names"
    return f"{few.labels} names, and {name} is right on {share} of {of} ({named}: {frame.percent(beside)})."


def _name(line: core.FewLine) -> str:
    return "ImageNet’s network" if line.target.startswith("imagenet:") else f"“{frame.escape(line.title)}”"
