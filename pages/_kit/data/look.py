"""What only pixels tell: a button that opens every picture once, the figures, and leaving out of the test what is in training."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.data import opening
from pages._kit.data.reading import reading, take
from pages._kit.figures import gallery
from pages._kit.screen import fragments, frame

DRAWN = ("scenes", "digits")  # sets that come along: no photograph, and nothing in them to find
KEPT_APART = "Numbers from before and after never stand in one comparison. No file is moved or deleted."
SHOWN, LISTED = 12, 200  # leaking test pictures that are shown beside their partner, and named


def offer(row: core.SetRow) -> None:
    """The button or the figures; refreshed while the pictures of the set are opened."""
    if row.name not in DRAWN:
        working = _working(core.look_status(row.name))
        fragments.fragment(_part, run_every=1 if working else None)(row, working)


def _working(status: core.Status | None) -> bool:
    return status is not None and status.active


def _part(row: core.SetRow, working: bool) -> None:
    status, seen = core.look_status(row.name), core.look(row.name)
    if _working(status) != working:
        st.rerun()
    if seen is not None:
        _figures(row.name, seen)
    elif status is not None and working:
        opening.at_work(status, status.stage.capitalize(), "look", lambda: core.stop_look(row.name))
    else:
        _button(row, status)


def _figures(name: str, seen: core.Looked) -> None:
    """The figures, the pairs that leak, and the buttons that leave them out of the test or take them back."""
    leaks, left_out = core.leaks(name), core.apart_note(name)
    frame.quiet(f"{seen.words()} {'' if leaks is None or left_out else leaks.words()}".strip())
    if leaks and leaks.found:
        with st.expander(f"Test pictures that are also in training: {frame.count(len(leaks.found))}"):
            _pairs(name, leaks.found[:SHOWN])
            if len(leaks.found) > SHOWN:
                rest = "\n".join(
                    f"- {frame.escape(leak.test)}: {leak.why} as {frame.escape(leak.train)}" for leak in leaks.found[SHOWN:LISTED]
                )
                st.markdown(rest)
            if len(leaks.found) > LISTED:
                more, command = frame.count(len(leaks.found) - LISTED), f"{core.COMMAND} data {frame.escape(name)} --look --json"
                frame.quiet(f"{more} more are named by `{command}`.")
    found = reading(name)
    if leaks is not None and found is not None and found.account is not None:
        _taken_back(name, found, left_out, leaks.tested)
        _leave_out(name, found, leaks)


def _leave_out(name: str, found: core.Reading, leaks: core.Leaks) -> None:
    """One click leaves the test pictures that leak out of the test."""
    count, rest = len(leaks.found), leaks.tested - len(leaks.found)
    if not count:
        return
    what = "this 1 picture" if count == 1 else f"these {frame.count(count)} pictures"
    with st.container(horizontal=True, vertical_alignment="center", key="leaking"):
        if st.button(f"Leave {what} out of the test", key="apart", icon=":material/content_cut:", disabled=not rest, help=KEPT_APART):
            take(name, found.choice.with_(apart=True))
        st.caption(f"{frame.count(rest)} are left to measure with." if rest else "None would be left to measure with.", width="content")


def _taken_back(name: str, found: core.Reading, left_out: str, tested: int) -> None:
    """What is left out, and the button that takes it back."""
    if not left_out:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="left-out-of-test"):
        st.markdown(f":material/content_cut: {left_out} {frame.count(tested)} are left to measure with.", width="content")
        if st.button("Take them back", key="apart-undo", type="tertiary", icon=":material/undo:", help=KEPT_APART):
            take(name, found.choice.with_(apart=False))


def _pairs(name: str, found: list[core.Leak]) -> None:
    """Pairs of pictures, the test picture first."""
    ids = core.picture_ids(name)
    groups = [
        [
            gallery.picture(name, str(ids[leak.test]), f"{leak.why[:1].upper()}{leak.why[1:]}: {leak.test} as {leak.train}", 128),
            gallery.picture(name, str(ids[leak.train]), leak.train, 128),
        ]
        for leak in found
    ]
    gallery.show_groups(groups, [0] * len(groups), columns=4)


def _button(row: core.SetRow, status: core.Status | None) -> None:
    """The button that opens all pictures, and why the last job failed, where it did."""
    opening.ended_badly(status, "looked at")
    note = "Opens each picture once: which come twice, which test pictures are also in training, sizes, colours."
    opening.ask("Look for duplicates", "look", ":material/difference:", note, lambda: core.request_look(row.name))
