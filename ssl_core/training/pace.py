"""The speed of a run: now, over its last seconds; before it begins, from a few steps on random pixels; beside its trial."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import torch

from ssl_core.functional.rng import generator
from ssl_core.functional.words import WORDS_PER_CAPTION
from ssl_core.models.build import build_task
from ssl_core.records.budget import NEVER
from ssl_core.records.spec import RunSpec
from ssl_core.system.measured import recall, remember
from ssl_core.training.steps import make_optimiser, step
from ssl_core.types import Samples

if TYPE_CHECKING:
    from ssl_core.training.run import Training

SMOOTH = 8.0  # seconds over which the time of a step is averaged: a snapshot or a checkpoint doesn't move the time that is left
KEPT = 6  # last runs of this machine whose times are kept, by task, network, size and batch
JUDGED = (20, 3.0)  # steps and seconds before which a run isn't held against its trial


class Pace:
    """Pictures a second and seconds left of a run, from its last few seconds."""

    def __init__(self, step: int, total: int, batch: int, tail: float = 0.0) -> None:
        """tail: seconds that follow the last step."""
        self.total, self.batch, self.tail, self.marks = total, batch, tail, [(time.monotonic(), step)]
        self.each = math.nan  # seconds that a step takes, smoothed

    def now(self, step: int) -> dict[str, float | None]:
        """The fields `speed` and `left` of a status at a step; no time left where the run has no end."""
        then, last = self.marks[-1]
        self.marks = [*self.marks[-12:], (time.monotonic(), step)]
        (first_time, first), (now, _) = self.marks[0], self.marks[-1]
        speed = (step - first) / (now - first_time) if now > first_time else 0.0
        if step > last and now > then:
            self._add(now - then, step - last)
        left = (self.total - step) * self.each + self.tail if math.isfinite(self.each) and self.total < NEVER else None
        return {"speed": speed * self.batch, "left": left}

    def _add(self, seconds: float, steps: int) -> None:
        """An exponential mean, by which seconds count e times less SMOOTH seconds later."""
        weight = 1.0 if math.isnan(self.each) else 1 - math.exp(-seconds / SMOOTH)
        before = 0.0 if math.isnan(self.each) else self.each
        self.each = before + weight * (seconds / steps - before)


def slowness(run: Training) -> float:
    """How many times as long as in its trial a step takes, on average; 0 where there was none, or it is too early to say."""
    tried = float(run.facts.get("trial") or 0.0)
    begun = run.elapsed.stretch
    steps, seconds = run.step - begun.step, run.seconds - begun.stepping
    if not tried or steps < JUDGED[0] or seconds < JUDGED[1]:
        return 0.0
    return round(seconds / steps / tried, 2)


def pace_key(spec: RunSpec) -> str:
    """A key for the time of a step: everything besides the machine that the time depends on."""
    parts = [spec.task, spec.backbone, spec.recipe.image_size, spec.recipe.batch, spec.options]
    parts += [spec.backbone_options] if spec.backbone_options else []
    parts += [f"in {spec.recipe.accumulate} parts"] if spec.recipe.accumulate > 1 else []
    return "/".join(map(str, parts))


def note_reading(run: Training) -> None:
    """Keeps how long a picture took to decode, where that was done by this run."""
    count = len(run.source.pictures) + len(run.source.test_pictures)
    if run.reading > 1 and count:
        for key in (run.spec.dataset, ""):
            remember("reading", key, run.reading / count)


def note_run(run: Training, after: float) -> None:
    """Keeps what a finished run took on this machine: seconds before its first step, of a step with all between, and after the last."""
    spent = run.elapsed
    looped = spent.here - after
    if spent.began is None or spent.resumed or not run.step or looped < 1:
        return
    note_reading(run)
    each, before = looped / run.step, spent.began - run.report.since - run.reading - spent.tried
    found = {"step": each, "before": before, "after": after}
    for key in (pace_key(run.spec), ""):  # "": whatever the task, for the first run of another one
        remember("runs", key, [*runs_of(key), found][-KEPT:])
    remember("pace", pace_key(run.spec), {"step": each, "startup": before + after})


def runs_of(key: str) -> list[dict[str, float]]:
    """What the last runs took on this machine, by `pace_key`; "" for any."""
    known: Any = recall("runs", key)
    return [each for each in known if isinstance(each, dict)] if isinstance(known, list) else []


def tail_of(spec: RunSpec) -> float:
    """Seconds that followed the last step of this machine's last runs, in the middle; 0 where there were none."""
    found = sorted(each["after"] for each in runs_of(pace_key(spec)) or runs_of(""))
    return found[len(found) // 2] if found else 0.0


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
