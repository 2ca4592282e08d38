"""Held-out metrics: means over pictures, and a task's measures from sums over the whole set."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ssl_core.functional import distributed
from ssl_core.functional.metrics.intervals import mean_interval
from ssl_core.functional.rng import generator
from ssl_core.tasks.base import PretextTask
from ssl_core.training.source import BatchSource


@torch.no_grad()
@distributed.alone()
def evaluate(
    task: PretextTask,
    source: BatchSource,
    rows: Tensor,
    seed: int,
    phase: str,
    batch_size: int,
    tell: Callable[[int], object] = lambda done: None,
) -> HeldOut:
    """Held-out metrics of some rows: transform and forward in eval mode with a fixed key; None where every batch gave NaN.

    Loss and metrics are Σ n m / Σ n over batches of n pictures, m the batch's value, NaN left out. That is exact where m is a mean over all
    pictures of the batch. Ratios, and metrics that count only some pictures, come from `Output.sums`, added over batches and turned into
    numbers by `task.measures`: exact however the pictures fall into batches. A loss that compares the pictures of a batch is lower in the
    last batch where that is smaller, since fewer pictures have to be told apart: `chance` is the same mean of `Output.chance`.
    """
    task.eval()
    means, guesses, sums = Means(), Means(), Sums()
    for at in range(0, len(rows), batch_size):
        samples = source.test(rows[at : at + batch_size])
        output = task(task.transform(samples, generator(seed, "held out", at, device=source.device)), phase)
        means.add({"loss": output.loss, **output.metrics}, len(samples.index_B))
        guesses.add(output.chance, len(samples.index_B))
        sums.add(output.sums)
        tell(min(at + batch_size, len(rows)))
    chance = {name: value for name, value in guesses.close().items() if value is not None}
    return HeldOut(means.close() | sums.close(task), {**task.chance(), **chance}, sums.counts(task), means.errors(task.metric, task.rivals))


class HeldOut(NamedTuple):
    """A task's metrics on held-out pictures, and what guessing would give on the same batches."""

    metrics: dict[str, float | None]
    chance: dict[str, float]
    counts: dict[str, int]  # metric that is a share of some pictures alone -> how many these were
    errors: dict[str, float]  # "psnr", "psnr - mean" (its difference to a rival) -> half of the 95 % interval over batches


class Means:
    """Means over batches, weighted by their pictures; batches that gave NaN are left out."""

    def __init__(self) -> None:
        self.added: dict[str, tuple[float, int]] = {}
        self.batches: list[tuple[int, dict[str, float]]] = []  # pictures and values of each

    def add(self, values: Mapping[str, float | Tensor], pictures: int) -> None:
        """Adds the values of one batch."""
        self.batches.append((pictures, {name: float(value) for name, value in values.items()}))
        for name, value in values.items():
            total, count = self.added.get(name, (0.0, 0))
            number = float(value)
            self.added[name] = (total, count) if math.isnan(number) else (total + number * pictures, count + pictures)

    def errors(self, metric: str, rivals: Collection[str]) -> dict[str, float]:
        """Half of the 95 % interval of a metric, and of its difference to each rival, over batches of equal size; {} for fewer than two."""
        whole = [values for pictures, values in self.batches if pictures == self.batches[0][0] and metric in values]
        series = {metric: [values[metric] for values in whole]}
        series |= {f"{metric} - {rival}": [v[metric] - v[rival] for v in whole if rival in v] for rival in rivals}
        halves = {name: mean_interval(np.array(values)) for name, values in series.items()}
        return {name: (found.hi - found.lo) / 2 for name, found in halves.items() if math.isfinite(found.hi - found.lo)}

    def close(self) -> dict[str, float | None]:
        """The mean of each; None where every batch gave NaN."""
        return {name: total / count if count else None for name, (total, count) in self.added.items()}


class Sums:
    """`Output.sums` over batches: integer tensors added exactly, others in float64; rows of lists kept."""

    def __init__(self) -> None:
        self.added: dict[str, Tensor] = {}
        self.rows: dict[str, list[Tensor]] = {}

    def add(self, sums: Mapping[str, Tensor | list[Tensor]]) -> None:
        """Adds the sums of one batch."""
        for name, value in sums.items():
            if isinstance(value, list):
                self.rows.setdefault(name, []).extend(each.cpu() for each in value)
            else:
                exact = value.cpu().double() if value.is_floating_point() else value.cpu().long()
                self.added[name] = self.added[name] + exact if name in self.added else exact

    def close(self, task: PretextTask) -> dict[str, float | None]:
        """The task's measures of the whole set; a value that isn't finite is None."""
        if not self.added and not self.rows:
            return {}
        found = task.measures({**self.added, **{name: torch.cat(rows) for name, rows in self.rows.items()}})
        return {name: value if value is not None and math.isfinite(value) else None for name, value in found.items()}

    def counts(self, task: PretextTask) -> dict[str, int]:
        """How many pictures each of the task's `counts` is a share of."""
        return {metric: int(self.added[name]) for metric, name in task.counts.items() if name in self.added}
