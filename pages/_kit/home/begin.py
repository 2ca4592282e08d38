"""The training that Home begins by one click: a minute from click to number on the drawn scenes; where one is at work already, that."""

from __future__ import annotations

from typing import Any

import ssl_core as core
from pages._kit.screen import links, readers

BUSY = "The machine is busy: it learns for a minute, and takes longer to begin and to end."
# 48 s of learning: with what comes before the first step and after the last, about 12 s, it is the minute that the button promises
LEARNS: dict[str, Any] = {"task": "rotation", "dataset": "scenes", "backbone": "convnet", "minutes": 0.8}


def at_work() -> str:
    """The newest run that is queued or at work, "" for none: a second one would only wait for it."""
    return next((run.id for run in reversed(readers.runs()) if run.status.active), "")


def words() -> str:
    """The label of the button."""
    return "Watch the one at work" if at_work() else "Watch one learn, 1 minute"


def beside() -> str:
    """What stands below the button: on a busy machine that it takes longer than its minute."""
    return "" if at_work() or not core.busy() else BUSY


def watch() -> None:
    """Opens the screen Train on the run at work, else on a new one. Raises SettingsError where none can begin."""
    links.go("train", **{links.RUN: at_work() or core.start_training(LEARNS)})
