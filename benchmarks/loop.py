"""What the loop costs: a whole training run, with a bare step on pictures already in memory timed before each of its steps."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch

from ssl_core.functional.rng import generator
from ssl_core.jobs.report import StatusReporter
from ssl_core.jobs.start import stop
from ssl_core.models.build import build_task
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.training import engine
from ssl_core.training import steps as engine_steps
from ssl_core.training.batches import RowBatches
from ssl_core.training.request import make_spec, new_run
from ssl_core.training.run import Training

PIECES = 10  # equal pieces of a run: the figure is the median of their shares, which one slow moment doesn't move
BATCHES = 8  # that the bare step takes in turn
MOST = 400  # steps of a run: the share no longer changes then, and a whole run would take a quarter of an hour


class Bare:
    """The same method, network, precision and optimiser in plain torch, without reading data, metrics, pictures or checkpoints."""

    def __init__(self, run: Training) -> None:
        self.task = build_task(run.spec).train()
        if run.facts["channels_last"]:
            self.task.to(memory_format=torch.channels_last)
        self.half, self.clip = run.facts["precision"].startswith("bf16"), run.recipe.clip
        self.optimiser = engine_steps.make_optimiser(self.task.parameters_of("main"), run.recipe, self.half)
        assert isinstance(batches := run.batches, RowBatches)
        self.samples = [run.source.train(rows_B) for rows_B in batches.epoch_TB[:BATCHES]]
        self.rng, self.count = generator(0, "bare"), 0

    def step(self) -> float:
        """One step; its seconds."""
        began = time.perf_counter()
        batch = self.task.transform(self.samples[self.count % len(self.samples)], self.rng)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            loss = self.task(batch, "main").loss
        self.optimiser.zero_grad()
        loss.backward()
        if self.clip is not None:
            torch.nn.utils.clip_grad_norm_(self.task.parameters(), self.clip)
        self.optimiser.step()
        self.count += 1
        return time.perf_counter() - began


class Watched(Training):
    """The engine's run with a bare step before each of its own, so that both are timed under the same load of this machine."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.bare, self.left, self.spent = Bare(self), 0.0, 0.0
        self.pairs: list[tuple[float, float]] = []  # seconds of a bare step; of the loop's step with what follows it (log, checkpoint, …)

    def one_step(self) -> None:
        if self.left:
            self.pairs.append((self.spent, time.perf_counter() - self.left))
        self.spent = self.bare.step()
        self.left = time.perf_counter()
        super().one_step()
        if len(self.pairs) >= MOST:
            stop(self.folder)


def share(task: str, part: float = 1.0) -> float:
    """Pictures a second of the default CPU run, its pictures, logs and checkpoints included, divided by the bare step's."""
    values: dict[str, Any] = {"task": task, "preset": "cpu", "device": "cpu"}
    if part < 1:
        values["dataset_options"] = {"n_train": max(320, round(10_000 * part)), "n_test": 32}
    spec = make_spec(values)
    steps = spec.recipe.epochs * (spec.data.samples // spec.recipe.batch)
    run = watched(folder_of(new_run({**values, "steps": max(PIECES + 1, round(steps))})))
    return median_share(run.pairs[1:])  # the first step allots memory and compiles kernels


def watched(folder: Path) -> Watched:
    """A run worked in this process, to its end or for MOST steps, with its pairs of times."""
    made: list[Watched] = []

    def make(*given: Any) -> Watched:
        made.append(Watched(*given))
        return made[0]

    with patch.object(engine, "Training", make):
        status = engine.work_train(folder, spec_of(folder), StatusReporter(folder))
    assert status.state in ("done", "stopped"), status.reason
    return made[0]


def median_share(pairs: list[tuple[float, float]]) -> float:
    """Σ bare seconds / Σ loop seconds of each of PIECES equal pieces of the run; the median of these."""
    size = max(1, len(pairs) // PIECES)
    pieces = [pairs[at : at + size] for at in range(0, len(pairs) - size + 1, size)]
    return statistics.median(sum(bare for bare, _ in piece) / sum(loop for _, loop in piece) for piece in pieces)
