"""How each folder is to be read, kept under `runs/sets/.readings/`: one small JSON file a folder, never in the folder itself."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Self

from ssl_core.reading.account import Choice
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_in_words, read_json, write_json
from ssl_core.system.roots import runs_root

NEWEST = 2  # version of the reading that folders get when nobody used them before


class Apart(NamedTuple):
    """The test pictures that leaked when they were chosen to be left out."""

    of: str  # digest of the sides that were looked at (`sides_digest`): of other files or another split it says nothing
    files: tuple[str, ...]  # names of the pictures


@dataclass(frozen=True)
class Chosen:
    """The reading of one folder."""

    version: int | None = None  # 1: the first reading; 2: the one with an account; None: nobody decided
    choice: Choice = Choice()
    apart: Apart | None = None  # where the choice leaves out test pictures that leak
    answered: tuple[str, ...] = ()  # questions that a person answered, or that stood beside one, word for word
    before: Chosen | None = None  # what the last change replaced, itself without `before`; None after an undo and where nothing was changed

    @classmethod
    def read(cls, kept: object) -> Self:
        """From JSON. Raises SettingsError where it says something that no choice has."""
        if not isinstance(kept, dict):
            return cls()
        version = kept.get("reading")
        choice = Choice.read(kept["choice"] if isinstance(kept.get("choice"), dict) else {})
        before = cls.read(kept["before"]) if isinstance(kept.get("before"), dict) else None
        return cls(version if version in (1, NEWEST) else None, choice, _apart(kept.get("apart")), _texts(kept.get("answered")), before)

    def plain(self) -> dict[str, Any]:
        """As JSON, without what nobody said."""
        leaking = {"apart": {"of": self.apart.of, "files": list(self.apart.files)}} if self.apart else {}
        said = {"answered": list(self.answered)} if self.answered else {}
        before = {"before": self.before.plain()} if self.before else {}
        return {"reading": self.version, "choice": self.choice.plain(), **leaking, **said, **before}


def chosen(path: Path) -> Chosen:
    """The reading that is kept for a folder or an archive.

    Raises:
        SettingsError: the kept file says something that no choice has.
    """
    return Chosen.read(read_json(_file(path)))


def _apart(kept: object) -> Apart | None:
    if not isinstance(kept, dict) or not isinstance(kept.get("files"), list):
        return None
    return Apart(str(kept.get("of")), tuple(map(str, kept["files"])))


def _texts(kept: object) -> tuple[str, ...]:
    return tuple(map(str, kept)) if isinstance(kept, list) else ()


def keep_choice(path: Path, choice: Choice, version: int = NEWEST, apart: Apart | None = None, answered: tuple[str, ...] = ()) -> Chosen:
    """Keeps how a folder is to be read. Returns what was kept before, which `undo` brings back. Raises SettingsError on a full disk."""
    try:
        now = chosen(path)
    except SettingsError:  # damaged by hand: what is kept now replaces it
        now = Chosen()
    fresh, before = Chosen(version, choice, apart, answered), replace(now, before=None)
    _write(path, replace(fresh, before=now.before if fresh == before else before))
    return now


def undo(path: Path) -> None:
    """Brings back what the last change replaced, where there was one: one step, and none after it. Raises SettingsError on a full disk."""
    before = chosen(path).before
    if before == Chosen():
        unchoose(path)
    elif before is not None:
        _write(path, before)


def _write(path: Path, kept: Chosen) -> None:
    file = _file(path)
    with disk_in_words():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, {"path": _called(path), **kept.plain()})


def unchoose(path: Path) -> None:
    """Forgets what was chosen for a folder: it is read as its files say."""
    _file(path).unlink(missing_ok=True)


def is_kept(path: Path) -> bool:
    """Whether a person chose or answered anything about the folder; what was kept isn't read, so that it may be damaged."""
    return _file(path).exists()


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
