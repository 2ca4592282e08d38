"""The queue of jobs: of those in one slot one runs at a time, the oldest ticket first. Nothing here loads torch."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from ssl_core.system.processes import alive, born
from ssl_core.system.roots import runs_root

POLL = 0.25  # seconds between two reads of the queue


class LeftQueue(Exception):
    """A waiting job was asked to stop before its turn came."""


@contextmanager
def wait_in_line(slot: str, told: Callable[[int], object], stop_asked: Callable[[], bool]) -> Iterator[None]:
    """Waits for a slot; calls `told` with the number of jobs ahead whenever it changes (0: this job runs now).

    A ticket is a file named by number, pid and start of its process; tickets of dead processes don't count.

    Raises:
        LeftQueue: a stop was asked for while waiting.
    """
    line = runs_root() / ".queue" / slot
    line.mkdir(parents=True, exist_ok=True)
    ticket = _draw(line)
    try:
        last = -1
        while (place := _place(line, ticket)) > 0:
            if place != last:
                told(place)
                last = place
            if stop_asked():
                raise LeftQueue
            time.sleep(POLL)
        told(0)
        yield
    finally:
        ticket.unlink(missing_ok=True)


def occupied(slot: str) -> bool:
    """Whether a process works or waits in a slot."""
    line = runs_root() / ".queue" / slot
    return line.is_dir() and any(alive(int(pid), float(since)) for _, pid, since in (name.split("-") for name in _tickets(line)))


def _draw(line: Path) -> Path:
    """A new ticket: its number is above all others, also where the clock was set back since; a lock lets one process draw at a time."""
    with FileLock(line / ".lock"):
        last = max((int(name.partition("-")[0]) for name in _tickets(line)), default=0)
        ticket = line / f"{max(time.time_ns(), last + 1):020d}-{os.getpid()}-{born(os.getpid()):.2f}"
        ticket.touch()
    return ticket


def _tickets(line: Path) -> list[str]:
    return sorted(path.name for path in line.iterdir() if re.fullmatch(r"\d{20}-\d+-\d+\.\d+", path.name))


def _place(line: Path, ticket: Path) -> int:
    """How many older tickets there are whose process lives; tickets of dead processes are deleted."""
    ahead = 0
    for other in _tickets(line):
        if other == ticket.name:
            return ahead
        pid, born = other.split("-")[1:3]
        if alive(int(pid), float(born)):
            ahead += 1
        else:
            (line / other).unlink(missing_ok=True)
    return ahead
