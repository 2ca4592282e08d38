"""A spare interpreter: a process that has imported what a training needs, and waits for one. Importing torch takes seconds.

The app keeps one at most, a child of its own, and hands it the folder of the next training through a pipe. From then on the spare is the
worker that `start` would have started, with the same environment, working folder, priority and log. Where it doesn't take the job, for
whatever reason, `start` starts a worker as usual: so too where the spare still imports, since it couldn't report a status until it has.

A spare leaves when the app ends, after IDLE seconds, when the program's files have changed since it began, and when memory gets short.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import psutil

from ssl_core.jobs.environment import child_environment
from ssl_core.jobs.kinds import KINDS, function_at, kind_of
from ssl_core.jobs.queue import occupied
from ssl_core.system.disk import read_json
from ssl_core.system.processes import program

IDLE = 600.0  # seconds without a job after which a spare leaves
CHECK = 3.0  # seconds between two looks at memory and at the program's files: a look takes milliseconds
FREE, SHORT = 2 * 2**30, 2**30  # bytes of free memory below which no spare is started, and below which one leaves
READY = 1  # the file descriptor to which a spare writes once it has imported everything
KIND = "train"  # of the jobs that a spare works


class Spare:
    """A spare process, as the process that started it knows it."""

    def __init__(self) -> None:
        self.like = _like(child_environment())
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ssl_core", "work", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=child_environment(),
        )

    def there(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def ready(self) -> bool:
        """Whether the process has imported everything: then it has written to its stdout."""
        assert self.process.stdout is not None
        return bool(select.select([self.process.stdout], [], [], 0)[0])

    def tell(self, text: bytes) -> bool:
        """Writes into the process's stdin and closes its pipes; whether that could be written."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdout.close()
        try:
            self.process.stdin.write(text)
            self.process.stdin.close()
        except OSError:  # the process has ended
            return False
        return True

    def end(self) -> None:
        """Ends the process at once: it holds nothing."""
        self.process.kill()
        self.tell(b"")
        self.process.wait()


def _like(environment: Mapping[str, str]) -> tuple[object, ...]:
    """What a process takes over from the one that starts it: environment, working folder, priority, cores."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    return dict(environment), os.path.realpath("."), os.nice(0), cores


class Handed(NamedTuple):
    """A job that was handed to a spare whose first status isn't there yet."""

    folder: Path
    process: subprocess.Popen[bytes]


class Keeper:
    """The spare of this process, and the jobs that its spares were handed."""

    def __init__(self) -> None:
        self.lock, self.wanted = threading.Lock(), False
        self.spare: Spare | None = None
        self.handed: list[Handed] = []


_keeper = Keeper()


def keep_spare() -> None:
    """From now on this process keeps a spare. Nothing happens where SSL_NO_SPARE=1 is set, and where a process can't wait for a pipe."""
    _keeper.wanted = os.name == "posix" and not os.environ.get("SSL_NO_SPARE")
    renew_spare()


def renew_spare() -> None:
    """Starts a spare where one is kept and none is there; not while a training is at work, which needs the cores, or memory is short."""
    with _keeper.lock:
        if not _keeper.wanted or (_keeper.spare and _keeper.spare.there()):
            return
        _keeper.spare = None if occupied(KINDS[KIND].slot) or psutil.virtual_memory().available < FREE else Spare()


def dismiss_spare() -> None:
    """Sends the spare away; this process keeps none any more."""
    with _keeper.lock:
        spare, _keeper.spare, _keeper.wanted = _keeper.spare, None, False
        if spare:
            spare.end()


def give_to_spare(folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes] | None:
    """Gives a job to the spare; its process, None where none is there that is as a worker with this environment would be."""
    kind = kind_of(folder)
    with _keeper.lock:
        _take_back(folder)
        spare = _keeper.spare
        if spare is None or kind is not KINDS[KIND] or spare.like != _like(environment):
            return None
        _keeper.spare = None
        if not spare.ready():
            spare.end()
            return None
        if not spare.there() or not spare.tell(os.fsencode(folder.resolve()) + b"\0"):
            return None
        _keeper.handed.append(Handed(folder, spare.process))
        return spare.process


def _take_back(folder: Path) -> None:
    """Ends a spare that was handed this job before and never reported: two processes mustn't work one job."""
    for each in _keeper.handed:
        if each.folder == folder and not _reported(each):
            each.process.kill()
    _keeper.handed = [each for each in _keeper.handed if each.folder != folder]


def look_after(start: Callable[[Path], object]) -> None:
    """Calls `start` with each job that its spare hasn't taken: it ended before its first status."""
    with _keeper.lock:
        lost = [each for each in _keeper.handed if each.process.poll() is not None and not _reported(each)]
        _keeper.handed = [each for each in _keeper.handed if not _reported(each) and each not in lost]
    for each in lost:
        if (each.folder / "spec.json").exists():
            start(each.folder)


def _reported(handed: Handed) -> bool:
    status = read_json(handed.folder / "status.json")
    return isinstance(status, dict) and status.get("pid") == handed.process.pid


# In the spare


def wait_for_job(source: int = 0, idle: float = IDLE) -> Path | None:
    """Loads what a training needs, then waits for a job; its folder, None where this process is to end.

    source: the file descriptor from which the folder is read.
    """
    began, kind = program(), KINDS[KIND]  # the program as it was before anything was imported
    os.nice(max(0, kind.niceness - os.nice(0)))  # as the worker would; until then nobody waits for this process
    for path in (kind.work, kind.read):
        function_at(path)
    function_at(kind.load)()
    os.write(READY, b"\n")
    until = time.monotonic() + idle
    while not select.select([source], [], [], min(CHECK, idle))[0]:
        if time.monotonic() > until or program() != began or psutil.virtual_memory().available < SHORT:
            return None
    told = _read_whole(source)
    return Path(os.fsdecode(told[:-1])) if told.endswith(b"\0") and program() == began else None


def _read_whole(source: int) -> bytes:
    told = b""
    while part := os.read(source, 4096):
        told += part
    return told


def become_worker(folder: Path) -> None:
    """Makes this process's streams and arguments those of a worker that was started for the job."""
    with open(os.devnull, "rb") as nothing, open(folder / "log.txt", "ab") as log:
        for file, stream in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(file.fileno(), stream)
    sys.argv[-1] = str(folder)
