"""Minutes become steps, once: a trial on a copy of the run tells how long its parts take, before its first step."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import torch

from ssl_core.functional import distributed
from ssl_core.models.weights import save_checkpoint
from ssl_core.records.budget import promised, with_steps
from ssl_core.training.held_out import evaluate
from ssl_core.training.marks import LINES, LOOK_EVERY, LOOKS, SAVE_EVERY
from ssl_core.training.run import GLIMPSE, RANKED, Training

TRIED = 20  # steps of the trial at most
LEAST = 3  # of them, however long they take
ENOUGH = 1.0  # seconds after which no further step is tried: whoever has clicked on Train waits for pictures
FIRST = 1  # of them that doesn't count: it allocates memory
ALIKE = 0.05  # share of a step's time by which the faster half of the steps may differ; then no further one is tried either
QUIET = 0.25  # quantile of their times: a map that is drawn for the run before makes some longer, and ends long before this run does
LOOKING = 0.25  # share of the minutes that snapshots may take
FEWEST_LOOKS = 4
STEPPING = 0.5  # share of the minutes in which there are steps, at least
SAMPLED = RANKED // 8  # training pictures for which the time of the features' rank is measured, which is in proportion to their number
PATIENCE = 0.15  # share of the minutes asked for after which no further step is tried


class Costs(NamedTuple):
    """Seconds that the parts of a loop take."""

    step: float
    look: float = 0.0  # a snapshot with its held-out metrics
    line: float = 0.0  # a line of the curve
    round: float = 0.0  # what follows a round: a refresh, the features' rank, a checkpoint
    save: float = 0.0  # a checkpoint between two rounds


def steps_within(seconds: float, costs: Costs, round_steps: int) -> int:
    """The steps that fit into so many seconds with all that comes between them, at least 1 and those of STEPPING of the seconds.

    seconds = n (step + round / round_steps) + looks · look + n_lines · line + seconds / SAVE_EVERY · save, where n_lines is n up to
    LINES, and looks are `looks_within`, the first one, and one each LOOK_EVERY seconds where they lie further apart.
    """
    each = costs.step + costs.round / max(1, round_steps)
    looks = 1 + max(looks_within(seconds, costs), seconds / LOOK_EVERY)
    left = max(seconds - looks * costs.look - seconds / SAVE_EVERY * costs.save, STEPPING * seconds)
    many = (left - LINES * costs.line) / each
    return max(1, int(many if many >= LINES else left / (each + costs.line)))


def looks_within(seconds: float, costs: Costs) -> int:
    """Snapshots of a run of so many seconds: as many as there are LOOKS, fewer where they took more than LOOKING of the time."""
    return len(LOOKS) if not costs.look else min(len(LOOKS), max(FEWEST_LOOKS, int(LOOKING * seconds / costs.look)))


def fit_steps(run: Training) -> None:
    """Writes the steps of a run's latest stretch into its spec, from the minutes or epochs that were asked for."""
    minutes, began = promised(run.spec), time.monotonic()
    if minutes is None:
        steps = max(1, round(float(run.spec.continued[-1]["epochs"]) * run.per_epoch))
    else:
        costs, steps = _measured(run, 60 * minutes)
        looks = looks_within(60 * minutes, costs)
        run.facts = {**run.facts, "trial": costs.step, **({"looks": looks} if looks < len(LOOKS) else {})}
    run.write(with_steps(run.spec, steps))
    run.elapsed.tried = time.monotonic() - began


def _measured(run: Training, seconds: float) -> tuple[Costs, int]:
    """What the trial tells, and the steps that follow; in a run of several processes what the first one finds."""
    with generators_kept(run.source.device):
        costs, round_steps = try_steps(run, seconds)
    return distributed.broadcast((costs, steps_within(seconds, costs, round_steps)))


def try_steps(run: Training, seconds: float) -> tuple[Costs, int]:
    """The costs of TRIED steps on a twin of the run, whose weights, batches and state are its own, and the steps of a round."""
    twin = run.twin()
    if not twin.phases:
        return Costs(step=seconds), 1
    try:
        look = _seconds(lambda: _look(run))
        refresh = _seconds(twin.refresh)
        marks = [time.perf_counter()]
        most = min(PATIENCE * seconds, ENOUGH)
        while len(marks) <= TRIED and (len(marks) <= LEAST or not distributed.broadcast(marks[-1] - marks[0] > most or steady(marks))):
            twin.one_step()
            _wait_for(run)
            marks.append(time.perf_counter())
            run.report(stage="measuring", step=len(marks) - 1, steps=TRIED)
        costs = _with_rest(twin, quiet_step(marks), look, refresh)
        if run.spec.data.streamed:  # whose rounds are as many as the snapshots, however many steps there are
            costs = costs._replace(look=costs.look + costs.round, round=0.0)
        return costs, twin.batches.round
    finally:
        twin.close()


def quiet_step(marks: Sequence[float]) -> float:
    """Seconds of a step while the machine does nothing else, from the times at the trial's start and after each of its steps."""
    return float(np.quantile(np.diff(marks[FIRST:]), QUIET))


def steady(marks: Sequence[float]) -> bool:
    """Whether a step's time is known: the faster half of the steps that count, of three at least, differ by no more than ALIKE."""
    times = np.sort(np.diff(marks[FIRST:]))
    faster = times[: (len(times) + 1) // 2]
    return len(times) > 2 and bool(np.ptp(faster) <= ALIKE * faster[-1])


def _with_rest(twin: Training, step: float, look: float, refresh: float) -> Costs:
    """The other costs: of a line, a round and a checkpoint."""
    line = _seconds(twin.read_window) + _seconds(twin.health)
    count = len(twin.source.label_S)
    directions = min(RANKED, count) / min(SAMPLED, count) * _seconds(lambda: twin.measure_directions(SAMPLED))
    save = distributed.once(lambda: _seconds(lambda: _save(twin)))
    return Costs(step, look, line, refresh + directions + save, save)


def _look(run: Training) -> None:
    """A snapshot with its metrics, on rank 0 as in the loop; before the first step it is the run's own, which shows its pictures sooner."""
    if distributed.rank():
        return
    if run.step == 0 and not run.spec.continued:
        run.first = run.look()
    else:
        evaluate(run.task, run.source, run.test_rows[:GLIMPSE], run.spec.seed, run.task.last_phase, run.recipe.batch)


def _save(twin: Training) -> None:
    """Writes a checkpoint aside, and deletes it."""
    aside = twin.folder / "trial"
    try:
        save_checkpoint(aside, twin.task, twin.optimisers, {"step": 0})
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _seconds(function: Callable[[], object]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def _wait_for(run: Training) -> None:
    """Waits until the accelerator has computed what it was given."""
    if run.source.device.type == "cuda":
        torch.cuda.synchronize()


@contextmanager
def generators_kept(device: torch.device) -> Iterator[None]:
    """Inside, global generators may move; afterwards they are as before."""
    plain, arrays = random.getstate(), np.random.get_state()
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        yield
    random.setstate(plain)
    np.random.set_state(arrays)
