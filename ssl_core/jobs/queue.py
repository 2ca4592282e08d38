"""Who goes first: one job at a time a slot, the oldest ticket first. Nothing here loads torch."""

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

POLL = 0.25  # seconds between two looks at the line


class LeftQueue(Exception):
    """A waiting job was asked to stop before its turn came."""


@contextmanager
def wait_in_line(slot: str, told: Callable[[int], object], stop_asked: Callable[[], bool]) -> Iterator[None]:
    """Waits in line for a slot; `told` hears the place whenever it changes (0: it's this one's turn).

    A ticket is a file named by number, pid and start of its process; tickets of dead processes don't count.

    Raises:
        Left: where a stop was asked for while waiting.
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


def _draw(line: Path) -> Path:
    """A ticket behind all others, also where the clock was set back since; one process at a time draws."""
    with FileLock(line / ".lock"):
        last = max((int(name.partition("-")[0]) for name in _tickets(line)), default=0)
        ticket = line / f"{max(time.time_ns(), last + 1):020d}-{os.getpid()}-{born(os.getpid()):.2f}"
        ticket.touch()
    return ticket


def _tickets(line: Path) -> list[str]:
    return sorted(path.name for path in line.iterdir() if re.fullmatch(r"\d{20}-\d+-\d+\.\d+", path.name))


def _place(line: Path, ticket: Path) -> int:
    """How many living tickets are older."""
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
