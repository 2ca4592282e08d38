"""Starting and stopping jobs: each is worked by a process of its own, the only writer of the job's folder. Nothing here loads torch.

A folder tells its state by itself: spec.json (what was asked), status.json (how it stands), `stop` (a request), log.txt.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import IO

from ssl_core.jobs.environment import child_environment
from ssl_core.jobs.spare import give_to_spare, look_after
from ssl_core.jobs.status import reached, status_of
from ssl_core.system.disk import disk_in_words, read_json, write_json

PROMISE = "stop_as_promised"  # a file in a job's folder


def begin_again(folder: Path) -> None:
    """Sets a job that ended back to queued; steps, metrics and measurements stay until the worker writes new ones."""
    if isinstance(raw := read_json(folder / "status.json"), dict):
        write_json(folder / "status.json", reached(raw)._replace(stage="waking up")._asdict())


_children: list[subprocess.Popen[bytes]] = []  # started by this process: a child that nobody waits for stays a zombie


@disk_in_words()
def start(folder: Path, **variables: str) -> None:
    """Has a job worked by a process of its own that outlives this one; nothing happens where the job is at work or done.

    The spare takes it where this process keeps one. variables: of that process's environment, beside those of this one.
    """
    reap()
    status = status_of(folder)
    if status.state in ("done", "running") or (status.state == "queued" and (folder / "started").exists()):
        return
    for request in ("stop", PROMISE):
        (folder / request).unlink(missing_ok=True)
    begin_again(folder)
    if (taken := give_to_spare(folder, child_environment(**variables))) is not None:
        (folder / "started").touch()
        _children.append(taken)
    else:
        _start_worker(folder, **variables)


def _start_worker(folder: Path, **variables: str) -> None:
    (folder / "started").touch()
    with open(folder / "log.txt", "ab") as log:
        command = [sys.executable, "-m", "ssl_core", "work", str(folder.resolve())]
        open_child(command, log, **variables)


def open_child(command: list[str], log: IO[bytes], **variables: str) -> subprocess.Popen[bytes]:
    """A process of this program that outlives this one and prints into `log`."""
    env = child_environment(**variables)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=env)
    _children.append(child)
    return child


@disk_in_words()
def stop(folder: Path) -> None:
    """Asks the worker to finish its step, save and end."""
    (folder / "stop").touch()


@disk_in_words()
def stop_as_promised(folder: Path) -> None:
    """Asks the worker of a run to save and end once the minutes that it was asked for are over."""
    (folder / PROMISE).touch()


def promise_asked(folder: Path) -> bool:
    """Whether somebody asked the worker to end at the minutes that were asked for."""
    return (folder / PROMISE).exists()


def stop_asked(folder: Path) -> bool:
    """Whether somebody asked the worker to end."""
    return (folder / "stop").exists()


def reap() -> None:
    """Waits for children that have ended, so that none stays a zombie; starts a worker for each job that a spare didn't take."""
    _children[:] = [child for child in _children if child.poll() is None]
    look_after(_start_worker)
