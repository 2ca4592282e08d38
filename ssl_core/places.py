"""Where this program keeps what it makes."""

from __future__ import annotations

import os
import re
from pathlib import Path

DIGEST = re.compile(r"\.?[0-9a-f]{16}(\..*)?")  # how everything is called that is kept by what it is made from


def typed(path: str | Path) -> Path:
    """The place that somebody typed: "~" is a home, "~nobody" without one is a name like others."""
    try:
        return Path(os.path.expanduser(path))
    except ValueError:  # signs that no name of a person holds
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


def cached() -> list[Path]:
    """What this program put into the cache; whatever else a person keeps in that folder isn't named."""
    root = cache_root()
    by_digest = [path for name in ("archives", "data", "targets") for path in root.glob(f"{name}/*") if DIGEST.fullmatch(path.name)]
    return [*by_digest, *root.glob("fetch/jobs/fetch-*"), *root.glob(".awake"), *root.glob("machine.json*")]
