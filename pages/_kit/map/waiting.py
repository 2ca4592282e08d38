"""The map of a run that still learns: why there is none yet, when it comes, and what can be seen of the run meanwhile."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.run import ways
from pages._kit.screen import fragments, frame, readers

EVERY = 3  # seconds after which the screen looks whether the run has ended


def show(run: core.Run, question: str) -> None:
    """Header, the reason, and the ways on; the map takes their place when the run has ended."""
    frame.header(question)
    fragments.fragment(_reason, run_every=EVERY)(run.id)
    ways.show(run, "map")


def _reason(run_id: str) -> None:
    run = readers.chosen(run_id)
    if run is None or not run.status.active:
        st.rerun()
    frame.empty(words(run), "train", "Watch it learn")


def words(run: core.Run) -> str:
    """When the map of a run at work comes, with its time left where that is known."""
    name = f"“{frame.escape(run.title)}” is still learning"
    moves = "every step moves every picture, so its map is drawn"
    if not run.status.steps:
        return f"{name}, and {moves} when you stop it."
    left = f", in about {frame.duration(run.status.left)}" if run.status.left is not None else ""
    return f"{name}, and {moves} when it is done{left}. It appears here by itself."
