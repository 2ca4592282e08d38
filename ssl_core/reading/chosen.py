"""How each folder is to be read, kept under `runs/sets/.readings/`: one small JSON file a folder, never in the folder itself."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import NamedTuple

from ssl_core.reading.account import Choice
from ssl_core.system.disk import disk_in_words, read_json, write_json
from ssl_core.system.roots import runs_root

NEWEST = 2  # version of the reading that folders get when nobody used them before


class Apart(NamedTuple):
    """The test pictures that leaked when they were chosen to be left out."""

    of: str  # digest of the sides that were looked at (`sides_digest`): of other files or another split it says nothing
    files: tuple[str, ...]  # names of the pictures


class Chosen(NamedTuple):
    """The reading of one folder."""

    version: int | None = None  # 1: the first reading; 2: the one with an account; None: nobody decided
    choice: Choice = Choice()
    apart: Apart | None = None  # where the choice leaves out test pictures that leak
    answered: tuple[str, ...] = ()  # questions that a person answered by "as it is", word for word


def chosen(path: Path) -> Chosen:
    """The reading that is kept for a folder or an archive.

    Raises:
        SettingsError: the kept file says something that no choice has.
    """
    kept = read_json(_file(path))
    if not isinstance(kept, dict):
        return Chosen()
    version = kept.get("reading")
    choice = Choice.read(kept["choice"] if isinstance(kept.get("choice"), dict) else {})
    return Chosen(version if version in (1, NEWEST) else None, choice, _apart(kept.get("apart")), _texts(kept.get("answered")))


def _apart(kept: object) -> Apart | None:
    if not isinstance(kept, dict) or not isinstance(kept.get("files"), list):
        return None
    return Apart(str(kept.get("of")), tuple(map(str, kept["files"])))


def _texts(kept: object) -> tuple[str, ...]:
    return tuple(map(str, kept)) if isinstance(kept, list) else ()


def keep_choice(path: Path, choice: Choice, version: int = NEWEST, apart: Apart | None = None, answered: tuple[str, ...] = ()) -> Chosen:
    """Keeps how a folder is to be read. Returns what was kept before, so that it can be undone. Raises SettingsError on a full disk."""
    before, file = chosen(path), _file(path)
    with disk_in_words():
        file.parent.mkdir(parents=True, exist_ok=True)
        leaking = {"apart": {"of": apart.of, "files": list(apart.files)}} if apart else {}
        said = {"answered": list(answered)} if answered else {}
        write_json(file, {"path": _called(path), "reading": version, "choice": choice.plain(), **leaking, **said})
    return before


def unchoose(path: Path) -> None:
    """Forgets what was chosen for a folder: it is read as its files say."""
    _file(path).unlink(missing_ok=True)


def stamp(path: Path) -> tuple[int, int]:
    """Changes whenever what is chosen for the folder changes."""
    try:
        facts = _file(path).stat()
    except OSError:
        return 0, 0
    return facts.st_mtime_ns, facts.st_ino  # a clock's tick can hold two changes, each of which writes another file


def _file(path: Path) -> Path:
    return kept_file(path, ".json")


def kept_file(path: Path, ending: str) -> Path:
    """A small file about a folder or an archive."""
    digest = hashlib.sha256(_called(path).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return runs_root() / "sets" / ".readings" / f"{re.sub(r'[^A-Za-z0-9_-]+', '-', path.name)[:40]}-{digest}{ending}"


def _called(path: Path) -> str:
    """The folder's path, relative where it lies under the runs: they may be moved as a whole."""
    place, root = os.path.realpath(path), os.path.realpath(runs_root())
    return os.path.relpath(place, root).replace(os.sep, "/") if place.startswith(root + os.sep) else place
