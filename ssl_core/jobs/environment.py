"""The environment of the processes that this one starts."""

from __future__ import annotations

import os

from ssl_core.system.origin import python_path
from ssl_core.system.roots import cache_root, runs_root


def child_environment(**variables: str) -> dict[str, str]:
    """Variables of a process of this program: this process's, with `variables` in their place.

    It finds the same code and roots from any working folder, and is a launch of one process also where this one is of several.
    """
    roots = {"SSL_RUNS": str(runs_root().resolve()), "SSL_CACHE": str(cache_root().resolve())}
    return {**os.environ, **roots, **python_path(), "PYTHONSAFEPATH": "1", "WORLD_SIZE": "1", **variables}  # no code of the working folder
