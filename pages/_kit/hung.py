"""Pictures that an address hangs on the wall to be named: those that were drawn around on the map."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import ssl_core as core
from pages._kit import links

PICTURES = "pictures"  # query parameter of few labels: ids such as test-12, with commas between them
HELPFUL = "fewshot-helpful"  # session: data set and the pictures that would help most, in place of a wall
MOST = 240  # of them, so that the address stays an address and the wall a wall


def link(dataset: str, ids: Sequence[str]) -> None:
    """Opens the wall with these pictures of a data set."""
    st.session_state.pop(HELPFUL, None)
    links.go("fewshot", **{links.DATASET: dataset, PICTURES: ",".join(ids[:MOST])})


def asked(dataset: str) -> tuple[list[str], str]:
    """The pictures that the address asks for and that can be shown, in its order; what can't be, in a sentence."""
    named = list(dict.fromkeys(filter(None, links.asked(PICTURES).split(","))))
    if not named:
        return [], ""
    there = _readable(dataset, core.open_set(dataset, "test").digest(), tuple(named[:MOST]))
    shown = f"Shown are {len(there)}." if there else "Shown is the usual wall."
    odd = next((each for each in named[:MOST] if each not in there), None)
    if odd is not None:
        return there, f"'{PICTURES}' must be ids that '{dataset}' has, like test-12, with commas between them. Got {odd[:60]}. {shown}"
    return there, f"'{PICTURES}' may name {MOST} at most. Got {len(named)}. {shown}" if len(named) > MOST else ""


def take_down() -> None:
    """Back to the usual wall."""
    st.query_params.pop(PICTURES, None)


@st.cache_data(max_entries=16, show_spinner=False)
def _readable(dataset: str, digest: str, ids: tuple[str, ...]) -> list[str]:
    return core.readable(dataset, ids)
