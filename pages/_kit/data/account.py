"""What was understood of a folder: the account in a sentence, its rows behind an expander, remarks, and the way to another reading."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import ssl_core as core
from pages._kit.data import otherwise, question
from pages._kit.data.reading import back, effect, other_choice, plain, reading, short, take, take_account
from pages._kit.screen import frame

BROUGHT = "data_brought"  # session: the set that was brought last, whose rows are shown opened
SEEN = "data_files_seen"  # session: set -> its choice, the digest of its files and how many pictures there were when it was first shown
VISIBLE = 2  # remarks that ask nothing and are shown beside the account; the others stand behind the expander
IN_CLASS_NOTES = ("never learnt from.", "never measured with.")  # ends of remarks that the lines on classes say too
PARTS = {"train": "to learn from", "test": "test pictures", "validation": "validation", "unlabelled": "no class", None: ""}
KINDS = {"picture": "pictures", "mask": "masks", "table": "tables", "annotations": "annotations", "left out": "left out"}


def show(row: core.SetRow) -> None:
    """The account of a folder or an archive; nothing for a set that comes along."""
    if row.source == "built in" or (found := reading(row.name)) is None:
        return
    account = found.account or found.offered
    if account is None:
        return
    _changed(row.name, found)
    if found.account is None:
        _offer(row.name, found)
    asked = found.account is not None and question.ask(row.name)
    _classes(row.name, asked)
    st.markdown(plain(short(account)))
    if not row.classes:
        _unused(row.name)
    remarks = [remark for remark in account.remarks if remark not in found.questions and not remark.words.endswith(IN_CLASS_NOTES)]
    remarks.sort(key=lambda remark: not remark.asks)  # what may be read in two ways first
    for remark in remarks[:VISIBLE]:
        frame.quiet(plain(remark.words))
    with st.container(horizontal=True, gap="small"):
        with st.expander("What was understood", expanded=st.session_state.get(BROUGHT) == row.name, width="stretch"):
            _rows(account, core.not_kept(row.name))
            st.markdown(plain(account.words))
            _remarks(row.name, found, remarks)
        if found.account is not None:
            if st.button("Read it differently", key="differently", type="tertiary", icon=":material/tune:"):
                otherwise.open_for(row.name)
            back(row.name, found)


def _unused(name: str) -> None:
    """Tables that name no classes although the set has none, each with the reason: they may hold them."""
    for table, reason in core.remarks(name, of_classes=True):
        st.markdown(f":material/warning: {plain(table)} {plain(reason)}.")


def _rows(account: core.Account, beside: core.NotKept | None) -> None:
    """The rows as a small table; every file below the folder is counted in one of them. beside: what was dropped and isn't kept."""
    cells = [
        {
            "Files": frame.count(row.files),
            "What": KINDS[row.kind],
            "Part": PARTS[row.part],
            "Reason": plain(row.reason),
            "Examples": plain(", ".join(row.examples)[:120]),
        }
        for row in account.rows
    ]
    st.table(cells, border="horizontal")
    kept = sum(row.files for row in account.rows)
    if beside is None:
        frame.quiet(f"{frame.count(kept)} files in all: each is in one row.")
        return
    names = plain(", ".join(beside.examples)) + (", …" if beside.files > len(beside.examples) else "")
    others = "1 was no picture and wasn’t" if beside.files == 1 else f"{frame.count(beside.files)} were no pictures and weren’t"
    frame.quiet(f"{frame.count(kept + beside.files)} files were dropped. {others} kept: {names}. Each of the others is in one row.")


def _remarks(name: str, found: core.Reading, remarks: Sequence[core.Remark]) -> None:
    """Remarks that ask nothing, or were answered; a button takes the other reading where there is one."""
    for place, remark in enumerate(remarks):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"- {plain(remark.words)}", width="stretch")
            if found.account and remark.other and st.button("The other way", key=f"remark-other-{place}", type="tertiary"):
                take(name, other_choice(found, remark))


def _classes(name: str, asked: bool) -> None:
    """Classes that never meet in train and test, or are in one of the two only."""
    reason = core.unmet_classes(name)
    for words in [reason] if reason else core.class_notes(name):
        if not (asked and reason):  # the open question is about the same
            st.markdown(f":material/warning: {plain(words)}")


def _changed(name: str, found: core.Reading) -> None:
    """Says where files have changed since the screen first showed a set."""
    seen = st.session_state.setdefault(SEEN, {})
    now = [found.choice.plain(), found.account is None, found.files, found.pictures]
    before = seen.setdefault(name, now)
    if before[:2] != now[:2]:  # another choice, other files that are read
        seen[name] = before = now
    if before[2] == now[2]:
        return
    counts = f" ({frame.count(before[3])} pictures then, {frame.count(now[3])} now)" if before[3] != now[3] else ""
    with st.container(horizontal=True, vertical_alignment="center", key="changed"):
        st.markdown(f":material/sync_problem: Files have changed since this set was first shown{counts}.", width="content")
        if st.button("Read again", key="read-again", type="tertiary", icon=":material/refresh:"):
            seen[name] = now
            st.rerun()


def _offer(name: str, found: core.Reading) -> None:
    """A set that was used before keeps its first reading until the account is taken."""
    words = effect(name, found.choice)
    with st.container(border=True, key="offered"):
        st.markdown("**This set was used before folders had accounts, and is still read as it was then.** The account below is offered.")
        st.markdown(words)
        if st.button("Take the new account", key="accept-reading", icon=":material/check:", help="Undo brings the first reading back."):
            take_account(name)
