"""Pictures that can't be read: those found so far, and a button that opens all pictures to find the rest."""

from __future__ import annotations

import itertools

import streamlit as st

import ssl_core as core
from pages._kit.data import opening
from pages._kit.screen import fragments, frame


def offer(row: core.SetRow) -> None:
    """The list and the button; refreshed while the pictures of the set are opened."""
    working = _working(core.check(row.name))
    fragments.fragment(_part, run_every=1 if working else None)(row, working)


def left_out(count: int) -> str:
    """How many pictures are left out, in words; "" for none."""
    if not count:
        return ""
    return "1 file could not be read and is left out" if count == 1 else f"{frame.count(count)} files could not be read and are left out"


def _working(found: core.Check) -> bool:
    return found.status is not None and found.status.active


def _part(row: core.SetRow, working: bool) -> None:
    found = core.check(row.name)
    if _working(found) != working:
        st.rerun()
    files = list(itertools.chain.from_iterable(found.left_out.values()))
    if files:
        with st.expander(left_out(len(files))):
            st.markdown("\n".join(f"- {frame.escape(file)}: it {frame.escape(reason)}" for file, reason in files))
    if working and found.status is not None:
        opening.at_work(found.status, "Opening all pictures", "check", lambda: core.stop_check(row.name))
    elif not found.whole and row.source != "built in":
        _button(row, found.status)
    elif not files and row.source != "built in":
        frame.quiet("All of these pictures can be read.")


def _button(row: core.SetRow, status: core.Status | None) -> None:
    """The button that opens all pictures, and why the last job failed, where it did."""
    opening.ended_badly(status, "opened")
    words = f"Check all {frame.count(row.samples_train + row.samples_test)} pictures"
    note = "Opens each of them once and names those that can’t be read. Training does the same when it begins."
    opening.ask(words, "check", ":material/fact_check:", note, lambda: core.request_check(row.name))
