"""Learning-rate range test (Smith, 1506.01186): the loss of a copy of the run while the rate grows from step to step."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ssl_core.functional import distributed
from ssl_core.jobs.start import stop_asked
from ssl_core.training.run import Training
from ssl_core.training.schedule import Constant
from ssl_core.training.trial import generators_kept

LOW, HIGH = 1e-7, 10.0  # rates of the first and the last step
STEPS = 100
SMOOTH = 0.9  # of the exponential mean of the loss
DIVERGED = 4.0  # times the smallest loss: the test ends there
SKIPPED = 10  # steps at the start that no slope is read from: the mean has seen too little


class RangeTest(NamedTuple):
    """The curve of a range test."""

    rate_N: list[float]
    loss_N: list[float]  # smoothed: m ← .9 m + .1 loss, divided by 1 - .9^n
    suggested: float | None  # None: the loss falls nowhere


def find_rate(run: Training) -> None:
    """Writes the curve into the run's facts and the rate that it suggests into its recipe, once, before the first step.

    Where the test suggests none, the recipe's rate stays.
    """
    with generators_kept(run.source.device):
        found = distributed.broadcast(range_test(run))
    rate = found.suggested or run.recipe.rate
    run.facts = {**run.facts, "range": {"rates": found.rate_N, "losses": found.loss_N, "suggested": found.suggested, "taken": rate}}
    run.recipe = run.recipe.model_copy(update={"rate": rate})
    run.write(replace(run.spec, recipe=run.recipe))


def range_test(run: Training) -> RangeTest:
    """Tries the rates on a twin, all weights moving; the run itself, its generators and batches stay as they are."""
    twin = run.twin()
    mean, best, rates, losses = 0.0, math.inf, [], []
    try:
        for n in range(STEPS):
            rate = LOW * (HIGH / LOW) ** (n / (STEPS - 1))
            twin.schedule = Constant(twin.schedule, rate)
            twin.one_step()
            loss = float(twin.window["loss"][-1])
            mean = SMOOTH * mean + (1 - SMOOTH) * loss
            smooth = mean / (1 - SMOOTH ** (n + 1))
            if distributed.broadcast(not math.isfinite(smooth) or smooth > DIVERGED * best or stop_asked(run.folder)):
                break
            best = min(best, smooth) if n >= SKIPPED else best
            rates.append(rate)
            losses.append(smooth)
            run.report(stage="finding the rate", step=n + 1, steps=STEPS)
    finally:
        twin.close()
    return RangeTest(rates, losses, steepest(rates, losses))


def steepest(rate_N: list[float], loss_N: list[float]) -> float | None:
    """The rate at which the loss falls fastest over ln(rate), before its lowest point; None where it falls nowhere by a hundredth."""
    if len(rate_N) <= SKIPPED + 2:
        return None
    loss = np.asarray(loss_N)[SKIPPED:]
    lowest = int(loss.argmin())
    if lowest < 2 or loss[0] - loss[lowest] < 0.01 * abs(loss[0]):
        return None
    slope = np.gradient(loss[: lowest + 1])  # rates are spaced evenly in ln(rate)
    return rate_N[SKIPPED + int(slope.argmin())]
