"""The folders of runs, caches and data: named by a variable, else in the working folder of a checkout, else the person's own.

Of an installed program, runs and data lie in the person's data folder (~/.local/share/selfsight on Linux), caches in their cache folder.
"""

from __future__ import annotations

import os
from pathlib import Path

from ssl_core.system.origin import CHECKOUT
from ssl_core.system.version import NAME


def typed(path: str | Path) -> Path:
    """A path as typed: "~" and "~name" become home folders; "~name" of an unknown user stays as it is."""
    try:
        return Path(os.path.expanduser(path))
    except ValueError:  # characters that no user name has
        return Path(path)


def runs_root() -> Path:
    """Where runs live: SSL_RUNS, else runs/ in the working folder or the person's data folder."""
    return _root("SSL_RUNS", "runs")


def cache_root() -> Path:
    """Where everything that can be rebuilt lives: SSL_CACHE, else cache/ in the working folder, or the person's cache folder."""
    return _root("SSL_CACHE", "cache")


def data_root() -> Path:
    """Where data sets and weights lie, only ever read: SSL_DATA, else data/ in the working folder or the person's data folder."""
    return _root("SSL_DATA", "data")


def _root(variable: str, name: str) -> Path:
    if named := os.environ.get(variable):
        return typed(named)
    return Path(name) if CHECKOUT else _own(name)


def _own(name: str) -> Path:
    """A folder of the person who runs an installed program."""
    from platformdirs import user_cache_path, user_data_path  # a checkout doesn't need it

    return user_cache_path(NAME, appauthor=False) if name == "cache" else user_data_path(NAME, appauthor=False) / name
