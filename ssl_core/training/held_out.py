"""Held-out metrics: means over pictures, and a task's measures from sums over the whole set."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from ssl_core.functional import distributed
from ssl_core.functional.rng import generator
from ssl_core.tasks.base import PretextTask
from ssl_core.training.source import BatchSource


@torch.no_grad()
@distributed.alone()
def evaluate(task: PretextTask, source: BatchSource, rows: Tensor, seed: int, phase: str, batch_size: int) -> dict[str, float | None]:
    """Held-out metrics of some rows: transform and forward in eval mode with a fixed key; None where every batch gave NaN.

    Loss and metrics are Σ n m / Σ n over batches of n pictures, m the batch's value, NaN left out. That is exact where m is a mean over all
    pictures of the batch. Ratios, and metrics that count only some pictures, come from `Output.sums`, added over batches and turned into
    numbers by `task.measures`: exact however the pictures fall into batches. A loss that compares the pictures of a batch is lower in the
    last batch where that is smaller, since fewer pictures have to be told apart.
    """
    task.eval()
    means: dict[str, tuple[float, int]] = {}
    sums = Sums()
    for at in range(0, len(rows), batch_size):
        samples = source.test(rows[at : at + batch_size])
        output = task(task.transform(samples, generator(seed, "held out", at, device=source.device)), phase)
        for name, value in {"loss": output.loss, **output.metrics}.items():
            total, count = means.get(name, (0.0, 0))
            number = float(value)
            means[name] = (total, count) if math.isnan(number) else (total + number * len(samples.index_B), count + len(samples.index_B))
        sums.add(output.sums)
    return {name: total / count if count else None for name, (total, count) in means.items()} | sums.close(task)


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
