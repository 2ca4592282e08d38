"""Something to download: a card with its size and one button; during the download megabytes, time left, and Stop."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

import streamlit as st

import ssl_core as core
from pages._kit.screen import fragments, frame, stopping

COLUMNS = 3


class Card(NamedTuple):
    """One thing to download."""

    name: str  # the name by which `core.offer` knows it
    title: str
    help: str
    size: int  # bytes


def shelf(cards: list[Card]) -> None:
    """Cards side by side, refreshed while one of them is downloaded. A finished download draws the whole screen again."""
    busy = sorted(card.name for card in cards if _active(card.name))
    fragments.fragment(_cards, run_every=1 if busy else None)(cards, busy)


def weights(targets: Iterable[str]) -> None:
    """Cards for the ImageNet weights among these targets that aren't on this machine."""
    offers = [core.offer(target) for target in targets if not here(target)]
    if offers:
        shelf([Card(each.name, each.title, "", each.size) for each in offers])


def here(target: str) -> bool:
    """Whether the weights that a target needs are on this machine; runs and pixels need none from the net."""
    return not target.startswith("imagenet:") or core.offer(target).here


def coming(names: Iterable[str]) -> bool:
    """Whether any of these is being downloaded."""
    return any(_active(name) for name in names)


def _active(name: str) -> bool:
    status = core.fetch_status(name)
    return status is not None and status.active


def _cards(cards: list[Card], busy: list[str]) -> None:
    for start in range(0, len(cards), COLUMNS):
        for column, card in zip(st.columns(min(COLUMNS, len(cards))), cards[start : start + COLUMNS], strict=False):
            with column.container(border=True, height="stretch", key=f"fetch-{card.name.replace(':', '-')}"):
                _card(card)
    if busy != sorted(card.name for card in cards if _active(card.name)):
        st.rerun()


def _card(card: Card) -> None:
    st.markdown(f"**{frame.escape(card.title)}**")
    if card.help:
        frame.quiet(frame.escape(re.sub(r"(?<=\d) (?=\d{3})", frame.NBSP, card.help)))  # "6 149" stays on one line
    status = core.fetch_status(card.name)
    if status is not None and status.active:
        st.progress(min(1.0, status.step / status.steps) if status.steps else 0.0, where(status))
        note, answer = "What came is kept: it can be gone on with.", "Stopping. What came is kept."
        stop = functools.partial(core.stop_fetch, card.name)
        stopping.button(st.container(), "Stop", f"stop-{card.name}", status.stopping, stop, answer, note=note)
        return
    if status is not None and status.reason:
        st.markdown(f":material/info: {frame.escape(status.reason)}")
    if st.button(_words(card, status), key=f"get-{card.name}", icon=":material/download:"):
        try:
            core.request_fetch(card.name)
        except core.SettingsError as error:
            frame.problem(error)
            return
        st.rerun()


def _words(card: Card, status: core.Status | None) -> str:
    """The button's label: what is downloaded, and how many bytes."""
    begun = status is not None and status.state != "done" and 0 < status.step < status.steps
    if status is not None and begun:
        return f"Go on, {core.megabytes(status.steps - status.step)} left"
    return f"Download, {core.megabytes(card.size)}"


def where(status: core.Status) -> str:
    """Where a download stands, in words: "12 MB of 170 MB, 40 s left"."""
    if status.state == "queued" and status.place:
        return f"Number {status.place + 1} in line"
    if not status.steps:
        return (status.stage or "waking up").capitalize()
    done = f"{core.megabytes(status.step)} of {core.megabytes(status.steps)}"
    stage = "" if status.stage == "downloading" else f"{status.stage.capitalize()}: "
    return stage + done + (f", {frame.duration(status.left)} left" if status.left is not None else "")
