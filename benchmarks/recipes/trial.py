"""One trial: a setting is timed, trained for its budget of processor time and measured; its answers are kept picture by picture.

Axes: S picture kept aside.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from benchmarks.recipes.settings import Searched, Setting
from ssl_core.evaluation.probe import probe_asked, read_arrays
from ssl_core.evaluation.protocol import Protocol
from ssl_core.jobs.report import SilentReporter
from ssl_core.jobs.worker import work
from ssl_core.models.targets import Target
from ssl_core.records.curve import curve
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.system.disk import read_json, write_json
from ssl_core.training.request import make_spec, new_run
from ssl_core.training.run import Training

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "cache" / "recipes"
BUDGET = 60.0  # seconds of one core
FIT, ASIDE = 5_000, 5_000  # pictures that probes are fitted on and tested on, both of train
PROBES = ("linear", "knn")
SPLITS = {"photographs": {}, "scenes": {"seed": 1, "n_test": ASIDE}}  # another album: its test pictures are no others' either
TIMED = 4.0  # seconds of steps that the time of a step is taken from
GOOD = 0.75  # share of held-out turns that a first visitor sees as learnt
QUIET = 0.2  # quantile of their times: a busy machine makes the others longer


class Trial(NamedTuple):
    """A setting of a method with a seed and its share of the budget."""

    method: Searched
    setting: Setting
    seed: int = 0
    share: float = 1.0  # 0: as long as its recipe says, and no probes

    @property
    def key(self) -> str:
        """The name of its files."""
        return f"{self.method.task}-{self.method.dataset}-{self.setting.name}-{self.seed}-{self.share:g}".replace(" ", "_").replace(",", "")


def prepare(place: str) -> None:
    """This process's folders and its one thread; pictures of CIFAR-10's train part, the last 500 of each class kept aside."""
    home = BUILD / "data" / "photographs"
    BUILD.mkdir(parents=True, exist_ok=True)
    if not home.exists():
        source = Path(os.environ["SSL_DATA"]) / "cifar10" / "train.zip"
        made = Path(tempfile.mkdtemp(dir=BUILD))
        with zipfile.ZipFile(source) as pictures:
            kinds: dict[str, list[str]] = {}
            for name in sorted(each for each in pictures.namelist() if not each.endswith("/")):
                kinds.setdefault(name.rpartition("/")[0], []).append(name)
            for names in kinds.values():
                for split, part in (("train", names[: -ASIDE // 10]), ("test", names[-ASIDE // 10 :])):
                    pictures.extractall(made / split, part)
        home.parent.mkdir(parents=True, exist_ok=True)
        made.rename(home)
    roots = {"SSL_RUNS": BUILD / place / "runs", "SSL_CACHE": BUILD / place / "cache", "SSL_DATA": BUILD / "data"}
    os.environ.update({name: str(path) for name, path in roots.items()}, SSL_NO_MAPS="1")
    torch.set_num_threads(1)


def values_of(trial: Trial) -> dict[str, Any]:
    """The request of a trial's run but its length."""
    made = {**trial.method.values(trial.setting), "seed": trial.seed}
    return {**made, "dataset_options": SPLITS[trial.method.dataset]}


def seconds_a_step(trial: Trial) -> float:
    """Processor time of a training step of this setting on one thread: a low quantile over 4 s of steps, kept for its other seeds."""
    kept = pace_of(trial)
    if not kept.exists():
        time_together([trial])
    return float(read_json(kept, None))


def pace_of(trial: Trial) -> Path:
    """Where the time of a step of this setting is kept."""
    return BUILD / "pace" / f"{Trial(trial.method, trial.setting).key}.json"


def time_together(trials: Sequence[Trial]) -> None:
    """Times steps of the settings that weren't timed yet, a step of each in turn: what else runs on this machine slows all alike."""
    trials = [trial for trial in trials if not pace_of(trial).exists()]
    if not trials:
        return
    with tempfile.TemporaryDirectory() as folder:
        runs = [Training(Path(folder), make_spec({**values_of(trial), "steps": 10_000}), SilentReporter()) for trial in trials]
        for run in runs:
            run.refresh()
        times: list[list[float]] = [[] for _ in runs]
        while min(map(sum, times)) < TIMED or len(times[0]) < 12:
            for run, spent in zip(runs, times, strict=True):
                began = time.process_time()
                run.one_step()
                spent.append(time.process_time() - began)
        for run in runs:
            run.close()
    (BUILD / "pace").mkdir(parents=True, exist_ok=True)
    for trial, spent in zip(trials, times, strict=True):
        write_json(pace_of(trial), float(np.quantile(spent[2:], QUIET)))


def scores(run: str) -> dict[str, np.ndarray]:
    """Whether each picture kept aside was right, by probe."""
    found = {}
    for probe in PROBES:
        asked = probe_asked(Target.parse(run), Protocol(probe, train=FIT, test=ASIDE))
        status = work(asked.ask())
        assert status.state == "done", status.reason
        found[probe] = read_arrays(asked.folder)["right"]
    return found


def tried(trial: Trial) -> dict[str, Any]:
    """Trains and measures a trial; its record, with its answers beside in `right/KEY.npz`."""
    pace = seconds_a_step(trial)
    length = {"steps": max(1, round(trial.share * BUDGET / pace))} if trial.share else {}
    folder = folder_of(new_run({**values_of(trial), **length}))
    status, lines = work(folder), curve(folder)
    right = scores(folder.name) if status.state == "done" and trial.share else {}
    metric = spec_of(folder).metric
    record = {
        "method": trial.method.task,
        "setting": trial.setting.name,
        "seed": trial.seed,
        "share": trial.share,
        "step_ms": round(1000 * pace, 2),
        "steps": status.steps,
        "state": status.state,
        "reason": status.reason,
        "metric": metric,
        "held_out": status.metrics.get(metric),
        "good_at": good_at(lines, metric),
        **{probe: round(float(right_S.mean()), 4) for probe, right_S in right.items()},
        "commit": subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip(),
    }
    (BUILD / "right").mkdir(parents=True, exist_ok=True)
    np.savez_compressed(BUILD / "right" / f"{trial.key}.npz", **right)  # type: ignore[arg-type]  # its flags are keywords too
    shutil.rmtree(folder)
    return record


def good_at(lines: list[dict[str, Any]], metric: str) -> int | None:
    """The first step at which the metric on held-out pictures is at least GOOD; None where it never is."""
    looks = ((line["step"], line["test"][metric]) for line in lines if line["test"] and line["test"].get(metric) is not None)
    return next((step for step, value in looks if value >= GOOD), None)
