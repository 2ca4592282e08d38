"""The one training loop: draw → (each phase: transform, step) → after_step → clock, with pictures, metrics and checkpoints."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path
from typing import TextIO

import numpy as np
import torch

from ssl_core.functional import distributed
from ssl_core.functional.metrics.neighbours import far_from
from ssl_core.jobs.report import Reporter
from ssl_core.jobs.start import stop_asked
from ssl_core.jobs.status import Status
from ssl_core.records.chance import VERSION as CHANCE_VERSION
from ssl_core.records.checkpoints import drop_damaged
from ssl_core.records.spec import RunSpec
from ssl_core.system.measured import remember
from ssl_core.system.processes import is_main
from ssl_core.training.held_out import HeldOut, evaluate
from ssl_core.training.pace import Pace, pace_key
from ssl_core.training.run import GLIMPSE, Training
from ssl_core.training.steps import rate_at

Means = dict[str, float | None]  # by metric; None where it isn't a finite number

SAVE_EVERY = 30.0  # seconds
LOOK_EVERY = 20.0  # seconds at most between two snapshots
LOOKS = (0.01, 0.025, *(k / 20 for k in range(1, 21)))  # shares of the run after which a snapshot and held-out metrics are taken
REFERENCE = 512  # training pictures that a person's picture is compared with, to tell whether it is unlike them


def work_train(folder: Path, spec: RunSpec, report: Reporter) -> Status:
    """Trains a run until its last step or a stop request; its status afterwards."""
    if (note := distributed.once(lambda: drop_damaged(folder))) and is_main():
        report.note = note
        report(warning="")
    run = Training(folder, spec, report)
    run.resume()
    report(stage="learning", steps=run.total, step=run.step, seconds=run.seconds, facts=run.facts, chance=run.task.chance(), metrics={})
    with contextlib.closing(run), open(folder / "metrics.jsonl" if is_main() else os.devnull, "a", encoding="utf-8") as file:
        _loop(run, file)
    run.save()
    return _finish(run) if is_main() else report()


@distributed.alone()
def _finish(run: Training) -> Status:
    """On rank 0: held-out metrics, reference features and the measured pace. The other processes have ended."""
    spec, report = run.spec, run.report
    report(stage="testing", step=run.step, seconds=run.seconds)
    found = evaluate(run.task, run.source, run.test_rows, spec.seed, run.task.last_phase, run.recipe.batch)
    facts = {**run.facts, "tested": len(run.test_rows), **({"of": found.counts} if found.counts else {}), "chance": CHANCE_VERSION}
    report(facts=facts, metrics=found.metrics, chance=found.chance)
    save_reference(run)
    if run.seconds > 1 and run.processes == 1:
        startup = time.monotonic() - run.began - run.seconds
        remember("pace", pace_key(spec), {"step": run.seconds / max(run.step, 1), "startup": startup})
    state = "done" if run.step >= run.total or not run.phases else "stopped"
    return report(state=state, stage="", warning=run.warnings, left=0.0 if state == "done" else None)


@torch.no_grad()
def save_reference(run: Training) -> None:
    """Writes reference.npz for `predictions.play`: features of REFERENCE training pictures, and the 99 % quantile of held-out distances."""
    run.task.eval()
    encoder = run.task.encoder
    rows_SD = run.embed(lambda images_BCHW: encoder(images_BCHW).pooled_BD, REFERENCE).cpu()
    held_out_SD = encoder(run.source.test(run.test_rows[:REFERENCE]).images_BCHW).pooled_BD.cpu()
    limit = float(far_from(held_out_SD, rows_SD).quantile(0.99))
    np.savez_compressed(run.folder / "reference.npz", rows_SD=rows_SD.half().numpy(), limit=limit)


def _loop(run: Training, file: TextIO) -> None:
    looks = {max(1, round(run.total * part)) for part in LOOKS}
    saved = looked = told = time.monotonic()
    if run.step == 0 and is_main():
        _write(file, run, None, run.look())
    pace = Pace(run.step, run.total, run.recipe.batch)
    while run.phases and run.step < run.total and not distributed.broadcast(stop_asked(run.folder)):
        if run.step % run.per_epoch == 0:
            run.refresh()
        run.one_step()
        if run.step % run.batches.round == 0 or run.step == run.total:
            run.measure_directions()
        now = time.monotonic()
        look = is_main() and (run.step in looks or now - looked > LOOK_EVERY)
        line = run.step % run.log_every == 0  # only these steps empty the window, so that a resumed run writes the same means
        if line or look:
            _write(file, run, run.read_window() if line else None, run.look() if look else None, pace)
            looked = now if look else looked
        if now - told > 0.4:
            run.report(step=run.step, seconds=run.seconds, warning=run.warnings, **pace.now(run.step))
            told = now
        if run.step % run.batches.round == 0 or distributed.broadcast(now - saved > SAVE_EVERY):
            run.save()
            saved = now


def _write(file: TextIO, run: Training, train: Means | None, test: HeldOut | None, pace: Pace | None = None) -> None:
    speed = pace.now(run.step)["speed"] if pace else None
    measured = run.health() if train else None
    run.warning = run.ailing(measured, train) if train else run.warning
    line = {
        "step": run.step,
        "epoch": round(run.step / run.per_epoch, 4),
        "seconds": round(run.seconds, 3),
        "train": train,
        "test": test.metrics if test else None,
        "tested": min(GLIMPSE, len(run.test_rows)) if test else 0,  # pictures
        **({"of": test.counts} if test and test.counts else {}),  # pictures that a metric is a share of, where these aren't all tested
        "rate": rate_at(run.recipe, run.clock),
        **({"health": measured} if measured else {}),
        "speed": speed,
        "wait": round(run.waited / run.seconds, 4) if run.seconds else 0.0,
    }
    file.write(json.dumps(line) + "\n")
    file.flush()
