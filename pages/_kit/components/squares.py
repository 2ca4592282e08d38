"""Squares of a picture, hidden and shown by drawing over them: our own component, assets/squares.js."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.components import mount

NAMES = ["hidden"]


def is_drawing(control: core.Control) -> bool:
    """Whether a setting is a drawing of squares: a group of one text, `hidden`."""
    inside = control.group.controls() if control.group else []
    return [each.name for each in inside] == NAMES and inside[0].kind == "text"


def chosen(key: str, start: str) -> str:
    """The squares that the browser sent last, else `start`: a text with 1 for each hidden square and 0 for each seen one."""
    told = getattr(st.session_state.get(key), "drawing", None)
    return str(told["hidden"]) if told else start


def squares(key: str, label: str, start: str, drawn: str, picture: str, inside: str, alt: str = "") -> None:
    """Shows the picture with its squares; each stroke starts a rerun, one at a time, after which `chosen` gives the new drawing.

    start: the first drawing; a button hides as many squares at random. picture, inside: addresses or data URIs of square pictures;
    `inside` is the answer for `drawn` and is shown in the hidden squares.
    """
    told = getattr(st.session_state.get(key), "drawing", None) or {}
    shown = {
        "label": label,
        "start": start,
        "drawn": drawn,
        "asked": int(told.get("asked", 0)),
        "picture": picture,
        "inside": inside,
        "alt": alt,
    }
    mount.component("squares", "squares", ("hole", "squares"))(key=key, data=shown, on_drawing_change=mount.nothing)
