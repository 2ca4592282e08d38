"""The seconds that a run's loop has taken, over all processes that worked it one after the other."""

from __future__ import annotations

import time
from typing import NamedTuple


class Begun(NamedTuple):
    """Where a run stood when its latest stretch began."""

    step: int = 0
    stepping: float = 0.0  # seconds in its steps
    looping: float = 0.0  # seconds in its loop, with snapshots and checkpoints


class Elapsed:
    """Seconds of the loop, with snapshots and checkpoints between the steps."""

    def __init__(self) -> None:
        self.before = 0.0  # in earlier processes
        self.began: float | None = None  # when the loop of this process began
        self.resumed = 0  # the step at which this process began
        self.tried = 0.0  # seconds of the trial, which aren't the loop's
        self.stretch = Begun()

    def begin(self) -> float:
        """The loop of this process begins now; the time by `time.monotonic`."""
        self.began = time.monotonic()
        return self.began

    @property
    def here(self) -> float:
        """Seconds of the loop in this process."""
        return 0.0 if self.began is None else time.monotonic() - self.began

    @property
    def total(self) -> float:
        """Seconds of the loop in all processes."""
        return self.before + self.here

    @property
    def of_stretch(self) -> float:
        """Seconds of the loop since the latest stretch began, whose minutes they use up."""
        return self.total - self.stretch.looping

    def restore(self, step: int, stepping: float, looping: float, stretch: list[float], start: int) -> None:
        """Continues from a checkpoint at a step. start: the first step of the latest stretch, which begins here where it is this one."""
        self.before, self.resumed = looping, step
        kept = Begun(int(stretch[0]), *stretch[1:]) if stretch else Begun()
        self.stretch = Begun(step, stepping, looping) if step == start else kept
