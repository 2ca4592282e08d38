"""What a person's labels are worth, in two sentences: how often each network is right, and what makes the difference."""

from __future__ import annotations

import ssl_core as core
from pages._kit.screen import frame

UNTAUGHT = ("untrained:", "random:")  # targets whose curve isn't waited for: they know nothing
MEANS = "What each learnt before makes the difference."


def in_words(few: core.FewShot, mine: str = "") -> str:
    """The sentences; "" while features of networks that learnt are being computed, or where there is no curve.

    mine: the run that the person has trained, "" for none.
    """
    lines = sorted((line for line in few.lines if line.points), key=lambda line: -line.points[-1].accuracy)
    if not lines or any(not target.startswith(UNTAUGHT) for target, _ in few.waiting):
        return ""
    beside, named = few.rates.reference
    if lines[0].points[-1].lo <= beside:
        return f"No curve is above {named} ({frame.percent(beside)}): do the names fit?"
    first, *others = [(_name(line, mine), frame.percent(line.points[-1].accuracy, of=few.n_test)) for line in lines]
    of = "hidden pictures" if few.hidden else "your pictures, each by the others’ names"
    said = ", ".join([f"{first[1]} of {of} named right with {first[0]} features", *(f"{share} with {name}" for name, share in others)])
    reference = "" if any(line.target.startswith(UNTAUGHT) for line in lines) else f" ({named}: {frame.percent(beside)})"
    return f"{few.labels} names: {said}{reference}." + (f" {MEANS}" if others else "")


def _name(line: core.FewLine, mine: str) -> str:
    """Whose features, in words."""
    if line.target.startswith("imagenet:"):
        return "ImageNet’s"
    if line.target.startswith(UNTAUGHT):
        return "an untrained one’s"
    return "your network’s" if line.target == mine else f"“{frame.escape(line.title)}”’s"
