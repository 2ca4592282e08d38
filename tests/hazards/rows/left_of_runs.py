"""What is left of a run: hazards of tests/hazards/table.py."""

from __future__ import annotations

from tests.hazards.hazard import SCREEN, TERMINAL, Hazard

ONE_BEFORE = "The newest checkpoint of 'rotation-1' (step 10) can't be read. The one before (step 8) is used."
NO_CHECKPOINT = "No checkpoint of 'rotation-1' can be read any more: its files are damaged. Train it anew, or delete it."
NEWER = "'rotation-1' was made by a newer version (2) than this one (1). Update Selfsight to work it."
OLDER = "The spec.json of 'rotation-1' lacks 'data': an older version made it, or it is damaged. Train it anew, or delete it."

LEFT_OF_RUNS = (
    Hazard("a checkpoint cut short", TERMINAL, ONE_BEFORE, ONE_BEFORE),
    Hazard("a checkpoint cut short", SCREEN, ONE_BEFORE, "button: Resume"),
    Hazard("no checkpoint can be read", TERMINAL, NO_CHECKPOINT, f"rotation-1: interrupted, step 10, scenes. {NO_CHECKPOINT}"),
    Hazard("no checkpoint can be read", SCREEN, NO_CHECKPOINT, "Which way is up? You choose, it answers"),
    Hazard("a run of a newer version", TERMINAL, NEWER, f"rotation-1: failed, step 0, scenes. {NEWER}"),
    Hazard("a run of a newer version", SCREEN, NEWER, "button: Delete"),
    Hazard("a run of an older version", TERMINAL, OLDER, "rotation-1: done, step 60"),
    Hazard("a run of an older version", SCREEN, OLDER, "button: Set up another"),
    Hazard(
        "a run copied from another machine",
        TERMINAL,
        "rotation-1 (copy): interrupted, step 37, scenes. the worker ended without a word",
        "The run 'rotation-1 (copy)' is not at work, so there is nothing to stop.",
    ),
    Hazard("a run copied from another machine", SCREEN, "Interrupted at step 37. Resume?", "button: Resume"),
    Hazard(
        "a run deleted while it is at work",
        TERMINAL,
        "Its folder was deleted while it was at work. Nothing of it is left.",
        "No runs yet.",
    ),
    Hazard(
        "a run deleted while its screen is open",
        SCREEN,
        "There is no run 'rotation-1' here. Shown is 'rotation-2'.",
        "Right 79 % of the time",
    ),
)
