"""A run whose pictures gave the answer away: the line that says so, and the ways to see what it really learnt."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.run import ways
from pages._kit.screen import frame, links

FIRST = "With tape that gives the answer away"  # before the number
HERE = "The pictures to play with here have no tape."


def say(run: core.Run) -> None:
    """Above the pictures to play with: why the score says little, and the way to a fair run; nothing for a run without tape."""
    if told := core.shortcut_of(run):
        frame.quiet(f":material/warning: {told} {HERE}")
        train(run)


def offer(run: core.Run) -> None:
    """The two ways on, below the verdict."""
    with st.container(horizontal=True, key="shortcut"):
        if run.status.weights and st.button("Play with it on pictures without tape", key="shortcut-play", icon=ways.PLAY.icon):
            links.go("predictions", **{links.RUN: run.id})
        train(run)


def train(run: core.Run) -> None:
    """The button that opens the form of a new run of the same task and pictures, without tape, for as long."""
    if st.button("Train without the shortcut", key="shortcut-without", icon=":material/play_circle:"):
        minutes = {links.MINUTES: f"{run.promised_minutes:g}"} if run.promised_minutes else {}
        links.go("train", **{links.NEW: "1", links.TASK: run.task, links.DATASET: run.dataset, **minutes})
