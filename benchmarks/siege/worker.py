"""A training worker killed again and again, beside an undisturbed twin: their weights must be equal, bit by bit."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from ssl_core.jobs.status import status_of
from ssl_core.records.curve import curve
from ssl_core.records.runs import folder_of
from ssl_core.training.request import new_run, prolong
from tests.help.small import small_values

STEPS_A_KILL = 20
PATIENCE = 300.0  # seconds for a worker to reach a step


class Stand(NamedTuple):
    """What became of the killed run, beside its undisturbed twin."""

    at: list[int]  # the last step that was logged before each kill
    same_weights: bool
    same_losses: bool

    @property
    def held(self) -> bool:
        return self.same_weights and self.same_losses

    def line(self) -> str:
        """As a line of the table."""
        outcome = f"weights {'equal, bit by bit' if self.same_weights else 'differ'}; losses {'equal' if self.same_losses else 'differ'}"
        return f"| training, SIGKILL after steps {', '.join(map(str, self.at))} | {len(self.at)} | {outcome} | {told(self.held)} |"


def told(held: bool) -> str:
    """The last cell of a row: "holds", or "**lost**"."""
    return "holds" if held else "**lost**"


def besiege_worker(kills: int, chance: random.Random) -> Stand:
    """Trains one run undisturbed, and its twin with one kill in each of `kills` equal stretches of steps."""
    steps = STEPS_A_KILL * (kills + 1)
    whole, broken = (folder_of(new_run(small_values(steps=steps))) for _ in range(2))
    finish(whole)
    at = []
    for k in range(kills):
        at.append(killed(broken, STEPS_A_KILL * k + chance.randint(1, STEPS_A_KILL), chance.uniform(0, 0.05)))
        prolong(broken.name, None)
    finish(broken)
    one, two = status_of(whole), status_of(broken)
    return Stand(at, bool(one.weights) and one.weights == two.weights, losses(whole) == losses(broken))


def worker(folder: Path) -> subprocess.Popen[bytes]:
    """A worker as the app starts it."""
    with open(folder / "log.txt", "ab") as log:
        return subprocess.Popen([sys.executable, "-m", "ssl_core", "work", str(folder)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def finish(folder: Path) -> None:
    """Works a run to its end."""
    assert worker(folder).wait(PATIENCE) == 0 and status_of(folder).state == "done", status_of(folder).reason


def killed(folder: Path, step: int, later: float) -> int:
    """Has a run worked, and killed `later` seconds after it has logged a step; the last step that it had logged."""
    process, end = worker(folder), time.monotonic() + PATIENCE
    try:
        while last_step(folder) < step:
            assert process.poll() is None and time.monotonic() < end, (folder / "log.txt").read_text()
            time.sleep(0.005)
        time.sleep(later)
    finally:
        process.kill()
        process.wait()
    assert status_of(folder).state == "interrupted"
    return last_step(folder)


def last_step(folder: Path) -> int:
    """The last step in a run's log, 0 where there is none."""
    lines = curve(folder)
    return int(lines[-1]["step"]) if lines else 0


def losses(folder: Path) -> list[tuple[int, float]]:
    """Training losses by step."""
    return [(line["step"], line["train"]["loss"]) for line in curve(folder) if line["train"]]
