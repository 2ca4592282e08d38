"""Waiting for a job with a progress bar: one line that is rewritten in a terminal and in a notebook, a line a stage elsewhere."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TextIO

from ssl_core.jobs.start import reap
from ssl_core.jobs.status import Status, far, slow_in_words, status_of

POLL = 0.2  # seconds between two looks at a job's status
CELLS = 24  # of the bar


class Bar:
    """A job's status as one line: its stage, a bar, and the time that is left."""

    def __init__(self, title: str, shown: bool = True) -> None:
        notebook = "ipykernel" in sys.modules  # standard error is shown on red there
        self.title, self.shown, self.stream = title, shown, sys.stdout if notebook else sys.stderr
        self.rewrites, self.longest, self.last = notebook or self.stream.isatty(), 0, ""

    def show(self, status: Status) -> None:
        """Rewrites the line, or begins a new one at a new stage where lines can't be rewritten."""
        if not self.shown:
            return
        if self.rewrites:
            self._rewrite(line_of(self.title, status), self.stream)
        elif status.stage and status.stage != self.last:
            self.last = status.stage
            print(f"{self.title}: {status.stage}", file=self.stream, flush=True)

    def say(self, words: str) -> None:
        """A last sentence in the place of the line."""
        if not self.shown:
            return
        if self.rewrites:
            self._rewrite(words, self.stream)
            self.stream.write("\n")
        else:
            self.stream.write(f"{words}\n")
        self.stream.flush()

    def _rewrite(self, line: str, stream: TextIO) -> None:
        stream.write(f"\r{line.ljust(self.longest)}")
        stream.flush()
        self.longest = max(self.longest, len(line))


def line_of(title: str, status: Status) -> str:
    """ "simclr-1: learning ██████░░░░ 120 of 400, 512 pictures a second, 12 s left"."""
    speed = f", {status.speed:.0f} pictures a second" if status.speed else ""
    if status.of or not status.steps:  # no step of a known number of steps: testing, or a run until it is stopped
        return f"{title}: {far(status)}{speed if status.stage == 'learning' else ''}"
    full = round(CELLS * min(1.0, status.step / status.steps))
    left = f", {time_of(status.left)} left" if status.left else ""
    bar = f"{'█' * full}{'░' * (CELLS - full)}"
    return f"{title}: {status.stage} {bar} {status.step} of {status.steps}{speed}{left}{slow_in_words(status)}"


def time_of(seconds: float) -> str:
    """ "8 s", "3 min 5 s", "2 h 10 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


def until_ended(folder: Path, bar: Bar) -> Status:
    """Waits until a job is neither at work nor in line; its status then. Ctrl-C ends the waiting, never the job."""
    while (status := status_of(folder)).active:
        bar.show(status)
        time.sleep(POLL)
        reap()  # an ended child of this process would count as alive until somebody takes note of it
    return status
