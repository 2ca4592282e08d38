"""What was understood of a folder: the account, the questions where two readings fit, and the way to the other reading and back."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.screen import frame

BEFORE = "data_reading_before"  # session: set -> the choice that the last button replaced
SAYS = {
    "train": "to learn from",
    "test": "to test",
    "validation": "for validation",
    "unlabelled": "to learn from, without classes",
    None: "",
}


def show(row: core.SetRow) -> None:
    """Questions, and the account behind an expander; nothing for a set that came with the program."""
    if row.source == "built in":
        return
    try:
        found = core.reading_of(row.name)
    except core.SettingsError:  # a published set that lies in the data folder, read as its authors lay it out
        return
    account = found.account or found.offered
    if account is None:
        return
    if found.account is None:
        _offer(row.name)
    for place, remark in enumerate(account.remarks if found.account else ()):
        _remark(row.name, found, remark, place)
    _back(row.name, found)
    with st.expander("What was understood of its files"):
        st.markdown(_plain(account.words))
        st.table(
            [{"files": each.files, "what": _plain(_what(each)), "such as": _plain(", ".join(each.examples)[:120])} for each in account.rows]
        )


def _what(row: core.Row) -> str:
    return " ".join(filter(None, [row.kind, SAYS[row.part], row.reason if row.kind == "left out" else ""]))


def _cells(row: core.Row) -> dict[str, object]:
    return {"files": row.files, "what": _plain(_what(row)), "such as": _plain(", ".join(row.examples)[:120])}


def _plain(words: str) -> str:
    """A sentence as markdown: names stand in quotation marks, and nothing in them is markup."""
    return frame.escape(words.replace("`", "'"))


def _remark(name: str, found: core.Reading, remark: core.Remark, place: int) -> None:
    """A sentence; where two readings fit, a button takes the other one."""
    if not remark.other:
        frame.quiet(_plain(remark.words))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_plain(remark.words), width="stretch")
        if st.button("Read it the other way", key=f"other-{place}", type="tertiary", icon=":material/swap_horiz:"):
            _choose(name, found.choice, core.Choice.read({**found.choice.plain(), **remark.other}))


def _choose(name: str, before: core.Choice, choice: core.Choice) -> None:
    try:
        core.choose(name, choice)
    except core.SettingsError as error:
        frame.problem(error)
        return
    st.session_state.setdefault(BEFORE, {})[name] = before
    st.rerun()


def _back(name: str, found: core.Reading) -> None:
    """The buttons that undo the last choice, and every choice."""
    before = st.session_state.get(BEFORE, {}).get(name)
    if not found.choice.plain() and before is None:
        return
    with st.container(horizontal=True):
        if before is not None and st.button("Undo", key="undo-reading", icon=":material/undo:"):
            core.choose(name, before)
            del st.session_state[BEFORE][name]
            st.rerun()
        if found.choice.plain() and st.button("Read it as the files say", key="as-files-say", type="tertiary"):
            _choose(name, found.choice, core.Choice())


def _offer(name: str) -> None:
    """A set that was used before keeps its first reading until the account is taken."""
    change = core.change(name, core.Choice())
    if not change.moved:
        return
    words = f"This set keeps the reading with which it was used before. Read anew: {_plain(change.words())}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words, width="stretch")
        if st.button("Take the new reading", key="accept-reading", icon=":material/check:"):
            core.accept(name)
            st.rerun()
