"""What a training does, told by its first losses: a row of a table stays valid for as long as they stay, whatever becomes of the source.

Ten losses from the first step on, and ten after the first `refresh` between two epochs where a task refreshes (the first epoch is cut
short for that: what counts is what `refresh` makes of it). Everything that trains reaches one of them: pictures, their order, edits, the
first weights, forward and backward passes, clipping, optimiser, rates. On one thread of the processor in 32-bit numbers the same
processor and libraries repeat every bit.
"""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path
from typing import Any

import torch

from ssl_core.jobs.report import SilentReporter
from ssl_core.tasks.base import PretextTask
from ssl_core.training.request import make_spec
from ssl_core.training.run import Training

STEPS = 10
START, REFRESHED = "from the first step", "after the first refresh"
TOLERANCE = 1e-4  # of a loss: ten times what another set of the processor's instructions makes of it at the most, two tasks aside

Effect = dict[str, dict[str, list[float]]]  # START or REFRESHED -> name of a loss -> its value at each step


def effect_of(values: dict[str, Any]) -> Effect:
    """The losses of a training run as `make_spec` takes it, without the run: nothing of it is kept.

    A task with several phases has a loss for each, named as in its metrics ("judge/loss").
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _effect(Training(Path(folder), make_spec({**values, "device": "cpu", "precision": "fp32"}), SilentReporter()))
    finally:
        torch.set_num_threads(before)


def _effect(run: Training) -> Effect:
    run.refresh()  # as the loop does before every epoch
    found = {START: _losses(run)}
    if type(run.task).refresh is not PretextTask.refresh:
        run.step = run.per_epoch
        run.refresh()
        found[REFRESHED] = _losses(run)
    return found


def _losses(run: Training) -> dict[str, list[float]]:
    """The losses of the next steps, rounded to seven digits: what a 32-bit number holds."""
    run.window = {}
    for _ in range(STEPS):
        run.one_step()
    return {name: [float(f"{float(value):.7g}") for value in values] for name, values in run.window.items() if name.endswith("loss")}


def unlike(now: Effect, stored: Effect, tolerance: float = TOLERANCE) -> str:
    """Where losses differ first, in words; "" where they are equal within the tolerance."""
    if {part: list(losses) for part, losses in now.items()} != {part: list(losses) for part, losses in stored.items()}:
        return "it has other losses than those stored, by name or number of parts"
    for part, losses in stored.items():
        for name, values in losses.items():
            for k, (was, value) in enumerate(zip(values, now[part][name], strict=True), 1):
                if not math.isclose(value, was, rel_tol=tolerance):
                    return f"'{name}' {k} {part} is {value:.7g}; it was {was:.7g}"
    return ""


def read(path: Path) -> dict[str, Any]:
    """Effects by method, {} where none are stored."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def write(path: Path, effects: dict[str, Any]) -> None:
    """Stores effects, a line a list, so that a difference of two versions can be read."""
    lines = [f"{json.dumps(name)}: {_lines(effect)}" for name, effect in effects.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _lines(effect: dict[str, Any]) -> str:
    return json.dumps(effect, indent=1).replace("\n   ", " ").replace("\n  ]", " ]") if effect else "{}"
