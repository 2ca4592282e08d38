"""From a click on Train to the first changed picture, stage by stage: `python -m benchmarks.awake [--task rotation] [--minutes 1]`.

Each run begins as the screen begins it and is stopped once its second look is stored. Beside the seconds since the click stand those that
the worker spent on the processor, which other work on the machine doesn't lengthen. The first run on an empty cache draws the pictures.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psutil

import ssl_core as core
from ssl_core.system.roots import cache_root

EACH = 0.005  # seconds between two looks into the run's folder
PATIENCE = 300.0  # seconds
NAMES = {"waking up": "the worker is there", "reading pictures": "reads pictures", "measuring": "measures", "learning": "learns"}
FEW = {"n_train": 600, "n_test": 64}
CHANGED = "first changed picture"


class Mark(NamedTuple):
    """When something was there for the first time."""

    what: str
    seconds: float  # since the click
    worker: float  # seconds of the worker on the processor


def main() -> None:
    """Prints the stages of each run, and of all runs but the first the median of the last stage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.awake", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--task", default="rotation")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--dataset", default="scenes")
    parser.add_argument("--few", action="store_true", help="600 pictures instead of all 12 000 of the scenes")
    parser.add_argument("--unknown", action="store_true", help="each run is the first of its kind: nothing was measured here before")
    parser.add_argument("--fresh", action="store_true", help="without a spare interpreter, as a terminal starts a run")
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    values = {"task": asked.task, "minutes": asked.minutes, "dataset": asked.dataset, **({"dataset_options": FEW} if asked.few else {})}
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SSL_RUNS=f"{folder}/runs", SSL_CACHE=f"{folder}/cache", SSL_NO_MAPS="1")
        last = [stages_in_words(first_looks(values, not asked.fresh, asked.unknown)) for _ in range(asked.times)]
    print(f"median of all but the first: {statistics.median(last[1:] or last):.2f} s to the {CHANGED}")


def changed_picture(part: float = 1.0, unknown: bool = False) -> float:
    """Seconds from a click on Train to the first changed picture, the median of runs after the first, in minutes on drawn scenes."""
    values = {"task": "rotation", "minutes": 1.0, "dataset_options": FEW}
    return statistics.median([first_looks(values, unknown=unknown)[-1].seconds for _ in range(1 + max(1, round(3 * part)))][1:])


def first_of_its_kind(part: float = 1.0) -> float:
    """The same where nothing was measured on this machine yet."""
    return changed_picture(part, unknown=True)


def stages_in_words(marks: list[Mark]) -> float:
    """Prints a run's stages; the seconds to the last one."""
    for mark in marks:
        print(f"{mark.seconds:7.2f} s  {mark.worker:6.2f} s of the worker's  {mark.what}", flush=True)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n", flush=True)
    return marks[-1].seconds


def first_looks(values: dict[str, Any], spare: bool = True, unknown: bool = False) -> list[Mark]:
    """Starts a run of these settings; its stages up to the first look after a step. It has ended when this returns.

    spare: a spare interpreter waits for it, as the app keeps one. unknown: what was measured on this machine before is forgotten.
    """
    if unknown:
        (cache_root() / "machine.json").unlink(missing_ok=True)
    _ = core.play  # torch is loaded, as in a server that is ready
    core.keep_spare() if spare else core.dismiss_spare()
    before, clicked = loaded() if spare else 0.0, time.perf_counter()
    folder = core.home_of(core.start_training(values))
    marks = [Mark("asked for", time.perf_counter() - clicked, 0.0)]
    try:
        while marks[-1].what != CHANGED:
            note(marks, folder, clicked, before)
            assert time.perf_counter() - clicked < PATIENCE and core.status_of(folder).state != "failed", core.status_of(folder).reason
            time.sleep(EACH)
    finally:
        core.stop(folder)
        wait_for(lambda: not core.status_of(folder).active)
        core.dismiss_spare()
        wait_for(alone)
    return marks


def alone() -> bool:
    """Whether no process of a run before is left: it would be taken for the spare interpreter."""
    core.reap()
    return not psutil.Process().children()


def loaded() -> float:
    """Waits until the spare interpreter has loaded everything: it sleeps for half a second. Its seconds on the processor."""
    child = next(each for each in psutil.Process().children() if each.cmdline()[-1] == "-")
    wait_for(lambda: rests(child))
    return of_processor(child.pid)


def rests(process: psutil.Process) -> bool:
    """Whether a process sleeps for half a second."""
    for _ in range(10):
        if process.status() != psutil.STATUS_SLEEPING:
            return False
        time.sleep(0.05)
    return True


def note(marks: list[Mark], folder: Path, clicked: float, before: float) -> None:
    """Adds what is there for the first time. before: seconds that the worker had spent on the processor before the click."""
    status, known = core.status_of(folder), {mark.what for mark in marks}
    stored = [int(path.stem) for path in (folder / "pictures").glob("*.json")]
    found = [name for stage, name in NAMES.items() if status.pid and status.stage == stage]
    found += ["first look"] if 0 in stored else []
    found += [CHANGED] if any(stored) else []
    for what in found:
        if what not in known:
            marks.append(Mark(what, time.perf_counter() - clicked, of_processor(status.pid) - before))


def of_processor(pid: int) -> float:
    """Seconds that a process has spent on the processor, 0 where it is gone."""
    try:
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)
    except psutil.Error:
        return 0.0


def wait_for(true: Callable[[], bool]) -> None:
    """Waits until a condition holds; an error after PATIENCE."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited for {PATIENCE:.0f} s in vain: this machine is too busy")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
