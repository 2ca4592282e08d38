"""Whether a folder was worked with before it had an account: by runs, measurements and labels that name it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from ssl_core.reading.splits import stem
from ssl_core.system.disk import read_json
from ssl_core.system.roots import cache_root, data_root, runs_root

SPECS = ("*/spec.json", "*/jobs/*/spec.json")


def used_before(path: Path) -> bool:
    """Whether a run, a measurement or a label under SSL_RUNS or SSL_CACHE is about the pictures of this folder or archive."""
    names = _names(path)
    return any(_said(spec, names) for spec in _specs()) or _labelled(names)


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


def _specs() -> Iterator[dict[str, Any]]:
    found = [file for pattern in SPECS for file in runs_root().glob(pattern)]
    for file in [*found, *(cache_root() / "targets").glob("*/jobs/*/spec.json")]:
        spec = read_json(file)
        if isinstance(spec, dict):
            yield spec


def _said(spec: dict[str, Any], names: set[str]) -> bool:
    return isinstance(said := spec.get("dataset"), str) and said in names


def _labelled(names: set[str]) -> bool:
    file = runs_root() / "labels.sqlite"
    if not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=1)) as db:
            return any(name in names for (name,) in db.execute("SELECT DISTINCT set_name FROM actions"))
    except sqlite3.Error:  # locked or damaged: the careful answer
        return True
