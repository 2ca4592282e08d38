"""Clock and learning rate of a run by its step, also where the run went on after its end."""

from __future__ import annotations

import math

from ssl_core.records.budget import first_steps, stretches
from ssl_core.records.spec import RunSpec
from ssl_core.training.steps import rate_at
from ssl_core.types import Clock


class Schedule:
    """Where a run of `total` steps stands at each of them."""

    def __init__(self, spec: RunSpec, per_epoch: int, total: int) -> None:
        self.per_epoch, self.first = per_epoch, first_steps(spec) or total
        self.stretches = stretches(spec, total)

    @property
    def start(self) -> int:
        """The step at which the latest stretch begins."""
        return self.stretches[-1].start

    def clock(self, step: int) -> Clock:
        """Progress is that of the first stretch: a run that goes on after its end stays at 1."""
        return Clock(step, step / self.per_epoch, min(1.0, step / self.first))

    def rate(self, step: int) -> float:
        """The learning rate of a step, by the schedule of its stretch."""
        start, end, recipe = next(each for each in reversed(self.stretches) if each.start <= step)
        return rate_at(recipe, Clock(step - start, (step - start) / self.per_epoch, (step - start) / (end - start)))


class Constant(Schedule):
    """A schedule at one rate, at whose clock no weight is frozen any more."""

    def __init__(self, schedule: Schedule, rate: float) -> None:
        self.__dict__.update(schedule.__dict__)
        self.constant = rate

    def clock(self, step: int) -> Clock:
        """The end of the run: whatever thaws has thawed."""
        return Clock(step, math.inf, 1.0)

    def rate(self, step: int) -> float:
        """The one rate."""
        return self.constant
