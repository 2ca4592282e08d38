"""A training run small enough for a test: seconds, not minutes."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from ssl_core.datasets.base import statistics
from ssl_core.jobs.status import Status
from ssl_core.jobs.worker import work
from ssl_core.library.arrays import decode
from ssl_core.library.sets import PictureSet
from ssl_core.parts.catalogues import TASKS
from ssl_core.records.runs import folder_of, new_run_folder
from ssl_core.settings import Recipe
from ssl_core.system.disk import write_json
from ssl_core.system.roots import cache_root
from ssl_core.training.request import new_run

SCENES = {"n_train": 64, "n_test": 32}
FEWER: dict[str, dict[str, Any]] = {
    "swav": {"bins": 30},  # no more bins than pictures
    "finetune": {"find_rate": False},  # the range test takes more steps than a small run
}
NARROW = {"convnet": {"width": 4}, "vit": {"width": 32, "depth": 2, "heads": 2}}


def small_values(task: str = "rotation", **more: Any) -> dict[str, Any]:
    """Settings of a small run: 64 scenes, a narrow network, batches of 8 (8 steps an epoch)."""
    recipe = {"batch": 8, **more.pop("recipe", {})}
    backbone = "convnet" if {"tokens", "dropping", "masking"}.isdisjoint(TASKS[task].needs) else "vit"
    base = {"task": task, "options": FEWER.get(task, {}), "backbone": backbone, "backbone_options": NARROW[backbone]}
    return {**base, "dataset_options": SCENES, "precision": "fp32", "recipe": recipe, "steps": 20, "device": "cpu", **more}


def small_run(task: str = "rotation", **more: Any) -> tuple[Path, Status]:
    """A small run, trained to its end in this process. Its scenes lie decoded in the cache."""
    values = small_values(task, **more)
    keep_scenes(values)
    folder = folder_of(new_run(values))
    return folder, work(folder)


def keep_scenes(values: dict[str, Any]) -> None:
    """Puts the scenes of a small run into this test's cache, as a run would leave them; each process draws them once."""
    size = values["recipe"].get("image_size", Recipe().image_size)
    if values.get("dataset", "scenes") != "scenes" or values["dataset_options"] != SCENES or size > Recipe().image_size:
        return
    for split in ("train", "test"):
        home = cache_root() / "data" / PictureSet("scenes", split, size, SCENES).digest()
        if not home.exists():
            shutil.copytree(_drawn(split, size), home)


@functools.cache
def _drawn(split: str, size: int) -> Path:
    """A folder of the cache that holds a split's pictures, in this process's temporary folder."""
    home = Path(tempfile.mkdtemp(prefix="selfsight-scenes-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    data = PictureSet("scenes", split, size, SCENES).fresh()
    decode(data, home)
    if split == "train":
        write_json(home / "standard.json", statistics(data))
    return home


def unstarted_run() -> Path:
    """The folder of a run that nobody has started; its spec says no more than a list shows."""
    made = new_run_folder("rotation")
    write_json(made / "spec.json", {"kind": "train", "version": 1, "task": "rotation", "dataset": "scenes", "created": time.time()})
    return made
