"""Cached readers. Every cache is bounded and keyed by what decides its content: a run or target, and a digest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import streamlit as st

import ssl_core as core


def stamp(path: Path) -> tuple[int, int]:
    """What changes when a file changes: its time and size; (0, 0) where it isn't there."""
    try:
        facts = path.stat()
    except OSError:
        return 0, 0
    return facts.st_mtime_ns, facts.st_size


def runs() -> list[core.Run]:
    """All runs as they stand now: small files, read each time."""
    return core.runs()


def chosen(run_id: str) -> core.Run | None:
    """The run of this name, None where there is none."""
    try:
        return core.run(run_id) if run_id else None
    except core.SettingsError:
        return None


def menu(kind: str) -> list[core.PartInfo]:
    """What can be chosen of a kind; parts are found once a process by the core."""
    return core.menu(kind)


def curve(folder: Path) -> list[dict[str, Any]]:
    """The lines a run has written so far."""
    return _curve(str(folder), stamp(folder / "metrics.jsonl"))


@st.cache_data(max_entries=32, show_spinner=False)
def _curve(folder: str, _stamp_key: tuple[int, int]) -> list[dict[str, Any]]:
    return core.curve(Path(folder))


def held_out(folder: Path, metric: str) -> list[tuple[float, float]]:
    """(step, value) of a metric on new pictures, where it was measured."""
    lines = [(line.get("step", 0), (line.get("test") or {}).get(metric)) for line in curve(folder)]
    return [(float(step), float(value)) for step, value in lines if value is not None]


def shown(run: core.Run, step: int | None = None) -> core.Shown | None:
    """A run's eight pictures at a step (None: the newest); before the first, what its untrained network says."""
    newest = stamp(run.folder / "pictures")
    return _shown(run.id, step, newest, run.status.state == "done")


@st.cache_data(max_entries=24, show_spinner=False)
def _shown(run_id: str, step: int | None, stamp_key: tuple[int, int], done: bool) -> core.Shown | None:
    found = core.pictures(run_id, step) if stamp_key != (0, 0) else None
    return found if found is not None and found.rows else None


@st.cache_data(max_entries=8, show_spinner=False)
def untrained(run_id: str) -> core.Shown:
    """What the run's network said before its first step."""
    return core.untrained(run_id)


@st.cache_data(max_entries=16, show_spinner=False)
def class_counts(dataset: str, digest: str) -> dict[str, int]:
    """Pictures of each class."""
    return core.class_counts(dataset)


@st.cache_data(max_entries=64, show_spinner=False, ttl=3600)
def expected(request: str) -> float | None:
    """Seconds that a request (as JSON text) would take on this machine."""
    return core.expect(json.loads(request))
