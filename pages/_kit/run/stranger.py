"""A network that meets pictures unlike those it learnt from: one line with both sets' names, and the better run that is there."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.screen import frame, links

PHOTOGRAPHS = "scikit-learn’s photographs"


def say(run_id: str, dataset: str, met: str = "", key: str = "stranger") -> None:
    """The line where a run meets pictures of another set, and a button that takes the better run. met: the pictures in words."""
    try:
        found = core.stranger(run_id, dataset, met)
    except core.SettingsError:  # no such run: the screen says so
        return
    if found is None:
        return
    st.caption(f":material/info: {frame.escape(found.sentence)}")
    if found.run and st.button(f"Take “{frame.escape(found.title)}”", key=f"{key}-{run_id}", type="tertiary", icon=":material/swap_horiz:"):
        links.show_run(found.run)
        st.rerun()


def say_of_picture(run: core.Run, key: str) -> None:
    """The same for the picture that a screen asks about: the run's own pictures are no strangers."""
    if key.startswith("photo-"):
        say(run.id, "", PHOTOGRAPHS)
    elif key == "own":
        say(run.id, "", "your own picture")


def notes(dataset: str, targets: list[str]) -> None:
    """Sentences that belong beside figures on a data set, as far as the screen doesn't show them already."""
    for note in core.notes_on(dataset, targets):
        frame.quiet(frame.escape(note))
