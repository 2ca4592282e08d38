"""A collapse made on purpose is named within an epoch of its happening, with what to do; the same run without it is well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ssl_core.functional.metrics.collapse import in_use
from ssl_core.parts.catalogues import TASKS
from ssl_core.records.curve import curve
from tests.help.small import small_run

PICTURES = {"n_train": 320, "n_test": 32}
RECIPE = {"image_size": 16, "batch": 32, "optimiser": "adamw", "warmup": 0, "rate": 1e-2}
SLOWLY: dict[str, Any] = {
    "steps": 60,
    "recipe": {**RECIPE, "rate": 3e-3},
}  # SeLa sorts once an epoch: it takes a few to fall onto one label
WITHOUT: dict[str, dict[str, Any]] = {
    "simclr": {"negatives": False},
    "moco": {"negatives": False, "queue": 64},
    "swav": {"equal": False, "bins": 64, "queue": 0},
    "sela": {"equal": False, "clusters": 16, "heads": 2},
}


def test_every_method_with_a_collapse_on_purpose_is_tried_here() -> None:
    assert sorted(WITHOUT) == sorted(name for name, task in TASKS.items() if "collapse" in task.presets)


@pytest.mark.parametrize("task", WITHOUT)
def test_a_collapse_is_named_with_its_remedy_and_the_remedy_mends_it(task: str, clean_folders: Path) -> None:
    how: dict[str, Any] = {"dataset_options": PICTURES, "recipe": RECIPE, "steps": 20, **(SLOWLY if task == "sela" else {})}
    _, fallen = small_run(task, **how, options=WITHOUT[task])
    assert fallen.warning.startswith("It is collapsing: ") and fallen.warning.endswith(TASKS[task].remedy)
    mended = {name: value for name, value in WITHOUT[task].items() if value is not False}
    folder, well = small_run(task, **how, options=mended)
    assert well.state == "done" and not well.warning.startswith("It is collapsing")
    if task != "sela":  # it compares no views
        measured = [line["health"] for line in curve(folder) if line.get("health")][-1]
        assert measured["spread"] > 0.15 and measured["rank"] > 1 and measured["spectrum"][0] == 1


def test_answers_in_use_are_counted_between_always_the_same_and_all_alike() -> None:
    assert float(in_use(torch.full((40,), 3), 8)) == pytest.approx(0, abs=1e-6)
    assert float(in_use(torch.arange(40) % 8, 8)) == pytest.approx(1, abs=1e-5)
    assert float(in_use(torch.arange(40) % 2, 8)) == pytest.approx(1 / 7, abs=1e-5)
    assert float(in_use(torch.arange(4), 100)) == pytest.approx(1, abs=1e-5)
