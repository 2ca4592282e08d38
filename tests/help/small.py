"""A training run small enough for a test: seconds, not minutes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from ssl_core.jobs.status import Status
from ssl_core.jobs.worker import work
from ssl_core.parts.catalogues import TASKS
from ssl_core.records.runs import folder_of, new_run_folder
from ssl_core.system.disk import write_json
from ssl_core.training.request import new_run

SCENES = {"n_train": 64, "n_test": 32}
FEWER: dict[str, dict[str, Any]] = {"swav": {"bins": 30}}  # no more bins than pictures
NARROW = {"convnet": {"width": 4}, "vit": {"width": 32, "depth": 2, "heads": 2}}


def small_values(task: str = "rotation", **more: Any) -> dict[str, Any]:
    """Settings of a small run: 64 scenes, a narrow network, batches of 8 (8 steps an epoch)."""
    recipe = {"batch": 8, **more.pop("recipe", {})}
    backbone = "convnet" if {"tokens", "dropping", "masking"}.isdisjoint(TASKS[task].needs) else "vit"
    base = {"task": task, "options": FEWER.get(task, {}), "backbone": backbone, "backbone_options": NARROW[backbone]}
    return {**base, "dataset_options": SCENES, "precision": "fp32", "recipe": recipe, "steps": 20, "device": "cpu", **more}


def small_run(task: str = "rotation", **more: Any) -> tuple[Path, Status]:
    """A small run, trained to its end in this process."""
    folder = folder_of(new_run(small_values(task, **more)))
    return folder, work(folder)


def unstarted_run() -> Path:
    """The folder of a run that nobody has started; its spec says no more than a list shows."""
    made = new_run_folder("rotation")
    write_json(made / "spec.json", {"kind": "train", "version": 1, "task": "rotation", "dataset": "scenes", "created": time.time()})
    return made
