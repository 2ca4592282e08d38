"""A teacher's three runs of a minute each on her own pictures, on a fresh machine: `python -m benchmarks.journey [--minutes 1]`.

The pictures are those of flowers12, 12 kinds of flowers, brought as one folder: 720 to learn from, 240 held out. Each run prints what the
screen promised beside what it took, in its three parts, and its number on held-out pictures with its 95 % interval and what it is held
against. Ends with 1 where an estimate's middle is off by more than OFF times, or a number isn't beyond what it is held against.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import ssl_core as core
from benchmarks import LeftOut
from ssl_core.models.build import load_task
from ssl_core.records.spec import spec_of
from ssl_core.system.roots import data_root
from ssl_core.training.device import pick_device
from ssl_core.training.held_out import evaluate
from ssl_core.training.run import HELD_OUT
from ssl_core.training.source import open_source

TASKS = ("rotation", "simclr", "mae")
OFF = 1.5  # times by which an estimate may be off on a quiet machine
PARTS = 12  # of the held-out pictures, over whose differences an interval is taken
EACH = 0.05  # seconds between two looks at the run's status
PATIENCE = 1800.0  # seconds


class Taken(NamedTuple):
    """What a run was promised to take, and what it took, in seconds from the click."""

    run: str
    promised: core.Estimate
    before: float  # up to its first step
    learning: float
    after: float

    @property
    def seconds(self) -> float:
        """From the click to its number."""
        return self.before + self.learning + self.after

    @property
    def off(self) -> float:
        """By how many times the middle of the estimate is off, in either direction."""
        middle = (self.promised.low + self.promised.high) / 2
        return max(middle / self.seconds, self.seconds / middle)


class Number(NamedTuple):
    """A run's number on held-out pictures, its 95 % interval, and what it is held against."""

    words: str
    beyond: bool


def main() -> int:
    """Prints a line for each part of each run; 1 where one falls short."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.journey", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="that each run learns")
    parser.add_argument("--tasks", nargs="*", default=TASKS)
    asked = parser.parse_args()
    began, good = time.perf_counter(), True
    with fresh_machine() as dataset:
        for task in asked.tasks:
            taken = learn({"task": task, "dataset": dataset, "minutes": asked.minutes})
            number = number_of(taken.run)
            told(task, taken, number)
            good = good and taken.off <= OFF and number.beyond
        print(f"all of it: {time.perf_counter() - began:.0f} s; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0 if good else 1


def worst_estimate(part: float = 1.0) -> float:
    """By how many times the worst of the three estimates is off."""
    with fresh_machine() as dataset:
        return max(learn({"task": task, "dataset": dataset, "minutes": 1.0}).off for task in TASKS)


@contextmanager
def fresh_machine() -> Iterator[str]:
    """Inside, no run is known and nothing was measured; the name of the data set made of the folder that was brought."""
    with tempfile.TemporaryDirectory() as home:
        folder = unpacked(Path(home) / "flowers")
        before = dict(os.environ)
        os.environ.update(SSL_RUNS=f"{home}/runs", SSL_CACHE=f"{home}/cache")
        _ = core.play  # torch is loaded, as in a server that is ready
        core.keep_spare()
        try:
            yield core.add_folder("flowers", folder)
        finally:
            core.dismiss_spare()
            os.environ.clear()
            os.environ.update(before)


def unpacked(folder: Path) -> Path:
    """The pictures of flowers12 as a folder of a person's own, with a folder `train` and one `test`.

    Raises:
        LeftOut: they aren't in the data folder.
    """
    for split in ("train", "test"):
        packed = data_root() / "flowers12" / f"{split}.zip"
        if not packed.exists():
            raise LeftOut(f"{packed} isn't here: `python -m ssl_core fetch flowers12` downloads it.")
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(folder / split)
    return folder


def learn(values: dict[str, Any]) -> Taken:
    """Trains a run of these settings as the screen does, to its end; what it was promised to take and what it took."""
    core.renew_spare()
    promised, clicked = core.estimate(values), time.perf_counter()
    name = core.start_training(values)
    folder, first, last = core.home_of(name), 0.0, 0.0
    while (status := core.status_of(folder)).active:
        now = time.perf_counter() - clicked
        first = first or (now if status.stage == "learning" and status.step else 0.0)
        last = last or (now if status.stage == "testing" else 0.0)
        if now > PATIENCE:
            core.stop(folder)
        time.sleep(EACH)
    whole = time.perf_counter() - clicked
    core.reap()
    if status.state != "done":
        raise SystemExit(f"{name} {status.state}: {status.reason}")
    return Taken(name, promised, first, (last or whole) - first, whole - (last or whole))


def number_of(name: str) -> Number:
    """A finished run's number beside chance, or beside the best fill that needs no network."""
    run = core.run(name)
    if run.rivals:
        return beside_fill(run)
    facts, value, metric = run.status.facts, float(run.status.metrics[run.metric] or 0.0), run.metric
    count = int(facts.get("of", {}).get(metric) or facts["tested"])
    low, high = core.wilson(value * count, count)[1:]
    chance = float(run.status.chance[metric])
    return Number(f"{100 * value:.1f} % [{100 * low:.1f}, {100 * high:.1f}] of {count}, chance {100 * chance:.1f} %", low > chance)


def beside_fill(run: core.Run) -> Number:
    """A run's number beside the best fill, by the paired difference over PARTS of the held-out pictures, which are fewer than a batch."""
    spec, task = spec_of(run.folder), load_task(run.folder)
    source = open_source(spec, pick_device("cpu"), lambda done, of: None)
    rows = source.test_rows(HELD_OUT)
    found = evaluate(task, source, rows, spec.seed, task.last_phase, len(rows) // PARTS)
    rival = max(run.rivals, key=lambda each: found.metrics[each] or 0.0)
    value, ahead = found.metrics[run.metric] or 0.0, (found.metrics[run.metric] or 0.0) - (found.metrics[rival] or 0.0)
    half = found.errors[f"{run.metric} - {rival}"]
    unit = run.measure.unit if run.measure else ""
    return Number(f"{value:.2f} {unit}, ahead of {run.rivals[rival]} by {ahead:+.2f} ± {half:.2f} on {len(rows)} pictures", ahead > half)


def told(task: str, taken: Taken, number: Number) -> None:
    """Prints a run."""
    promised = taken.promised
    print(
        f"{task}: promised {promised.low:.0f} to {promised.high:.0f} s, took {taken.seconds:.1f} s, off {taken.off:.2f} times", flush=True
    )
    print(f"  {taken.before:.1f} s before its first step, {taken.learning:.1f} s of learning, {taken.after:.1f} s after", flush=True)
    print(f"  {number.words}{'' if number.beyond else ': not beyond'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
