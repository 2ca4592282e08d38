"""The nearest neighbours of one picture, by several networks side by side, in a dialog."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import ssl_core as core
from pages._kit.figures import gallery
from pages._kit.run import stranger
from pages._kit.screen import fragments, frame

NAMES = {"imagenet": "ImageNet", "pixels": "Raw pixels"}


@fragments.dialog("What each finds most like your picture", width="large")
def open_own(run_id: str, dataset: str) -> None:
    """The neighbours of a visitor's own picture."""
    reason = st.container()
    dropped = st.file_uploader("Drop a picture of your own; it stays on this computer", core.SUFFIXES, key="alike-file")
    if dropped is None:
        return
    try:
        picture_HWC = core.upload_picture(dropped.getvalue(), core.range_of_run(run_id))
    except core.SettingsError as error:
        with reason:
            frame.problem(error)
        return
    image, words = st.columns([1, 8], vertical_alignment="center")
    with image:
        gallery.big(gallery.Tile(gallery.source_of(picture_HWC), "your picture"))
    words.markdown("**Your picture.** This run sees its middle square as small as the pictures it learnt from, ImageNet’s at its own size.")
    stranger.say_of_picture(core.run(run_id), "own")
    side_by_side(run_id, dataset, picture_HWC, "")


def side_by_side(run_id: str, dataset: str, picture: str | np.ndarray, kind: str) -> None:
    """Twelve neighbours by this run, by ImageNet, by raw pixels; refreshed while jobs compute the features of the test pictures."""
    targets = [target for target in core.targets_for(run_id) if not target.startswith("untrained:")]
    stranger.notes(dataset, targets)
    columns, below = st.container(), st.empty()
    found = core.alike(targets, picture)
    if not _busy(found) and ask(targets, found, dataset, below, "alike-go"):
        below.empty()
        found = core.alike(targets, picture)
    with columns:
        busy = _busy(found)
        fragments.fragment(_columns, run_every=1 if busy else None)(targets, run_id, dataset, picture, kind, busy)


def ask(targets: Sequence[str], found: Sequence[core.Alike], dataset: str, place: DeltaGenerator, key: str) -> bool:
    """A button where features of the test pictures are missing and no job computes them. Returns whether a press of it started the jobs."""
    unasked = [one for one in found if not one.ids and (one.status is None or not one.status.active)]
    words = "Look at the test pictures first" if len(unasked) == len(found) else "Have the others look too"
    seconds = core.expect_looking([one.target for one in unasked], dataset) if unasked else None
    words += f", about {frame.duration(seconds)}" if seconds else ""
    pressed = bool(unasked) and place.button(words, key=key)
    if pressed:
        core.request_alike(targets)  # all of them: the run among the targets decides which data set's pictures are looked at
    return pressed


def _busy(found: Sequence[core.Alike]) -> bool:
    return any(one.status is not None and one.status.active for one in found)


def _columns(targets: Sequence[str], run_id: str, dataset: str, picture: str | np.ndarray, kind: str, refreshed: bool) -> None:
    found = core.alike(targets, picture)
    if refreshed and ask(targets, found, dataset, st.container(), "alike-again"):  # a job was stopped
        fragments.again()
    for column, one in zip(st.columns(len(found)), found, strict=True):
        with column:
            frame.heading("This run" if one.target == run_id else NAMES.get(one.target.partition(":")[0], one.title))
            _column(one, dataset, kind)


def _column(one: core.Alike, dataset: str, kind: str) -> None:
    """One target's twelve neighbours, or why there are none."""
    if not one.ids:
        if one.reason:
            st.markdown(f"Left out. {frame.escape(one.reason)}")
        elif one.status is not None and one.status.active:
            share = f", {100 * one.status.step / one.status.steps:.0f} %" if one.status.steps else ""
            st.markdown(f"{(one.status.stage or 'waking up').capitalize()}{share}")
        else:
            st.markdown("Has not looked at the test pictures yet.")
        return
    if kind:
        same = sum(label == kind for label in one.labels)
        st.markdown(f"**{same} of {len(one.ids)}** are of its kind")
    captions = [
        f"{label or found}, {similarity:.2f} alike" for found, label, similarity in zip(one.ids, one.labels, one.similarity, strict=True)
    ]
    tiles = [gallery.picture(dataset, found, caption, 128) for found, caption in zip(one.ids, captions, strict=True)]
    gallery.show(tiles, columns=4, gap=4, captions=False, folds=False)
