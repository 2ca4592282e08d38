"""Whether a process that wrote its name into a file still lives, and whether the program is still the one that it began with.

A pid alone is used again, so the start of the process goes with it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import sys
from pathlib import Path
from typing import Any

import psutil

PACKAGE = Path(sys.modules[__name__.partition(".")[0]].__file__ or "").resolve().parent  # where this program's files lie
TICK = 0.02  # seconds: how exactly Linux tells when a process began


def is_main() -> bool:
    """Whether this process writes files and prints: the first (RANK 0) of a launch of several, else any."""
    return int(os.environ.get("WORLD_SIZE", 1)) == 1 or os.environ.get("RANK") == "0"


def born(pid: int) -> float:
    """When a process began: on Linux in seconds after the machine started, which no setting of the clock moves; elsewhere by the clock.

    Raises:
        psutil.Error: where there is no such process.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return float(psutil.Process(pid).create_time())


def alive(pid: int, since: float) -> bool:
    """Whether the process with this pid *and* start runs; a zombie doesn't. A start by the clock, as older files have it, counts too."""
    try:
        process = psutil.Process(pid) if pid > 0 else None
        if process is None or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return abs(born(pid) - since) <= TICK or abs(process.create_time() - since) < 2
    except (psutil.Error, OverflowError):
        return False


def me() -> dict[str, Any]:
    """This process as a status names it."""
    return {"pid": os.getpid(), "born": born(os.getpid()), "host": platform.node()}


def program() -> str:
    """A name for the program's files as they lie on disk now: where, which ones, when each was written. An update gives another name."""
    digest = hashlib.sha256()
    for folder, folders, names in os.walk(PACKAGE):  # passes over a folder that goes meanwhile, as `rglob` doesn't
        folders.sort()
        for path in (Path(folder, name) for name in sorted(names) if name.endswith(".py")):
            with contextlib.suppress(OSError):  # deleted meanwhile
                digest.update(f"{path.relative_to(PACKAGE)} {path.stat().st_mtime_ns}\n".encode())
    return f"{PACKAGE} {digest.hexdigest()[:16]}"
