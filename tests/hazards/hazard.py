"""A hazard, and the places where it is met."""

from __future__ import annotations

from typing import NamedTuple

TERMINAL, SCREEN, VALUES, BROWSER = "command line", "screen", "values", "browser"
FULL = "The disk is full. Make room (Runs → Clear caches helps), then resume or start again."
NO_NETWORK = "can't be reached (<reason>). Is there a network? Try again later."


class Hazard(NamedTuple):
    """One hazard as it is met in one place."""

    hazard: str
    place: str
    sentence: str
    remains: str  # found in what the same place says afterwards
