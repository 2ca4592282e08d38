"""Data sets that aren't on the list: taken off it and brought back, or no longer to be read as a person chose."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

import ssl_core as core
from pages._kit.data.reading import as_files_say
from pages._kit.screen import frame, links

REMOVED = "data_removed"  # session: the set that was taken off the list last


def take(row: core.SetRow) -> None:
    """The button that takes a person's own data set off the list."""
    words = f"Take '{frame.escape(row.title)}' off the list"
    if row.source == "yours" and st.button(words, key="remove", icon=":material/delete:", help="The folder itself is never touched."):
        try:
            core.remove_set(row.name)
        except core.SettingsError as error:  # another tab took the set off the list before
            frame.problem(error)
            return
        st.session_state[REMOVED] = row.name
        st.query_params.pop(links.DATASET, None)
        st.rerun()


def undo(listed: set[str]) -> None:
    """The button that brings the data set back that was taken off the list last, until another tab has brought it back."""
    removed = st.session_state.get(REMOVED)
    if removed in listed:
        del st.session_state[REMOVED]
        return
    words = f"Undo: bring '{frame.escape(removed or '')}' back"
    if removed and st.button(words, key="undo-remove", icon=":material/undo:"):
        _restore(removed)


def bring_back() -> None:
    """Every set that was taken off the list and is still kept, after a restart too; what was dropped here has no other place."""
    kept = {name: title for name, title in core.removed_sets().items() if name != st.session_state.get(REMOVED)}
    if not kept:
        return
    with st.expander(f"Taken off the list: {frame.count(len(kept))}"):
        for name, title in kept.items():
            if st.button(f"Bring '{frame.escape(title)}' back", key=f"bring-back-{name}", icon=":material/undo:"):
                _restore(name)


def read_anew(rows: Iterable[core.SetRow]) -> None:
    """A button for each set that can't be opened and that a person chose a reading for, which may be the reason."""
    for row in rows:
        if not row.download and not row.packed and core.is_chosen(row.name):
            as_files_say(row.name, f"Read '{frame.escape(row.title)}' as its files say", f"read-anew-{row.name}")


def _restore(name: str) -> None:
    try:
        core.restore_set(name)
    except core.SettingsError as error:
        frame.problem(error)
        return
    st.session_state.pop(REMOVED, None)
    links.show_pictures(name)
    st.rerun()
