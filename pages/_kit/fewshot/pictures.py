"""Which pictures are on the wall to be labelled: a page of the data set, those selected on the map, or those that would help most."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import ssl_core as core
from pages._kit.screen import links

ADDRESS = "pictures"  # query parameter of few labels: ids such as test-12, with commas between them
HELPFUL = "fewshot-helpful"  # session: data set, run, and the pictures that would help the run most, shown in place of a page
WALL = "fewshot-wall"  # session: the page of each data set
SIZE = 24  # pictures on a wall
MOST = 240  # pictures in the address at most: a longer address could be refused, and a longer wall isn't labelled


def link(dataset: str, ids: Sequence[str]) -> None:
    """Opens the few-labels screen with these pictures of a data set."""
    st.session_state.pop(HELPFUL, None)
    links.go("fewshot", **{links.DATASET: dataset, ADDRESS: ",".join(ids[:MOST])})


def helpful(dataset: str, run_id: str) -> list[str]:
    """The pictures that would help most, [] where they were found for another data set or run."""
    held_set, held_run, ids = st.session_state.get(HELPFUL, ("", "", []))
    return list(ids) if (held_set, held_run) == (dataset, run_id) else []


def show_helpful(dataset: str, run_id: str, ids: Sequence[str]) -> None:
    """Shows the pictures that would help most, instead of a page of the data set."""
    st.session_state[HELPFUL] = dataset, run_id, list(ids[:SIZE])


def page(dataset: str) -> int:
    """Which page of a data set is shown."""
    return int(st.session_state.get(WALL, {}).get(dataset, 0)) % max(1, core.walls(dataset, SIZE))


def turn(dataset: str, run_id: str, to: int) -> None:
    """Another page. After the most helpful pictures comes the first page, after those of the address the page shown before them."""
    if helpful(dataset, run_id):
        st.session_state.pop(HELPFUL)
        to = 0
    elif links.asked(ADDRESS):
        leave_address()
        return
    st.session_state[WALL] = {**st.session_state.get(WALL, {}), dataset: to}


def asked(dataset: str) -> tuple[list[str], str]:
    """The pictures that the address names and that can be shown, in its order, and a sentence about the others."""
    named = list(dict.fromkeys(filter(None, links.asked(ADDRESS).split(","))))
    if not named:
        return [], ""
    there = _readable(dataset, core.open_set(dataset, "test").digest(), tuple(named[:MOST]))
    shown = f"Shown are {len(there)}." if there else "Shown is the usual wall."
    odd = next((each for each in named[:MOST] if each not in there), None)
    if odd is not None:
        return there, f"'{ADDRESS}' must be ids that '{dataset}' has, like test-12, with commas between them. Got {odd[:60]}. {shown}"
    return there, f"'{ADDRESS}' may name {MOST} at most. Got {len(named)}. {shown}" if len(named) > MOST else ""


def leave_address() -> None:
    """Takes the pictures out of the address, so that a page of the data set is shown."""
    st.query_params.pop(ADDRESS, None)


@st.cache_data(max_entries=16, show_spinner=False)
def _readable(dataset: str, digest: str, ids: tuple[str, ...]) -> list[str]:
    return core.readable(dataset, ids)
