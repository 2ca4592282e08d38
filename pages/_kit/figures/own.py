"""The visitor's own picture: in the session, and kept by the app under a name in the address, so that a reload and Back show it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.screen import links

ADDRESS = "own"  # query parameter: the name under which the picture is kept
NAME = "own-name"  # session: the same, "" for one that couldn't be kept
SQUARE, WHOLE = "own-pixels", "own-whole"  # session: PNG of its middle square, and of all of it
ANSWERS = "own-answers"  # session: what a run said of it on Home, {} where none was asked there
TURN = "own-turn"  # session: how often it was taken away, so that the place to drop another is empty again
PRIVACY = f"It stays on this computer, for {core.DAYS} days at most."
AGAIN = "It is kept for a reload and Back. This deletes it."
HOME = f"Your photo is kept for a reload, {core.DAYS} days at most."
LOST = "It stays on this computer. It couldn’t be kept for a reload:"
AWAY = "Take it away"


def here() -> bool:
    """Whether there is such a picture."""
    return SQUARE in st.session_state


def keep(square: bytes, whole: bytes, answers: Mapping[str, Any] | None = None) -> None:
    """Makes a picture the visitor's own, in place of the one before; on a full disk for this session alone."""
    _forget()
    said = dict(answers or {})
    st.session_state[SQUARE], st.session_state[WHOLE], st.session_state[ANSWERS] = square, whole, said
    try:
        st.session_state[NAME] = core.keep_own_picture(square, whole, said)
    except core.SettingsError:
        st.session_state[NAME] = ""


def restore() -> bool:
    """Takes the picture that the address names into the session. Returns whether the address names one that is here."""
    asked = links.asked(ADDRESS)
    if not asked:
        return False
    if asked != st.session_state.get(NAME):
        found = core.own_picture(asked)
        if found is None:
            st.query_params.pop(ADDRESS, None)
            return False
        st.session_state[SQUARE], st.session_state[WHOLE], st.session_state[ANSWERS] = found
        st.session_state[NAME] = asked
    return True


def write(shown: bool) -> None:
    """Writes the picture's name into the address where it is shown, and takes it out where another one is."""
    name = st.session_state.get(NAME, "") if shown else ""
    if not name:
        st.query_params.pop(ADDRESS, None)
    elif name != links.asked(ADDRESS):
        st.query_params[ADDRESS] = name


def take_away() -> None:
    """Forgets the picture, deletes what was kept of it, and empties the place to drop another."""
    _forget()
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.query_params.pop(ADDRESS, None)


def _forget() -> None:
    if name := st.session_state.pop(NAME, ""):
        core.take_own_picture_away(name)
    for key in (SQUARE, WHOLE, ANSWERS):
        st.session_state.pop(key, None)


def on_home() -> str:
    """How long Home keeps the picture, as a sentence; its lead says that it stays on this computer."""
    return HOME if st.session_state.get(NAME) else "It couldn’t be kept for a reload: the disk is full or can’t be written."


def privacy() -> str:
    """Where the picture is and for how long, as a sentence."""
    return PRIVACY if st.session_state.get(NAME) else f"{LOST} the disk is full or can’t be written."
