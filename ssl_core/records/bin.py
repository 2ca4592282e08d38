"""Runs renamed, deleted and brought back; caches cleared."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from ssl_core.jobs.status import status_of
from ssl_core.records import runs
from ssl_core.records.encoders import HOME
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_in_words, disk_use, read_json, write_json
from ssl_core.system.roots import cache_root, runs_root

DIGEST = re.compile(r"\.?[0-9a-f]{16}(\..*)?")  # names of cache entries: the digest of what they were made from


def cache_folders() -> list[Path]:
    """Everything that this program wrote into the cache, and nothing that a person put there."""
    root = cache_root()
    by_digest = [path for name in ("archives", "data", "targets") for path in root.glob(f"{name}/*") if DIGEST.fullmatch(path.name)]
    return [*by_digest, *root.glob("fetch/jobs/fetch-*"), *root.glob(".awake"), *root.glob("machine.json*")]


@disk_in_words()
def rename(name: str, title: str) -> None:
    """Gives a run another title."""
    title = " ".join(title.split())[:80]
    if not title:
        raise SettingsError("A run's title must have at least one letter. Got nothing.")
    write_json(_own(name) / "title.json", title)


@disk_in_words()
def delete(name: str) -> None:
    """Moves a run to the trash, from where `undelete` restores it. A starter run is hidden."""
    folder = runs.folder_of(name)
    root = runs_root()
    if folder.parent == runs.STARTER:
        write_json(_made(root) / ".hidden.json", sorted({*runs.hidden(), name}))
        return
    if status_of(folder).active:
        raise SettingsError(f"The run '{name}' is at work. Stop it first.")
    os.utime(folder)  # `deleted` says when that was
    shutil.move(str(folder), str(_made(root / ".trash") / name))


@disk_in_words()
def undelete(name: str) -> None:
    """Brings a deleted run back."""
    root = runs_root()
    hidden = runs.hidden()
    if name in hidden:
        write_json(root / ".hidden.json", sorted(hidden - {name}))
        return
    if not runs.NAME.fullmatch(name) or not (root / ".trash" / name).exists():
        raise SettingsError(f"There is no deleted run '{name[:60]}'.")
    shutil.move(str(root / ".trash" / name), str(root / name))


class Deleted(NamedTuple):
    """A deleted run, or a hidden starter run, that `undelete` brings back."""

    id: str
    title: str
    when: float  # seconds since 1970; 0 of a starter run


def deleted() -> list[Deleted]:
    """What can be brought back, the last deleted first, hidden starter runs last."""
    found = [_deleted(path.parent, path.parent.stat().st_mtime) for path in runs_root().glob(".trash/*/spec.json")]
    found += [_deleted(runs.STARTER / name, 0.0) for name in sorted(runs.hidden()) if (runs.STARTER / name / "spec.json").exists()]
    return sorted(found, key=lambda each: -each.when)


def _deleted(folder: Path, when: float) -> Deleted:
    spec = read_json(folder / "spec.json", {})
    said = read_json(folder / "title.json") or (spec.get("title") if isinstance(spec, dict) else "")
    return Deleted(folder.name, str(said or folder.name), when)


def rebuildable() -> list[Path]:
    """What `clear_caches` deletes: everything that can be computed again, encoders that runs kept on their way, and deleted runs."""
    kept = (path / HOME for path in runs.run_folders() if (path / HOME).is_dir())
    return [*cache_folders(), *kept, *(path.parent for path in runs_root().glob(".trash/*/spec.json"))]


def clear_caches() -> int:
    """Deletes what can be computed again; for good encoders that runs kept on their way, and deleted runs; the bytes freed."""
    jobs = (root.glob(f"{place}/jobs/*/spec.json") for root in (cache_root(), runs_root()) for place in ("*", "*/*"))
    if any(status_of(path.parent).active for found in jobs for path in found) or any(run.status.active for run in runs.runs(False)):
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
    folder = runs.folder_of(name)
    if folder.parent == runs.STARTER:
        raise SettingsError(f"The run '{name}' came with the program and can't be changed.")
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
