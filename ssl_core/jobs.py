"""Jobs: what was asked, in a folder of its own, worked outside the page by one writer. Nothing here loads torch.

A folder tells its state by itself: spec.json (what was asked), status.json (how it stands), `stop` (a request), log.txt.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import math
import os
import platform
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ssl_core.places import cache_root, runs_root
from ssl_core.processes import alive
from ssl_core.settings import SettingsError

VERSION = 1  # of the job folder; a newer one is refused in words
ACTIVE = ("queued", "running")
STATES = (*ACTIVE, "done", "stopped", "failed", "interrupted")
KINDS = ("data", "fetch", "train", "embed", "probe", "explain", "project")
KEPT = ("step", "steps", "seconds", "weights", "metrics", "chance", "facts")  # of a job that is begun again
PATIENCE = 15.0  # seconds a started worker may take to write its first status
FULL = (errno.ENOSPC, errno.EDQUOT)
SHUT = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)
FULL_WORDS = ("no space left", "failed writing", "unexpected pos", "requested and")  # safetensors, torch and numpy say it without a number
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
    left: float | None = None  # seconds, None where nobody knows yet
    place: int = 0  # in the queue, 0 = at work
    reason: str = ""
    warning: str = ""  # what is going wrong though it goes on: a collapse, with what to try
    pid: int = 0
    born: float = 0.0  # start time of the process: a pid alone is used again
    host: str = ""
    beat: float = 0.0  # time of the last heartbeat
    weights: str = ""  # digest of the finished weights
    metrics: dict[str, float | None] = {}  # held-out
    chance: dict[str, float] = {}
    facts: dict[str, Any] = {}  # what was measured on the way: device, precision, …

    @property
    def active(self) -> bool:
        """Whether somebody works on it, or will."""
        return self.state in ACTIVE


def leads() -> bool:
    """Whether this process speaks and writes: of those that `torchrun` started, the first."""
    return int(os.environ.get("WORLD_SIZE", 1)) == 1 or os.environ.get("RANK") == "0"


def disk_fault(error: BaseException) -> str:
    """Why the disk refused, in a sentence with a remedy; "" where it wasn't the disk."""
    untyped = getattr(error, "errno", None) is None and any(words in str(error).lower() for words in FULL_WORDS)
    if untyped or (isinstance(error, OSError) and error.errno in FULL):
        return "The disk is full. Make room (Runs → Clear caches helps), then resume or start again."
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return f"'{str(error.filename)[:60]}…' is too long for the name of a file. Choose a shorter one."
    if isinstance(error, OSError) and error.errno in SHUT:
        return f"'{error.filename}' can't be written. Choose another folder with SSL_RUNS or SSL_CACHE."
    return ""


@contextlib.contextmanager
def disk_in_words() -> Iterator[None]:
    """Inside, what the disk refuses becomes a sentence with a remedy."""
    try:
        yield
    except OSError as error:
        if told := disk_fault(error):
            raise SettingsError(told) from error
        raise


def write_json(path: Path, value: Any) -> None:
    """Replaces a file in one step: a reader sees the old text or the new, never half of one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(part, "w", encoding="utf-8") as file:
            json.dump(value, file, indent=1, allow_nan=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)  # on a full disk what is left behind would take the room of the next try
        raise


def read_json(path: Path, default: Any = None) -> Any:
    """The value in a JSON file; `default` where there is none or it can't be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return default


def write_status(folder: Path, status: Status) -> None:
    """The worker's word on how its job stands, with a heartbeat."""
    write_json(folder / "status.json", status._replace(beat=time.time())._asdict())


def write_last_status(folder: Path, status: Status) -> None:
    """The worker's last word where the disk has no room for a second file: into the place that the first one holds."""
    with contextlib.suppress(OSError), open(folder / "status.json", "r+b") as file:
        file.write(json.dumps(status._asdict()).encode())
        file.truncate()


def status_of(folder: Path) -> Status:
    """How a job stands: a function of its files, of whether its process still lives, and of the heartbeat's age."""
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
    """A status from JSON; a value of a kind that it can't have counts as not said."""
    usual = Status()._asdict()
    known = {name: value for name, value in raw.items() if name in usual and _fits(value, usual[name])}
    for name in ("metrics", "chance"):
        known[name] = {key: value for key, value in known.get(name, {}).items() if value is None or _fits(value, 0.0)}
    status = Status(**known)
    return status if status.state in STATES else status._replace(state="interrupted")


def _fits(value: Any, usual: Any) -> bool:
    if usual is None or isinstance(usual, int | float):
        return (usual is None and value is None) or (isinstance(value, int | float) and math.isfinite(value))
    return isinstance(value, type(usual))


def _age(folder: Path) -> float:
    """Seconds since a job was asked for; a moment in the future tells of a clock that was set back, not of a young job."""
    marks = [folder / name for name in ("started", "spec.json") if (folder / name).exists()]
    age = time.time() - max((mark.stat().st_mtime for mark in marks), default=0.0)
    return age if age > -1 else PATIENCE


def _lives(status: Status) -> bool:
    if status.host and status.host != platform.node():
        return abs(time.time() - status.beat) < STALE
    return alive(status.pid, status.born)


# Asking, starting, stopping


def job_name(kind: str, request: dict[str, Any]) -> str:
    """The folder's name of a request: the same words, the same name."""
    text = json.dumps(request, sort_keys=True)
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


@disk_in_words()
def ask(kind: str, request: dict[str, Any], home: Path) -> Path:
    """The folder of a job below `home`; the same request is the same folder. It isn't started."""
    assert kind in KINDS, kind
    folder = home / "jobs" / job_name(kind, request)
    if not (folder / "spec.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "spec.json", {"kind": kind, "version": VERSION, "created": time.time(), **request})
    return folder


def begin_again(folder: Path) -> None:
    """Makes a job that ended one that waits; what it had reached and measured stays until it says otherwise."""
    if isinstance(raw := read_json(folder / "status.json"), dict):
        write_json(folder / "status.json", reached(raw)._replace(stage="waking up")._asdict())


def reached(raw: dict[str, Any]) -> Status:
    """What a job that is begun again keeps of its status."""
    return read_status({name: raw[name] for name in KEPT if name in raw})


_children: list[subprocess.Popen[bytes]] = []  # ours to reap: an unwaited child stays a zombie


@disk_in_words()
def start(folder: Path) -> None:
    """Has a job worked by a fresh process that outlives this one; nothing happens where one is at work or it is done."""
    reap()
    status = status_of(folder)
    if status.state in ("done", "running") or (status.state == "queued" and (folder / "started").exists()):
        return
    (folder / "stop").unlink(missing_ok=True)
    begin_again(folder)
    (folder / "started").touch()
    with open(folder / "log.txt", "ab") as log:
        command = [sys.executable, "-m", "ssl_core", "work", str(folder.resolve())]
        where = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, [where, os.environ.get("PYTHONPATH")]))
        roots = {"SSL_RUNS": str(runs_root().resolve()), "SSL_CACHE": str(cache_root().resolve())}
        env = {**os.environ, "PYTHONPATH": path, **roots, "WORLD_SIZE": "1"}  # by itself, also beside a run of several processes
        adopt(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=env))


@disk_in_words()
def stop(folder: Path) -> None:
    """Asks the worker to finish its step, save and end."""
    (folder / "stop").touch()


def stop_asked(folder: Path) -> bool:
    """Whether somebody asked the worker to end."""
    return (folder / "stop").exists()


def adopt(child: subprocess.Popen[bytes]) -> None:
    """Has a process that was started here noticed when it ends."""
    _children.append(child)


def reap() -> None:
    """Takes note of ended children, so that none stays a zombie."""
    _children[:] = [child for child in _children if child.poll() is None]


def disk_use(folder: Path) -> int:
    """Bytes of a file, or below a folder; what goes meanwhile doesn't count."""
    total = 0
    for path in [str(folder), *(os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)]:
        with contextlib.suppress(OSError):
            facts = os.lstat(path)
            total += facts.st_size if stat.S_ISREG(facts.st_mode) else 0
    return total
