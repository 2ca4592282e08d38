"""Pictures that a person showed to a network, kept below the runs under a name that nobody guesses, until they are taken away. No torch.

A folder a picture: `square.png`, its middle, which a network gets; `whole.png`, all of it; `answers.json`, what a run said of it.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ssl_core.system.disk import disk_in_words, read_json, write_json
from ssl_core.system.roots import runs_root

FOLDER = "own-pictures"  # below the runs; without a spec.json no list takes it for a run
NAME = re.compile(r"[0-9a-f]{24}")
DAYS = 7  # that a picture is kept after it was last shown
MOST = 20  # pictures that are kept, those last shown


class OwnPicture(NamedTuple):
    """A kept picture; both are PNG files."""

    square: bytes
    whole: bytes
    answers: dict[str, Any]  # what a run said of it; {} where none was asked on the screen that shows these answers


@disk_in_words()
def keep_own_picture(square: bytes, whole: bytes, answers: Mapping[str, Any] | None = None) -> str:
    """Keeps a picture, and takes away those that were not shown for DAYS and those beyond MOST. Returns its name."""
    root = _root()
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = secrets.token_hex(12)
    part = root / f".{name}"
    part.mkdir()
    try:
        (part / "square.png").write_bytes(square)
        (part / "whole.png").write_bytes(whole)
        write_json(part / "answers.json", dict(answers or {}))
        part.rename(root / name)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    _clear(root)
    return name


def own_picture(name: str) -> OwnPicture | None:
    """A kept picture, which counts as shown now; None for a name of none."""
    folder = _root() / name
    if not NAME.fullmatch(name):
        return None
    try:
        found = OwnPicture(
            (folder / "square.png").read_bytes(), (folder / "whole.png").read_bytes(), read_json(folder / "answers.json", {})
        )
        os.utime(folder)
    except OSError:
        return None
    return found


def take_own_picture_away(name: str) -> None:
    """Deletes a kept picture; nothing for a name of none."""
    if NAME.fullmatch(name):
        shutil.rmtree(_root() / name, ignore_errors=True)


def _root() -> Path:
    return runs_root() / FOLDER


def _clear(root: Path) -> None:
    """Takes away what wasn't shown for DAYS, and what is beyond MOST."""
    kept = sorted((path for path in root.iterdir() if path.is_dir()), key=_shown, reverse=True)
    for place, path in enumerate(kept):
        if place >= MOST or time.time() - _shown(path) > DAYS * 86_400:
            shutil.rmtree(path, ignore_errors=True)


def _shown(path: Path) -> float:
    """When a picture was last shown, in seconds; 0 where another process has just taken it away."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
