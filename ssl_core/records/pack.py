"""A run with its results packed into one file for another machine. No torch.

A zip: pack.json says the format, the run's name, and of every file its size and SHA-256; run/ is the run's folder with its newest
checkpoint, its kept encoders, pictures and finished jobs; beside/ are the finished probe jobs of the baselines that it was compared with.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ssl_core.jobs.kinds import kind_of
from ssl_core.records.checkpoints import latest_checkpoint
from ssl_core.records.homes import home_of, homes_of
from ssl_core.records.runs import Run, run
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_in_words, read_json
from ssl_core.system.roots import cache_root, typed
from ssl_core.system.version import __version__

FORMAT = 1  # of a packed run; a newer one is refused in a sentence
LIST = "pack.json"
RUN, BESIDE = "run", "beside"
WHOLE = (".safetensors", ".npz", ".pt", ".png", ".webp")  # packed already: stored as they are
PIECE = 2**20


class Packed(NamedTuple):
    """A run's file for another machine."""

    path: Path
    files: int
    bytes: int
    jobs: int  # finished jobs in it


@disk_in_words()
def pack_run(name: str, out: str | Path) -> Packed:
    """Packs a run with its results into a file; one that is there is replaced once the new one is whole.

    Raises:
        SettingsError: there is no such run, it is at work, or the file can't be written there.
    """
    found, out = run(name), typed(out)
    if found.status.active:
        raise SettingsError(f"The run '{name}' is at work. Stop it, or wait for its end, then pack it.")
    if out.is_dir() or not out.resolve().parent.is_dir():
        raise SettingsError(f"'out' must be a file in a folder that is there. Got '{out}'.")
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        count, jobs = _write(found, part)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)
    return Packed(out, count, out.stat().st_size, jobs)


def _write(found: Run, part: Path) -> tuple[int, int]:
    listed: dict[str, list[int | str]] = {}
    jobs = {folder: f"{RUN}/jobs/{folder.name}" for folder in _jobs(homes_of(found.id))}
    jobs |= {folder: f"{BESIDE}/{folder.name}" for folder in _beside(found)}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        pairs = [(path, f"{RUN}/{path.relative_to(found.folder).as_posix()}") for path in _of_run(found.folder)]
        pairs += [(path, f"{name}/{path.relative_to(folder).as_posix()}") for folder, name in jobs.items() for path in _files(folder)]
        for path, name in pairs:
            how = zipfile.ZIP_STORED if path.suffix in WHOLE else zipfile.ZIP_DEFLATED
            archive.write(path, name, how)
            with open(path, "rb") as file:
                listed[name] = [path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()]
        head = {"format": FORMAT, "version": __version__, "run": found.id, "title": found.title, "files": listed}
        archive.writestr(LIST, json.dumps(head, indent=1))
    return len(listed), len(jobs)


def _of_run(folder: Path) -> Iterator[Path]:
    """The files of a run beside its jobs; of its checkpoints the newest that is whole."""
    newest = latest_checkpoint(folder)
    for path in _files(folder):
        inside = path.relative_to(folder).parts
        if inside[0] != "jobs" and (inside[0] != "checkpoints" or (newest is not None and newest in path.parents)):
            yield path


def _files(folder: Path) -> Iterator[Path]:
    """Files below a folder, without locks, hidden files and files half written; links are passed over."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if path.is_file() and not path.is_symlink() and not hidden and path.suffix not in (".lock", ".part") and inside.name != "stop":
            yield path


def _jobs(homes: list[Path]) -> Iterator[Path]:
    """Folders of finished jobs; of jobs with one name the first."""
    seen = set()
    for folder in (folder for home in homes for folder in sorted((home / "jobs").glob("*"))):
        kind = kind_of(folder)
        if kind is not None and folder.name not in seen and all((folder / name).exists() for name in kind.made):
            seen.add(folder.name)
            yield folder


def _beside(found: Run) -> Iterator[Path]:
    """Finished probe jobs of the untrained network of a run, and of baselines on the run's data set."""
    of_run = f"untrained:{found.id}"
    for folder in _jobs([home_of(of_run), *sorted((cache_root() / "targets").glob("*"))]):
        spec = read_json(folder / "spec.json")
        target = str(spec.get("target", ""))
        baseline = target == "pixels" or target.startswith(("imagenet:", "random:"))
        if spec.get("kind") == "probe" and (target.partition("@")[0] == of_run or (baseline and spec.get("dataset") == found.dataset)):
            yield folder
