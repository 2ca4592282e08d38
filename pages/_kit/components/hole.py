"""A rectangle on a picture, moved and resized by hand: our own component, assets/hole.js."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

import ssl_core as core
from pages._kit.components import mount

SIDES = ("left", "top", "width", "height")


def is_box(control: core.Control) -> bool:
    """Whether a setting is a rectangle: a group of left, top, width and height."""
    inside = control.group.controls() if control.group else []
    return tuple(each.name for each in inside) == SIDES


def start(control: core.Control) -> dict[str, float]:
    """The default of a rectangle's setting."""
    plain = control.default.plain() if isinstance(control.default, core.Settings) else dict(control.default)
    return {side: float(plain[side]) for side in SIDES}


def chosen(key: str, otherwise: Mapping[str, float]) -> dict[str, float]:
    """The rectangle that the browser sent last, else `otherwise`; known before the component is drawn again."""
    told = getattr(st.session_state.get(key), "box", None) or otherwise
    return {side: float(told[side]) for side in SIDES}


def hole(
    key: str, control: core.Control, box: Mapping[str, float], picture: str, inside: str, cells: int, alt: str = "", about: str = ""
) -> None:
    """Shows the picture with the rectangle; each move starts a rerun, one at a time, after which `chosen` gives the new rectangle.

    picture, inside: addresses or data URIs of square pictures; `inside` is the answer for `box` and is shown within the rectangle.
    cells: pixels a side that the network gets, to which the rectangle snaps. about: what is shown; a change resets the rectangle to `box`.
    """
    assert control.group is not None
    told = getattr(st.session_state.get(key), "box", None) or {}
    shown = {
        "picture": picture,
        "inside": inside,
        "box": dict(box),
        "answered": dict(box),
        "asked": int(told.get("asked", 0)),
        "cells": cells,
        "limits": {each.name: [each.low or 0, 1 if each.high is None else each.high] for each in control.group.controls()},
        "label": control.label,
        "alt": alt,
        "about": about,
    }
    mount.component("hole", "hole")(key=key, data=shown, on_box_change=mount.nothing)
