"""Times without a server: drawing all scenes, and answering single pictures."""

from __future__ import annotations

import os
import tempfile
import time
from typing import Any
from unittest.mock import patch

import numpy as np

import ssl_core as core
from ssl_core.jobs.report import StatusReporter
from ssl_core.library.sets import PictureSet
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.training import engine
from ssl_core.training.request import new_run

COUNTS = {"n_train": 10_000, "n_test": 2_000}
PLAYED: dict[str, list[dict[str, Any]]] = {"rotation": [{"turn": degrees} for degrees in (0, 90, 180, 270)], "inpainting": [{}]}
ROUNDS = 30  # answers of each run


def scenes_drawn(part: float = 1.0) -> float:
    """Seconds to draw all scenes at 32 pixels into an empty cache."""
    options = {name: round(count * part) for name, count in COUNTS.items()}
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, SSL_CACHE=folder):
        began = time.perf_counter()
        drawn = [len(PictureSet("scenes", split, 32, options).decoded()) for split in ("train", "test")]
        seconds = time.perf_counter() - began
    assert drawn == list(options.values())
    return seconds


def played(part: float = 1.0) -> float:
    """Milliseconds of an answer to a photograph, the 95th percentile over rotation and inpainting, their models being loaded."""
    photograph = core.sample_pictures()[0][1]
    taken = []
    for task, choices in PLAYED.items():
        run = fresh_run(task)
        for k in range(1 + max(3, round(ROUNDS * part))):
            began = time.perf_counter()
            answer = core.play(run, photograph, choices[k % len(choices)])
            assert answer.panels
            taken += [1000 * (time.perf_counter() - began)] if k else []
    return float(np.percentile(taken, 95))


def fresh_run(task: str) -> str:
    """A run of the default network, trained for two steps: the time of an answer doesn't depend on how long a run was trained."""
    options = {"n_train": 600, "n_test": 64}
    name = new_run({"task": task, "preset": "cpu", "device": "cpu", "dataset_options": options, "steps": 2})
    folder = folder_of(name)
    status = engine.work_train(folder, spec_of(folder), StatusReporter(folder))
    assert status.state == "done", status.reason
    return name
