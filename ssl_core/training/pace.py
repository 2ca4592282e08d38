"""The speed of a run: now, over its last seconds; before it begins, from a few steps on random pixels."""

from __future__ import annotations

import math
import time

import torch

from ssl_core.functional.rng import generator
from ssl_core.functional.words import WORDS_PER_CAPTION
from ssl_core.models.build import build_task
from ssl_core.records.spec import RunSpec
from ssl_core.training.steps import make_optimiser, step
from ssl_core.types import Samples


class Pace:
    """Pictures a second and seconds left of a run, from its last few seconds."""

    def __init__(self, step: int, total: int, batch: int) -> None:
        self.total, self.batch, self.marks = total, batch, [(time.monotonic(), step)]

    def now(self, step: int) -> dict[str, float | None]:
        """The fields `speed` and `left` of a status at a step."""
        self.marks = [*self.marks[-12:], (time.monotonic(), step)]
        (then, first), (now, last) = self.marks[0], self.marks[-1]
        steps = (last - first) / (now - then) if now > then else 0.0
        left = (self.total - step) / steps if steps else None
        return {"speed": steps * self.batch, "left": left}


def pace_key(spec: RunSpec) -> str:
    """A key for the time of a step: everything besides the machine that the time depends on."""
    parts = [spec.task, spec.backbone, spec.recipe.image_size, spec.recipe.batch, spec.options]
    parts += [spec.backbone_options] if spec.backbone_options else []
    parts += [f"in {spec.recipe.accumulate} parts"] if spec.recipe.accumulate > 1 else []
    return "/".join(map(str, parts))


def try_pace(spec: RunSpec, tries: int = 2) -> float:
    """Seconds that a step takes on this machine: the shortest of `tries` steps on random pixels; the weights are discarded."""
    recipe, task = spec.recipe, build_task(spec).train()
    size, count = recipe.image_size, recipe.batch // recipe.accumulate
    words = torch.zeros(count, WORDS_PER_CAPTION, dtype=torch.int64) if spec.data.words else None
    samples = Samples(torch.rand(count, 3, size, size), torch.arange(count), torch.zeros(count, dtype=torch.int64), words)
    best = math.inf
    optimisers = {phase: make_optimiser(task.parameters_of(phase), recipe) for phase in dict.fromkeys(task.phases)}
    for _ in range(1 + tries):  # one more: the first is slow, since it allocates memory
        began = time.perf_counter()
        for phase in task.phases:
            step(task, task.transform(samples, generator(0, "pace")), phase, optimisers[phase])
        best = min(best, time.perf_counter() - began)
    return best * recipe.accumulate
