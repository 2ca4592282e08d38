"""The folders of runs, caches and data."""

from __future__ import annotations

import os
from pathlib import Path


def typed(path: str | Path) -> Path:
    """A path as typed: "~" and "~name" become home folders; "~name" of an unknown user stays as it is."""
    try:
        return Path(os.path.expanduser(path))
    except ValueError:  # characters that no user name has
        return Path(path)


def runs_root() -> Path:
    """Where runs live: SSL_RUNS, else runs/ in the working folder."""
    return typed(os.environ.get("SSL_RUNS") or "runs")


def cache_root() -> Path:
    """Where everything that can be rebuilt lives: SSL_CACHE, else cache/ in the working folder."""
    return typed(os.environ.get("SSL_CACHE") or "cache")


def data_root() -> Path:
    """Where data sets and weights lie, only ever read: SSL_DATA, else data/ in the working folder."""
    return typed(os.environ.get("SSL_DATA") or "data")
