"""Measurements of this machine, kept by host, version of torch and number of threads."""

from __future__ import annotations

import platform
from typing import Any

import torch

from ssl_core.system.disk import read_json, write_json
from ssl_core.system.roots import cache_root


def recall(kind: str, key: str) -> Any:
    """A stored measurement of this machine, this version of torch and this number of threads; None where there is none."""
    return (read_json(cache_root() / "machine.json", {}) or {}).get(_name(), {}).get(kind, {}).get(key)


def remember(kind: str, key: str, value: object) -> None:
    """Stores a measurement for `recall`."""
    path = cache_root() / "machine.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = read_json(path, {}) or {}
    known.setdefault(_name(), {}).setdefault(kind, {})[key] = value
    write_json(path, known)


def _name() -> str:
    return f"{platform.node()} {torch.__version__} {torch.get_num_threads()} threads"
