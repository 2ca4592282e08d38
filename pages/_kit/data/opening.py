"""A job that opens every picture of a set: its progress with a Stop button, why it ended badly, and the button that asks for it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import ssl_core as core
from pages._kit.screen import frame, stopping

STOPPING = "Stopping: it finishes the pictures that it has in hand."


def at_work(status: core.Status, words: str, key: str, stop: Callable[[], object]) -> None:
    """The job's progress under `words`, and the button that stops it."""
    pictures = f": {frame.count(status.step)} of {frame.count(status.steps)}" if status.steps else ""
    st.progress(min(1.0, status.step / status.steps) if status.steps else 0.0, f"{words}{pictures}")
    stopping.button(st.container(), "Stop", f"{key}-stop", status.stopping, stop, STOPPING, note="The pictures stay as they are.")


def ended_badly(status: core.Status | None, doing: str) -> None:
    """Why the last job failed, where it did."""
    if status is not None and status.state in ("failed", "interrupted"):
        frame.problem(f"The pictures could not all be {doing}: {status.reason or 'the job ended without a word.'}")


def ask(label: str, key: str, icon: str, note: str, request: Callable[[], object]) -> None:
    """The button that starts the job."""
    if st.button(label, key=key, icon=icon, help=note):
        try:
            request()
        except core.SettingsError as error:
            frame.problem(error)
            return
        st.rerun()
