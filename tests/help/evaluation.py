"""Runs with weights but without training, on few small pictures, for tests of evaluation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ssl_core.jobs.status import Status, write_status
from ssl_core.models.build import build_task
from ssl_core.models.weights import save_checkpoint
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.system.processes import me
from ssl_core.training.request import new_run

SIZE = 8  # pixels a side: the size of the digits


def run_with_weights(seed: int = 0, **values: Any) -> str:
    """A rotation run on digits whose checkpoint holds its initial weights. Returns the run's name."""
    name = new_run({"task": "rotation", "dataset": "digits", "recipe": {"image_size": SIZE, "batch": 64}, "seed": seed, **values})
    learn_on(folder_of(name), step=0, seed=seed)
    return name


def learn_on(folder: Path, step: int, seed: int) -> None:
    """Gives a run other weights, as if it had been trained up to `step`."""
    task = build_task(replace(spec_of(folder), seed=seed))
    digest = save_checkpoint(folder, task, {}, {"step": step})
    write_status(folder, Status(state="done", step=step, weights=digest, **me()))
