"""Cached readers. Every cache is bounded and keyed by what decides its content: a run or target, and a digest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

import ssl_core as core
from pages._kit.server import life

ASSETS = Path(__file__).resolve().parents[3] / "assets"


def stamp(path: Path) -> tuple[int, int]:
    """A file's time and size, which change when the file does; (0, 0) where it is missing."""
    try:
        facts = path.stat()
    except OSError:
        return 0, 0
    return facts.st_mtime_ns, facts.st_size


def runs() -> list[core.Run]:
    """All runs in their current state; their small files are read each time."""
    return core.runs()


def sets() -> dict[str, core.SetRow] | None:
    """The data sets that can be shown, by name; None as long as the app has just started and still reads their folders."""
    return None if life.listing.is_set() else {row.name: row for row in core.list_sets() if row.ready}


def chosen(run_id: str) -> core.Run | None:
    """The run of this name, None where there is none."""
    try:
        return core.run(run_id) if run_id else None
    except core.SettingsError:
        return None


def menu(kind: str) -> list[core.PartInfo]:
    """The parts of a kind as menus show them; the core finds them once a process."""
    return core.menu(kind)


def curve(folder: Path) -> list[dict[str, Any]]:
    """The lines of a run's log so far."""
    return _curve(str(folder), stamp(folder / "metrics.jsonl"))


@st.cache_data(max_entries=32, show_spinner=False)
def _curve(folder: str, stamp_key: tuple[int, int]) -> list[dict[str, Any]]:
    return core.curve(Path(folder))


def latest_look(run: core.Run, step: int | None = None) -> core.Shown | None:
    """A run's eight pictures as answered at a step (None: the latest answers); None where there are no answers."""
    newest = stamp(run.folder / "pictures")
    shown = _look(run.id, step, newest) if newest != (0, 0) else None
    return None if shown is None else as_it_was(run, shown)


def as_it_was(run: core.Run, shown: core.Shown) -> core.Shown:
    """Answers without addresses of pictures that aren't here any more, or aren't those that the network was asked about."""
    if not core.pictures_stay(run.id):
        shown = shown._replace(dataset="")  # the network's input instead of addresses
    if shown.dataset and core.pictures_stay(run.id, "train"):
        return shown
    named = int | np.integer  # a panel that names a picture of the training set by its index
    return shown._replace(rows=[[panel for panel in row if not isinstance(panel.image, named)] for row in shown.rows])


def first_look(run: core.Run) -> core.Shown | None:
    """The eight pictures before the first step: as the worker saved them, else as the untrained network, made from the seed, answers."""
    return stored_first(run) or untrained(run.id, mark(run.dataset))


def stored_first(run: core.Run) -> core.Shown | None:
    """The eight pictures before the first step as the worker saved them; None where it didn't."""
    drawn = latest_look(run, 0)
    return drawn if drawn is not None and drawn.step == 0 else None


@st.cache_data(max_entries=24, show_spinner=False)
def _look(run_id: str, step: int | None, stamp_key: tuple[int, int]) -> core.Shown | None:
    try:
        return core.pictures(run_id, step)
    except core.SettingsError:  # no pictures saved yet
        return None


def here(dataset: str) -> bool:
    """Whether the held-out pictures of a data set are on this machine."""
    return not missing(dataset)


def mark(dataset: str, split: str = "test") -> str:
    """A mark that changes when pictures of a data set are added, removed or changed; "" while the set isn't on this machine."""
    try:
        return core.png_mark(dataset, split)
    except core.SettingsError:
        return ""


def missing(dataset: str) -> str:
    """Why the held-out pictures of a data set can't be shown, and what to do; "" where they are here."""
    try:
        return "" if len(core.open_set(dataset, "test")) else f"'{dataset}' has no test pictures."
    except core.SettingsError as error:
        return str(error)


@st.cache_data(max_entries=8, show_spinner=False)
def untrained(run_id: str, mark_key: str) -> core.Shown | None:
    """The untrained network's answers on pictures of this mark; None where it can't be asked."""
    try:
        return core.untrained(run_id)
    except core.SettingsError:
        return None


def how_many(dataset: str, split: str = "test") -> int:
    """The number of pictures of a split; 0 where it isn't on this machine, or has no length (a stream)."""
    try:
        found = core.open_set(dataset, split)
        return 0 if found.info.streamed and split == "train" else len(found)
    except core.SettingsError:
        return 0


def class_counts(dataset: str, split: str) -> dict[str, int]:
    """How many pictures each class has; empty where there are no classes."""
    return _class_counts(dataset, split, core.open_set(dataset, split).digest())


@st.cache_data(max_entries=16, show_spinner=False)
def _class_counts(dataset: str, split: str, digest: str) -> dict[str, int]:
    return core.class_counts(dataset, split)


@st.cache_data(max_entries=64, show_spinner=False, ttl=300)
def expected(request: str, mark_key: str) -> core.Estimate:
    """How long a request (as JSON text) will take on this machine, with training pictures of this mark."""
    return core.estimate(json.loads(request))
