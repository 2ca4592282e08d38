"""Where this program keeps what it makes."""

from __future__ import annotations

import os
from pathlib import Path


def runs_root() -> Path:
    """Where runs live: SSL_RUNS, else runs/ in the working folder."""
    return Path(os.environ.get("SSL_RUNS") or "runs").expanduser()


def cache_root() -> Path:
    """Where everything that can be rebuilt lives: SSL_CACHE, else cache/ in the working folder."""
    return Path(os.environ.get("SSL_CACHE") or "cache").expanduser()
