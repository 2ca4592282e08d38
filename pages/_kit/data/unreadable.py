"""Pictures that can't be read: those found so far, and a button that opens all pictures to find the rest."""

from __future__ import annotations

import itertools

import streamlit as st

import ssl_core as core
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
        _at_work(row.name, found.status)
    elif not found.whole and row.source != "built in":
        _button(row, found.status)
    elif not files and row.source != "built in":
        frame.quiet("All of these pictures can be read.")


def _at_work(name: str, status: core.Status) -> None:
    """The job's progress, and the Stop button."""
    pictures = f": {frame.count(status.step)} of {frame.count(status.steps)}" if status.steps else ""
    st.progress(min(1.0, status.step / status.steps) if status.steps else 0.0, f"Opening all pictures{pictures}")
    if st.button("Stop", key="check-stop", icon=":material/stop_circle:", help="The pictures stay as they are."):
        core.stop_check(name)
        st.toast("It ends after the pictures it has in hand.")


def _button(row: core.SetRow, status: core.Status | None) -> None:
    """The button that opens all pictures, and why the last job failed, where it did."""
    if status is not None and status.state in ("failed", "interrupted"):
        frame.problem(f"The pictures could not all be opened: {status.reason or 'the job ended without a word.'}")
    words = f"Check all {frame.count(row.samples_train + row.samples_test)} pictures"
    note = "Opens each of them once and names those that can’t be read. Training does the same when it begins."
    if st.button(words, key="check", icon=":material/fact_check:", help=note):
        try:
            core.request_check(row.name)
        except core.SettingsError as error:
            frame.problem(error)
            return
        st.rerun()
