"""Whether this machine is busy with other work."""

from __future__ import annotations

import os

BUSY = 1.5  # processes that want a core, for each core: one training by itself wants all cores and no more


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def wanting() -> float:
    """Processes that wanted a core in the last minute, for each core; 0 where the system doesn't say."""
    return os.getloadavg()[0] / cores() if hasattr(os, "getloadavg") else 0.0


def busy() -> bool:
    """Whether a training that begins now gets less than its usual share of the cores."""
    return wanting() >= BUSY
