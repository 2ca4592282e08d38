"""Which data sets were worked with before folders had accounts: by runs, measurements and labels that name them.

The names are listed once for each folder of runs, when the first folder is opened that the two readings read differently, and kept in
`runs/sets/.readings/before.json`: whatever comes later was made with the second reading.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from ssl_core.reading.splits import stem
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.roots import cache_root, data_root, runs_root

LOOKS = ("look", "data", "check", "fetch")  # kinds of jobs that teach and measure nothing
SPECS = ("*/spec.json", "*/jobs/*/spec.json")


def used_before(path: Path) -> bool:
    """Whether a run, a measurement or a label of an earlier version is about the pictures of this folder or archive."""
    return not _names(path).isdisjoint(_before())


def _before() -> set[str]:
    """Names and paths of the sets that earlier versions worked with."""
    file = runs_root() / "sets" / ".readings" / "before.json"
    kept = read_json(file)
    if isinstance(kept, list):
        return set(map(str, kept))
    found = {str(spec["dataset"]) for spec in specs_of_results() if isinstance(spec.get("dataset"), str)} | _labelled()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, sorted(found))
    except OSError:  # no run can be written here either
        pass
    return found


def _names(path: Path) -> set[str]:
    """What specs and labels may call a folder: its path, its name in the data folder, the names of own sets that mean it."""
    names = {str(path)}
    if path.parent.resolve() == data_root().resolve():
        names.add(stem(path))
    for note in (runs_root() / "sets").glob("*/set.json"):
        said = read_json(note)
        place = said.get("path") if isinstance(said, dict) else None
        if (Path(place) if place else note.parent / "pictures").resolve() == path.resolve():
            names.add(note.parent.name)
    return names


def specs_of_results() -> Iterator[dict[str, Any]]:
    """The requests of all runs and measurements, as JSON."""
    found = [file for pattern in SPECS for file in runs_root().glob(pattern)]
    for file in [*found, *(cache_root() / "targets").glob("*/jobs/*/spec.json")]:
        spec = read_json(file)
        if isinstance(spec, dict) and spec.get("kind") not in LOOKS:
            yield spec


def _labelled() -> set[str]:
    """Names of the sets that have labels."""
    file = runs_root() / "labels.sqlite"
    if not file.is_file():
        return set()
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=1)) as db:
            return {str(name) for (name,) in db.execute("SELECT DISTINCT set_name FROM actions")}
    except sqlite3.Error:  # damaged, or of no version that had labels
        return set()
