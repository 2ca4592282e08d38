"""Jobs: what was asked, in a folder of its own, worked outside the page by one writer. Nothing here loads torch.

A folder tells its state by itself: spec.json (what was asked), status.json (how it stands), `stop` (a request), log.txt.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from ssl_core.settings import SettingsError

VERSION = 1  # of the job folder; a newer one is refused in words
ACTIVE = ("queued", "running")
KINDS = ("data", "train", "embed", "probe", "explain", "project")
STARTER = Path(__file__).resolve().parent.parent / "assets" / "starter"
PATIENCE = 15.0  # seconds a started worker may take to write its first status
STALE = 60.0  # seconds without a heartbeat after which a worker on another machine counts as gone


def runs_root() -> Path:
    """Where runs live: SSL_RUNS, else runs/ in the working folder."""
    return Path(os.environ.get("SSL_RUNS") or "runs").expanduser()


def cache_root() -> Path:
    """Where everything that can be rebuilt lives: SSL_CACHE, else cache/ in the working folder."""
    return Path(os.environ.get("SSL_CACHE") or "cache").expanduser()


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


def write_json(path: Path, value: Any) -> None:
    """Replaces a file in one step: a reader sees the old text or the new, never half of one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with open(part, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1, allow_nan=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def read_json(path: Path, default: Any = None) -> Any:
    """The value in a JSON file; `default` where there is none or it can't be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return default


def write_status(folder: Path, status: Status) -> None:
    """The worker's word on how its job stands, with a heartbeat."""
    write_json(folder / "status.json", status._replace(beat=time.time())._asdict())


def status_of(folder: Path) -> Status:
    """How a job stands: a function of its files, of whether its process still lives, and of the heartbeat's age."""
    raw = read_json(folder / "status.json")
    if not isinstance(raw, dict):
        return Status(state="interrupted", reason="no worker ever reported") if _age(folder) > PATIENCE else Status(stage="waking up")
    status = Status(**{key: value for key, value in raw.items() if key in Status._fields})
    if not status.active or _lives(status):
        return status
    if not status.pid and _age(folder) < PATIENCE:
        return status
    return status._replace(state="interrupted", reason=status.reason or "the worker ended without a word", left=None)


def _age(folder: Path) -> float:
    marks = [folder / name for name in ("started", "spec.json") if (folder / name).exists()]
    return time.time() - max((mark.stat().st_mtime for mark in marks), default=0.0)


def _lives(status: Status) -> bool:
    if status.host and status.host != platform.node():
        return abs(time.time() - status.beat) < STALE
    return alive(status.pid, status.born)


def alive(pid: int, born: float) -> bool:
    """Whether the process with this pid *and* start time runs; a zombie doesn't."""
    try:
        process = psutil.Process(pid) if pid else None
        return process is not None and abs(process.create_time() - born) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def me() -> dict[str, Any]:
    """This process as a status names it."""
    return {"pid": os.getpid(), "born": psutil.Process().create_time(), "host": platform.node()}


# Asking, starting, stopping


def ask(kind: str, request: dict[str, Any], home: Path) -> Path:
    """The folder of a job below `home`; the same request is the same folder. It isn't started."""
    assert kind in KINDS, kind
    text = json.dumps(request, sort_keys=True)
    folder = home / "jobs" / f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    if not (folder / "spec.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "spec.json", {"kind": kind, "version": VERSION, "created": time.time(), **request})
    return folder


_children: list[subprocess.Popen[bytes]] = []  # ours to reap: an unwaited child stays a zombie


def start(folder: Path) -> None:
    """Has a job worked by a fresh process that outlives this one; nothing happens where one is at work or it is done."""
    reap()
    status = status_of(folder)
    if status.state in ("done", "running") or (status.state == "queued" and (folder / "started").exists()):
        return
    for old in ("stop", "status.json"):
        (folder / old).unlink(missing_ok=True)
    (folder / "started").touch()
    with open(folder / "log.txt", "ab") as log:
        command = [sys.executable, "-m", "ssl_core", "work", str(folder.resolve())]
        where = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, [where, os.environ.get("PYTHONPATH")]))
        roots = {"SSL_RUNS": str(runs_root().resolve()), "SSL_CACHE": str(cache_root().resolve())}
        _children.append(
            subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env={**os.environ, "PYTHONPATH": path, **roots}
            )
        )


def stop(folder: Path) -> None:
    """Asks the worker to finish its step, save and end."""
    (folder / "stop").touch()


def stop_asked(folder: Path) -> bool:
    """Whether somebody asked the worker to end."""
    return (folder / "stop").exists()


def reap() -> None:
    """Takes note of ended children, so that none stays a zombie."""
    _children[:] = [child for child in _children if child.poll() is None]


def reconcile() -> int:
    """Writes "interrupted" into every run whose worker died while nobody looked; how many there were."""
    reap()
    gone = 0
    for folder in run_folders():
        status = status_of(folder)
        if status.state == "interrupted" and os.access(folder, os.W_OK):
            raw = read_json(folder / "status.json", {})
            if raw.get("state") != "interrupted":
                write_json(folder / "status.json", status._asdict())
                gone += 1
    return gone


# Runs


class Run(NamedTuple):
    """A training run as lists and pages see it."""

    id: str
    folder: Path
    title: str
    spec: dict[str, Any]
    status: Status
    starter: bool

    @property
    def task(self) -> str:
        return str(self.spec.get("task", ""))

    @property
    def dataset(self) -> str:
        return str(self.spec.get("dataset", ""))

    @property
    def backbone(self) -> str:
        return str(self.spec.get("backbone", ""))


def run_folders(starters: bool = False) -> list[Path]:
    """Folders of all runs, the newest first; starter runs after them."""
    own = [path.parent for path in runs_root().glob("*/spec.json") if not path.parent.name.startswith(".")]
    own = sorted((f for f in own if f.name not in ("sets",)), key=lambda f: (read_json(f / "spec.json", {}) or {}).get("created", 0), reverse=True)
    hidden = set(read_json(runs_root() / ".hidden.json", []))
    shipped = [path.parent for path in sorted(STARTER.glob("*/spec.json")) if path.parent.name not in hidden]
    order = read_json(STARTER / "order.json", [])
    shipped.sort(key=lambda f: order.index(f.name) if f.name in order else len(order))
    return own + (shipped if starters else [])


def runs(starters: bool = True) -> list[Run]:
    """All runs, the newest first, starter runs last; a folder that can't be read is left out."""
    reap()
    return [run for run in (_run(folder) for folder in run_folders(starters)) if run is not None]


def run(name: str) -> Run:
    """One run by its name.

    Raises:
        SettingsError: where there is no such run.
    """
    found = _run(folder_of(name))
    if found is None:
        raise SettingsError(f"The run '{name[:60]}' can't be read: its spec.json is missing or broken.")
    return found


def folder_of(name: str) -> Path:
    """The folder of a run by its name; names never leave the runs' folder."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", name):
        for folder in (runs_root() / name, STARTER / name):
            if (folder / "spec.json").exists():
                return folder
    known = ", ".join(folder.name for folder in run_folders(starters=True)[:8])
    raise SettingsError(f"There is no run '{name[:60]}'. There are: {known or 'none yet'}.")


def _run(folder: Path) -> Run | None:
    spec = read_json(folder / "spec.json")
    if not isinstance(spec, dict) or spec.get("kind") != "train":
        return None
    title = read_json(folder / "title.json") or spec.get("title") or folder.name
    return Run(folder.name, folder, str(title), spec, status_of(folder), folder.parent == STARTER)


def new_run_folder(task: str) -> Path:
    """A fresh folder `task-1`, `task-2`, …: a number is never used twice, not even after a run was deleted."""
    root = runs_root()
    root.mkdir(parents=True, exist_ok=True)
    taken = [path.name for path in (*root.iterdir(), *(root / ".trash").glob("*"))]
    number = 1 + max((int(m[1]) for m in (re.fullmatch(rf"{re.escape(task)}-(\d+)", name) for name in taken) if m), default=0)
    while True:
        try:
            (root / f"{task}-{number}").mkdir()
            return root / f"{task}-{number}"
        except FileExistsError:
            number += 1


def home_of(run_or_target: str) -> Path:
    """Where what is asked of a run or baseline later is kept: the run's own folder; the cache for starter runs and baselines."""
    try:
        folder = folder_of(run_or_target)
        if folder.parent != STARTER:
            return folder
    except SettingsError:
        pass
    return cache_root() / "targets" / hashlib.sha256(run_or_target.encode()).hexdigest()[:16]


def rename(name: str, title: str) -> None:
    """Gives a run another title."""
    title = " ".join(title.split())[:80]
    if not title:
        raise SettingsError("A run's title must have at least one letter. Got nothing.")
    write_json(_own(name) / "title.json", title)


def delete(name: str) -> None:
    """Takes a run out of the list; `undelete` brings it back. A starter run is hidden."""
    folder = folder_of(name)
    root = runs_root()
    if folder.parent == STARTER:
        write_json(_made(root) / ".hidden.json", sorted({*read_json(root / ".hidden.json", []), name}))
        return
    if status_of(folder).active:
        raise SettingsError(f"The run '{name}' is at work. Stop it first.")
    shutil.move(str(folder), str(_made(root / ".trash") / name))


def undelete(name: str) -> None:
    """Brings a deleted run back."""
    root = runs_root()
    hidden = read_json(root / ".hidden.json", [])
    if name in hidden:
        write_json(root / ".hidden.json", [other for other in hidden if other != name])
        return
    if not re.fullmatch(r"[\w.-]{1,100}", name) or not (root / ".trash" / name).exists():
        raise SettingsError(f"There is no deleted run '{name[:60]}'.")
    shutil.move(str(root / ".trash" / name), str(root / name))


def disk_use(folder: Path) -> int:
    """Bytes below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def clear_caches() -> int:
    """Deletes everything that can be rebuilt, and deleted runs for good; bytes won."""
    won = 0
    busy = any(status_of(path.parent).active for path in cache_root().rglob("spec.json")) or any(r.status.active for r in runs(False))
    if busy:
        raise SettingsError("Something is at work. Stop it, or wait, then clear the caches.")
    for folder in (cache_root(), runs_root() / ".trash"):
        if folder.exists():
            won += disk_use(folder)
            shutil.rmtree(folder, ignore_errors=True)
    return won


def _own(name: str) -> Path:
    folder = folder_of(name)
    if folder.parent == STARTER:
        raise SettingsError(f"The run '{name}' came with the program and can't be changed.")
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def curve(folder: Path) -> list[dict[str, Any]]:
    """The lines of metrics.jsonl; a torn last line is left out."""
    lines: list[dict[str, Any]] = []
    try:
        text = (folder / "metrics.jsonl").read_text(encoding="utf-8")
    except OSError:
        return []
    for line in text.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            continue
    return lines
