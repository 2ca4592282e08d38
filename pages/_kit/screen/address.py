"""What was chosen on a screen, stored in its address: a link, a reload, Back and Forward restore it."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages._kit.screen import links

WRITTEN, TURN = "address_written", "address_turn"  # session, by key: the values last written, and how often Back or Forward changed them


def key(base: str, names: Iterable[str]) -> str:
    """The key of widgets with these parameters; another key after Back or Forward changed them, so that the widgets take the new values."""
    if went_back() and {name: links.asked(name) for name in names} != st.session_state.get(f"{WRITTEN}-{base}"):
        st.session_state[f"{TURN}-{base}"] = st.session_state.get(f"{TURN}-{base}", 0) + 1
    turn = st.session_state.get(f"{TURN}-{base}", 0)
    return f"{base}-{turn}" if turn else base


def write(base: str, values: dict[str, str]) -> None:
    """Writes the values of the widgets of `key` into the address; a parameter without a value is removed."""
    for name, value in values.items():
        if value and value != links.asked(name):
            st.query_params[name] = value
        elif not value:
            st.query_params.pop(name, None)
    st.session_state[f"{WRITTEN}-{base}"] = values


def went_back() -> bool:
    """Whether this script run was caused by the browser's Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
