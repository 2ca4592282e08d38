"""The shortcut that a run's pictures offered: a strip of tape, always at the top, from which a network can read the answer of a game."""

from __future__ import annotations

from ssl_core.records.runs import Run

OPTION = "leak"  # of a data set, where it can draw the tape
GIVEN_AWAY = frozenset({"rotation"})  # tasks that ask which way is up, which the tape answers

WORDS = "Every picture it learnt from had the tape that gives the answer away, and so had those it was tested on, so the score says little."
NEXT = "Play with it on pictures without tape, or train without the shortcut."


def shortcut_of(run: Run) -> str:
    """A sentence where the tape gave the answer away on every picture of a run, "" for other runs."""
    return WORDS if run.dataset_options.get(OPTION) and run.task in GIVEN_AWAY else ""
