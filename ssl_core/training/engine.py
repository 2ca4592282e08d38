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
from ssl_core.jobs.start import promise_asked, stop_asked
from ssl_core.jobs.status import Status
from ssl_core.records.budget import promised, unsettled
from ssl_core.records.chance import VERSION as CHANCE_VERSION
from ssl_core.records.checkpoints import drop_damaged, latest_checkpoint
from ssl_core.records.encoders import keep_encoder, thin, thin_encoders
from ssl_core.records.spec import RunSpec
from ssl_core.system.processes import is_main
from ssl_core.training.held_out import HeldOut, evaluate
from ssl_core.training.marks import LOOK_EVERY, SAVE_EVERY
from ssl_core.training.pace import Pace, note_run, slowness, tail_of
from ssl_core.training.range_test import find_rate
from ssl_core.training.run import GLIMPSE, Training
from ssl_core.training.trial import fit_steps

Means = dict[str, float | None]  # by metric; None where it isn't a finite number

REFERENCE = 512  # training pictures that a person's picture is compared with, to tell whether it is unlike them


def work_train(folder: Path, spec: RunSpec, report: Reporter) -> Status:
    """Trains a run until its last step or a stop request; its status afterwards."""
    if (note := distributed.once(lambda: drop_damaged(folder))) and is_main():
        report.note = note
        report(warning="")
    run = Training(folder, spec, report)
    if run.task.ranges and "range" not in run.facts and latest_checkpoint(folder) is None:
        find_rate(run)
    if unsettled(run.spec):
        fit_steps(run)
    run.resume()
    report(stage="learning", steps=run.end, step=run.step, seconds=run.seconds, facts=run.facts, chance=run.task.chance(), metrics={})
    with contextlib.closing(run), open(folder / "metrics.jsonl" if is_main() else os.devnull, "a", encoding="utf-8") as file:
        _loop(run, file)
    run.save()
    return _finish(run) if is_main() else report()


@distributed.alone()
def _finish(run: Training) -> Status:
    """On rank 0: held-out metrics, reference features and the measured pace. The other processes have ended."""
    spec, report, began = run.spec, run.report, time.monotonic()
    report(stage="testing", step=run.step, seconds=run.seconds, slow=0.0)
    tested = len(run.test_rows)
    found = evaluate(
        run.task, run.source, run.test_rows, spec.seed, run.task.last_phase, run.recipe.batch, lambda done: report(done=done, of=tested)
    )
    facts = {**run.facts, "tested": tested, **({"of": found.counts} if found.counts else {}), "chance": CHANCE_VERSION}
    facts |= {"error": found.errors} if found.errors else {}
    report(facts=facts, metrics=found.metrics, chance=found.chance, done=0, of=0)
    save_reference(run)
    if run.processes == 1:
        note_run(run, after=time.monotonic() - began)
    state = "done" if run.step >= run.total or (spec.until_stopped and run.step) or not run.phases else "stopped"
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
    saved = looked = told = run.elapsed.begin()
    if run.step == 0 and is_main():
        _write(file, run, None, run.first or run.look())
    pace = Pace(run.step, run.total, run.recipe.batch, tail_of(run.spec))
    while run.phases and run.step < run.total and not distributed.broadcast(_stops(run)):
        if run.step % run.per_epoch == 0:
            run.refresh()
        run.one_step()
        if run.step % run.batches.round == 0 or run.step == run.total:
            run.measure_directions()
        now = time.monotonic()
        marked = run.marks.look(run.step)
        look = is_main() and (marked or now - looked > LOOK_EVERY)
        line = run.marks.line(run.step)  # only these steps empty the window, so that a resumed run writes the same means
        if line or look:
            _write(file, run, run.read_window() if line else None, run.look() if look else None, pace)
            looked = now if look else looked
        if look:
            _keep(run)
        if now - told > 0.4:
            run.report(step=run.step, seconds=run.seconds, warning=run.warnings, slow=slowness(run), **pace.now(run.step))
            told = now
        if run.step % run.batches.round == 0 or distributed.broadcast(now - saved > SAVE_EVERY):
            run.save()
            saved = now


def _stops(run: Training) -> bool:
    """Whether somebody asked the run to end: now, or at the minutes that were promised, once these are over."""
    minutes = promised(run.spec)
    over = minutes is not None and promise_asked(run.folder) and run.elapsed.of_stretch >= 60 * minutes
    return stop_asked(run.folder) or over


def _keep(run: Training) -> None:
    """Keeps the encoder at marked steps, and thins what is kept: of a run without an end snapshots too."""
    if run.marks.kept(run.step):
        keep_encoder(run.folder, run.step, run.task.encoder.state_dict())
        thin_encoders(run.folder)
    if run.marks.endless:
        thin(run.folder, run.marks.kept)


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
        **({"error": test.errors} if test and test.errors else {}),  # half of the 95 % interval over batches
        **({"ailing": run.warning} if train and run.warning else {}),
        "rate": run.rate,
        **({"health": measured} if measured else {}),
        "speed": speed,
        "wait": round(run.waited / run.seconds, 4) if run.seconds else 0.0,
    }
    file.write(json.dumps(line) + "\n")
    file.flush()
