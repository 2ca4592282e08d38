"""Fragments and dialogs that show a SettingsError as a sentence: Streamlit shows an error inside one before any `except` around it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Literal

import streamlit as st
from streamlit.errors import StreamlitAPIException

import ssl_core as core
from pages._kit.screen import frame, links, readers

Draw = Callable[..., Any]


def fragment(draw: Draw, run_every: float | None = None) -> Draw:
    """A part of a screen that is drawn again alone, every `run_every` seconds where given."""
    return st.fragment(_in_words(draw), run_every=run_every)


def dialog(title: str, width: Literal["small", "medium", "large"]) -> Callable[[Draw], Draw]:
    """A dialog above the screen."""
    return lambda draw: st.dialog(title, width=width)(_in_words(draw))


def again() -> None:
    """Draws the current part again; the whole screen where the script run isn't one of a fragment."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # this script run already draws the whole screen
        st.rerun()


def _in_words(draw: Draw) -> Draw:
    @functools.wraps(draw)
    def drawn(*args: Any, **named: Any) -> Any:
        run = links.current_run()
        try:
            return draw(*args, **named)
        except core.SettingsError as error:
            if run and readers.chosen(run) is None:  # another tab deleted the run: the router says so, and chooses another
                st.rerun()
            frame.problem(error)

    return drawn
