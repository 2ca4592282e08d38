"""The title of the browser's tab, by which entries of its history are told apart: how far the run is, the screen, and what it is about."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.screen import links, work

NAME = "Selfsight"
TITLE = "tab_title"  # session: the title as it was set last
OF_PICTURES = ("data", "pretext", "fewshot")  # screens about pictures more than about a run
OF_ALL = ("runs",)  # screens about every run


def title(place: str, run: core.Run | None, pictures: str) -> str:
    """ "37 % · Train · My run · Selfsight". pictures: their title, which stands in place of the run's on screens about them."""
    if not place:
        return NAME
    of_pictures = place in OF_PICTURES or (place == "train" and work.sets_up(run))
    about = pictures if of_pictures else run.title if run and place not in OF_ALL else ""
    return " · ".join(filter(None, [progress(run), links.PLACES[place][1], about, NAME]))


def progress(run: core.Run | None) -> str:
    """How far a run is that learns: "37 %"; "" where it doesn't, or learns without an end."""
    if run is None or not run.status.active or not run.status.steps:
        return ""
    return f"{min(99, 100 * run.status.step // run.status.steps)} %"


def name(place: str, run: core.Run | None, pictures: str, again: bool = True) -> None:
    """Sets the tab's title; again: also where it is the one that was set last, since Streamlit may have set another."""
    words = title(place, run, pictures)
    if again or words != st.session_state.get(TITLE):
        st.session_state[TITLE] = words
        st.set_page_config(page_title=words)
