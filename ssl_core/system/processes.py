"""Whether a process recorded in a file still runs, and whether the program's files have changed since it began.

A process is identified by its pid and its start, since the system uses pids again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import sys
from pathlib import Path
from typing import TypedDict

import psutil

PACKAGE = Path(sys.modules[__name__.partition(".")[0]].__file__ or "").resolve().parent  # where this program's files lie
TICK = 0.02  # seconds between two starts that count as the same: Linux gives a start in hundredths of a second


def is_main() -> bool:
    """Whether this process writes files and prints: rank 0 of several processes, or the only process."""
    return int(os.environ.get("WORLD_SIZE", 1)) == 1 or os.environ.get("RANK") == "0"


def born(pid: int) -> float:
    """When a process began: on Linux in seconds since boot, which a change of the clock doesn't move; elsewhere in seconds since 1970.

    Raises:
        psutil.Error: there is no such process.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return float(psutil.Process(pid).create_time())


def alive(pid: int, since: float) -> bool:
    """Whether the process with this pid *and* start runs; a zombie doesn't. `since` may be in seconds since 1970, as in older files."""
    try:
        process = psutil.Process(pid) if pid > 0 else None
        if process is None or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return abs(born(pid) - since) <= TICK or abs(process.create_time() - since) < 2
    except (psutil.Error, OverflowError):
        return False


class Process(TypedDict):
    """What tells a process from all others, as a status and server.json hold it."""

    pid: int
    born: float  # when it began
    host: str


def me() -> Process:
    """This process as a status identifies it: pid, start, host."""
    return {"pid": os.getpid(), "born": born(os.getpid()), "host": platform.node()}


def program() -> str:
    """The program's folder and a digest of the paths and times of its files on disk now. An update changes the digest."""
    digest = hashlib.sha256()
    for folder, folders, names in os.walk(PACKAGE):  # skips a folder that is deleted meanwhile, where `rglob` raises
        folders.sort()
        for path in (Path(folder, name) for name in sorted(names) if name.endswith(".py")):
            with contextlib.suppress(OSError):  # deleted meanwhile
                digest.update(f"{path.relative_to(PACKAGE)} {path.stat().st_mtime_ns}\n".encode())
    return f"{PACKAGE} {digest.hexdigest()[:16]}"
