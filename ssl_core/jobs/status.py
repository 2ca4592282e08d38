"""How a job stands: a function of status.json, of whether its process lives, and of the age of its last heartbeat."""

from __future__ import annotations

import contextlib
import json
import math
import platform
import time
from pathlib import Path
from typing import Any, NamedTuple

from ssl_core.system.disk import read_json, write_json
from ssl_core.system.processes import alive

ACTIVE = ("queued", "running")
STATES = (*ACTIVE, "done", "stopped", "failed", "interrupted")
KEPT = ("step", "steps", "seconds", "weights", "metrics", "chance", "facts")  # of a job that is begun again
PATIENCE = 15.0  # seconds a started worker may take to write its first status
STALE = 60.0  # seconds without a heartbeat after which a worker on another machine counts as gone


class Status(NamedTuple):
    """How a job stands."""

    state: str = "queued"  # queued, running, done, stopped, failed, interrupted
    stage: str = ""  # in words: "reading pictures"
    step: int = 0
    steps: int = 0
    seconds: float = 0.0  # in the loop
    wall: float = 0.0  # from the worker's start
    speed: float = 0.0  # images a second
    left: float | None = None  # seconds to go, None as long as they can't be estimated
    done: int = 0  # of `of`, in a stage that counts something else than steps
    of: int = 0
    slow: float = 0.0  # how many times as long as in its trial a step takes; 0: not known
    place: int = 0  # jobs ahead in the queue, 0 = at work
    reason: str = ""
    warning: str = ""  # what goes wrong while the job goes on: a collapse, with what to try
    pid: int = 0
    born: float = 0.0  # when the process began: the system gives a pid to a later process again
    host: str = ""
    beat: float = 0.0  # time of the last heartbeat
    weights: str = ""  # digest of the finished weights
    metrics: dict[str, float | None] = {}  # held-out
    chance: dict[str, float] = {}
    facts: dict[str, Any] = {}  # what was measured on the way: device, precision, …
    stopping: bool = False  # whether somebody asked the job to end while it is at work or queued; never written by it

    @property
    def active(self) -> bool:
        """Whether the job is at work or queued."""
        return self.state in ACTIVE


SLOW = 1.5  # times as long as in its trial from which a run's steps count as slow


def far(status: Status) -> str:
    """How far a job is: "learning 12 of 400", "learning, step 12" without an end, "testing 256 of 2000"."""
    if status.of:
        return f"{status.stage} {status.done} of {status.of}"
    if status.steps:
        return f"{status.stage} {status.step} of {status.steps}"
    return f"{status.stage}, step {status.step}" if status.stage == "learning" else f"{status.stage or status.state}"


def slow_in_words(status: Status) -> str:
    """Where a run's steps take longer than in its trial: ", 1.8 times as slow as its trial"; "" elsewhere."""
    return f", {status.slow:.1f} times as slow as its trial" if status.slow >= SLOW else ""


def write_status(folder: Path, status: Status) -> None:
    """Writes status.json with the time of now as heartbeat; only the worker calls this."""
    write_json(folder / "status.json", status._replace(beat=time.time())._asdict())


def write_last_status(folder: Path, status: Status) -> None:
    """Overwrites status.json in place: on a full disk there is no space for a second file to replace it by."""
    with contextlib.suppress(OSError), open(folder / "status.json", "r+b") as file:
        file.write(json.dumps(status._asdict()).encode())
        file.truncate()


def status_of(folder: Path) -> Status:
    """How a job stands: a function of its files, of whether its process still lives, and of the heartbeat's age."""
    status = _standing(folder)
    return status._replace(stopping=status.active and (folder / "stop").exists())


def _standing(folder: Path) -> Status:
    raw = read_json(folder / "status.json")
    if not isinstance(raw, dict):
        return Status(stage="waking up") if _age(folder) < PATIENCE else Status(state="interrupted", reason="no worker ever reported")
    status = read_status(raw)
    if not status.active or _lives(status):
        return status
    if not status.pid and _age(folder) < PATIENCE:
        return status
    return status._replace(state="interrupted", reason=status.reason or "the worker ended without a word", left=None)


def read_status(raw: dict[str, Any]) -> Status:
    """A status from JSON; a value of a type that its field can't have is replaced by the default."""
    usual = Status()._asdict()
    known = {name: value for name, value in raw.items() if name in usual and _fits(value, usual[name])}
    for name in ("metrics", "chance"):
        known[name] = {key: value for key, value in known.get(name, {}).items() if value is None or _fits(value, 0.0)}
    status = Status(**known)
    return status if status.state in STATES else status._replace(state="interrupted")


def _fits(value: object, usual: object) -> bool:
    if usual is None or isinstance(usual, int | float):
        return (usual is None and value is None) or (isinstance(value, int | float) and math.isfinite(value))
    return isinstance(value, type(usual))


def _age(folder: Path) -> float:
    """Seconds since a job was asked for; PATIENCE where that lies in the future: then the clock was set back since."""
    marks = [folder / name for name in ("started", "spec.json") if (folder / name).exists()]
    age = time.time() - max((mark.stat().st_mtime for mark in marks), default=0.0)
    return age if age > -1 else PATIENCE


def _lives(status: Status) -> bool:
    if status.host and status.host != platform.node():
        return abs(time.time() - status.beat) < STALE
    return alive(status.pid, status.born)


def reached(raw: dict[str, Any]) -> Status:
    """The fields of a status that a job keeps when it is begun again."""
    return read_status({name: raw[name] for name in KEPT if name in raw})
