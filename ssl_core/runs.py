"""Runs: the folders of training jobs as a list a person keeps. Nothing here loads torch."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock

from ssl_core.jobs import Status, cache_root, disk_in_words, disk_use, read_json, reap, runs_root, status_of, write_json
from ssl_core.places import cached
from ssl_core.settings import SettingsError
from ssl_core.specs import listed

STARTER = Path(__file__).resolve().parent.parent / "assets" / "starter"
NAME = re.compile(r"[A-Za-z0-9][\w.() +-]{0,99}")  # of a run's folder; a copied one may be called "rotation-1 (copy)"
PARTS = ("train", "test")  # of a line of metrics


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
    own = [path.parent for path in runs_root().glob("*/spec.json") if NAME.fullmatch(path.parent.name) and path.parent.name != "sets"]
    own.sort(key=_created, reverse=True)
    hidden = _hidden()
    shipped = [path.parent for path in sorted(STARTER.glob("*/spec.json")) if path.parent.name not in hidden]
    order = read_json(STARTER / "order.json", [])
    shipped.sort(key=lambda f: order.index(f.name) if f.name in order else len(order))
    return own + (shipped if starters else [])


def _created(folder: Path) -> float:
    created = _spec(folder).get("created")
    return float(created) if isinstance(created, int | float) else 0.0


def _spec(folder: Path) -> dict[str, Any]:
    """What spec.json says, {} where it can't be read. A list of a thousand is read at every page: a file is parsed once."""
    try:
        facts = os.stat(f"{folder}/spec.json")
    except OSError:
        return {}
    return dict(_parsed(f"{folder}/spec.json", facts.st_mtime_ns, facts.st_size, facts.st_ino))


@lru_cache(maxsize=4096)
def _parsed(path: str, changed: int, size: int, inode: int) -> dict[str, Any]:
    spec = read_json(Path(path))
    return spec if isinstance(spec, dict) else {}


def _hidden() -> set[str]:
    """Starter runs that a person took out of the list."""
    names = read_json(runs_root() / ".hidden.json", [])
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()


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
    if NAME.fullmatch(name):
        for folder in (runs_root() / name, STARTER / name):
            if (folder / "spec.json").exists():
                return folder
    known = ", ".join(folder.name for folder in run_folders(starters=True)[:8])
    raise SettingsError(f"There is no run '{name[:60]}'. There are: {known or 'none yet'}.")


def _run(folder: Path) -> Run | None:
    spec = _spec(folder)
    if spec.get("kind") != "train":
        return None
    said, fault = listed(spec, folder.name)
    title = read_json(folder / "title.json")
    title = title if isinstance(title, str) and title else said.get("title") or folder.name
    status = status_of(folder)
    if fault and not status.active:
        status = Status(state="failed", reason=fault)
    return Run(folder.name, folder, title, said, status, folder.parent == STARTER)


def new_run_folder(task: str) -> Path:
    """A fresh folder `task-1`, `task-2`, …: a number is never used twice, not even after a run was deleted."""
    root = runs_root()
    root.mkdir(parents=True, exist_ok=True)
    with FileLock(root / ".numbers.lock"):
        last = _numbers(root)
        taken = [path.name for path in (*root.iterdir(), *(root / ".trash").glob("*"))]
        found = [int(m[1]) for m in (re.fullmatch(rf"{re.escape(task)}-(\d+)", name) for name in taken) if m]
        number = 1 + max([*found, last.get(task, 0)])
        write_json(root / ".numbers.json", {**last, task: number})
        (root / f"{task}-{number}").mkdir()
    return root / f"{task}-{number}"


def _numbers(root: Path) -> dict[str, int]:
    """The last number that was given, by task: what is kept about a run by its name must not be taken for another's."""
    read = read_json(root / ".numbers.json")
    return {task: number for task, number in read.items() if isinstance(number, int)} if isinstance(read, dict) else {}


def home_of(run_or_target: str) -> Path:
    """Where what is asked of a run or baseline later is kept: the run's own folder; the cache for starter runs and baselines."""
    try:
        folder = folder_of(run_or_target)
        if folder.parent != STARTER:
            return folder
    except SettingsError:
        pass
    return cache_root() / "targets" / hashlib.sha256(run_or_target.encode()).hexdigest()[:16]


def homes_of(run_or_target: str) -> list[Path]:
    """Where finished work on a run or baseline may lie: the home that is written to first, then what came with the program."""
    digest = hashlib.sha256(run_or_target.encode()).hexdigest()[:16]
    shipped = [STARTER / "baselines" / digest]
    if NAME.fullmatch(run_or_target):
        shipped.append(STARTER / run_or_target)
    return [home_of(run_or_target), *(folder for folder in shipped if folder.is_dir())]


@disk_in_words()
def rename(name: str, title: str) -> None:
    """Gives a run another title."""
    title = " ".join(title.split())[:80]
    if not title:
        raise SettingsError("A run's title must have at least one letter. Got nothing.")
    write_json(_own(name) / "title.json", title)


@disk_in_words()
def delete(name: str) -> None:
    """Takes a run out of the list; `undelete` brings it back. A starter run is hidden."""
    folder = folder_of(name)
    root = runs_root()
    if folder.parent == STARTER:
        write_json(_made(root) / ".hidden.json", sorted({*_hidden(), name}))
        return
    if status_of(folder).active:
        raise SettingsError(f"The run '{name}' is at work. Stop it first.")
    shutil.move(str(folder), str(_made(root / ".trash") / name))


@disk_in_words()
def undelete(name: str) -> None:
    """Brings a deleted run back."""
    root = runs_root()
    hidden = _hidden()
    if name in hidden:
        write_json(root / ".hidden.json", sorted(hidden - {name}))
        return
    if not NAME.fullmatch(name) or not (root / ".trash" / name).exists():
        raise SettingsError(f"There is no deleted run '{name[:60]}'.")
    shutil.move(str(root / ".trash" / name), str(root / name))


def rebuildable() -> list[Path]:
    """What `clear_caches` deletes: all that can be made again, and deleted runs."""
    return [*cached(), *(path.parent for path in runs_root().glob(".trash/*/spec.json"))]


def clear_caches() -> int:
    """Deletes everything that can be rebuilt, and deleted runs for good; bytes won. What a person put beside it stays."""
    jobs = (root.glob(f"{place}/jobs/*/spec.json") for root in (cache_root(), runs_root()) for place in ("*", "*/*"))
    if any(status_of(path.parent).active for found in jobs for path in found) or any(run.status.active for run in runs(False)):
        raise SettingsError("Something is at work. Stop it, or wait, then clear the caches.")
    won = 0
    for path in rebuildable():
        won += disk_use(path)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
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
        text = (folder / "metrics.jsonl").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    for line in text.splitlines():
        try:
            read = json.loads(line)
        except ValueError:
            continue
        if isinstance(read, dict) and isinstance(read.get("step"), int | float):
            lines.append({**read, **{part: read[part] if isinstance(read.get(part), dict) else None for part in PARTS}})
    return lines


def reconcile() -> int:
    """Writes "interrupted" into every run whose worker died here while nobody looked; how many there were."""
    reap()
    gone = 0
    for folder in run_folders():
        status = status_of(folder)
        if status.state == "interrupted" and status.host in ("", platform.node()) and os.access(folder, os.W_OK):
            raw = read_json(folder / "status.json", {})
            if not isinstance(raw, dict) or raw.get("state") != "interrupted":
                write_json(folder / "status.json", status._asdict())
                gone += 1
    return gone
