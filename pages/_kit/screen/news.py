"""News of runs that end while another screen is open: one quiet notice each, with the way to the run."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

import ssl_core as core
from pages._kit.screen import fragments, frame, links, readers, tab, work

EVERY = 2.5  # seconds between two looks at the runs at work
MOST = 3  # notices shown at once; further ones follow when these are closed
WATCHED = "news_watched"  # session: the runs that were at work when looked at last
UNREAD = "news_unread"  # session: the runs that have ended and whose notice is shown until it is closed or its run opened
ENDS = {
    "done": ":material/check_circle: “{title}” is done.",
    "failed": ":material/error: “{title}” failed: {reason}",
    "stopped": ":material/stop_circle: “{title}” has stopped.",
    "interrupted": ":material/error: “{title}” was interrupted: {reason}",
}


def show(place: str, runs: Mapping[str, core.Run], pictures: str) -> None:
    """Watches the runs at work while this screen is open, and tells which have ended. pictures: their title, for the tab."""
    watched = st.session_state.setdefault(WATCHED, [])
    look({name: runs.get(name) for name in watched}, place)
    st.session_state[WATCHED] = [name for name, run in runs.items() if run.status.active]
    fragments.fragment(_part, run_every=EVERY if st.session_state[WATCHED] else None)(place, pictures)


def _part(place: str, pictures: str) -> None:
    """The notices, and how far the run is in the tab's title: a few small files are read, and the screen isn't drawn again."""
    look({name: readers.chosen(name) for name in st.session_state.get(WATCHED, [])}, place)
    if place:
        tab.name(place, readers.chosen(links.current_run()), pictures, again=False)
    found = [readers.chosen(name) for name in st.session_state.get(UNREAD, [])]
    ended = [run for run in found if run is not None and not run.status.active][:MOST]
    if ended:
        with st.container(key="news", gap="small"):
            for run in ended:
                notice(run)


def look(watched: Mapping[str, core.Run | None], place: str) -> None:
    """Notes which of the watched runs have ended, but for those that the screen shows anyway. None: it was deleted."""
    st.session_state[WATCHED] = active = [name for name, run in watched.items() if run is not None and run.status.active]
    ended = [name for name, run in watched.items() if run is not None and not run.status.active]
    unread = dict.fromkeys([*st.session_state.get(UNREAD, []), *ended])
    st.session_state[UNREAD] = [name for name in unread if name not in active and not shown(name, place)]


def shown(run: str, place: str) -> bool:
    """Whether a screen shows how a run stands."""
    return place == "runs" or (place == "train" and links.current_run() == run and not work.sets_up(readers.chosen(run)))


def notice(run: core.Run) -> None:
    """What became of a run, a button to it, and one that closes the notice."""
    reason = frame.escape(run.status.reason or "its log has the details.")
    with st.container(key=f"news-{run.id}", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(ENDS[run.status.state].format(title=frame.escape(run.title), reason=reason))
        if st.button("Show it", key=f"news-show-{run.id}"):
            _read(run.id)
            links.go("train", **{links.RUN: run.id})
        st.button("Close", key=f"news-close-{run.id}", icon=":material/close:", type="tertiary", on_click=_read, args=(run.id,))


def _read(run: str) -> None:
    st.session_state[UNREAD] = [name for name in st.session_state.get(UNREAD, []) if name != run]
