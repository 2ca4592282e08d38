"""The folder that holds the jobs of a run or baseline."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ssl_core.records import runs
from ssl_core.records.encoders import kept_at
from ssl_core.settings import SettingsError
from ssl_core.system.roots import cache_root


def home_of(run_or_target: str) -> Path:
    """The folder for jobs about a run, its kept encoders, or a baseline: the run's own; one in the cache for starter runs and baselines."""
    try:
        folder = runs.folder_of(kept_at(run_or_target)[0])
        if folder.parent != runs.STARTER:
            return folder
    except SettingsError:
        pass
    return cache_root() / "targets" / hashlib.sha256(run_or_target.encode()).hexdigest()[:16]


def homes_of(run_or_target: str) -> list[Path]:
    """Folders that may hold finished jobs about a run or baseline: the one that is written first, then those shipped with the program."""
    digest = hashlib.sha256(run_or_target.encode()).hexdigest()[:16]
    shipped = [runs.STARTER / "baselines" / digest]
    if runs.NAME.fullmatch(run_or_target):
        shipped.append(runs.STARTER / run_or_target)
    return [home_of(run_or_target), *(folder for folder in shipped if folder.is_dir())]
