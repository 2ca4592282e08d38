"""The nearest neighbours of one picture, by several networks side by side, in a dialog."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

import ssl_core as core
from pages._kit import frame, gallery, guarded

NAMES = {"imagenet": "ImageNet", "pixels": "Raw pixels"}


@guarded.dialog("What each finds most like it", width="large")
def open_one(run_id: str, dataset: str, picture_id: str, kind: str, shade: str = "") -> None:
    """A test picture's neighbours. kind: its class; shade: what it is coloured by on the map, where that is something else."""
    said = ", ".join(filter(None, (kind, shade)))
    image, words = st.columns([1, 8], vertical_alignment="center")
    with image:
        gallery.big(gallery.picture(dataset, picture_id, said or picture_id, 256))
    words.markdown(f"**{frame.escape(said) or 'A test picture'}**" + f", {picture_id.replace('-', ' picture ')}")
    side_by_side(run_id, dataset, picture_id, kind)


@guarded.dialog("What each finds most like your picture", width="large")
def open_own(run_id: str, dataset: str) -> None:
    """The neighbours of a visitor's own picture."""
    dropped = st.file_uploader("Drop a picture of your own; it stays on this computer", core.SUFFIXES, key="alike-file")
    if dropped is None:
        return
    try:
        picture_HWC = core.upload_picture(dropped.getvalue())
    except core.SettingsError as error:
        frame.problem(error)
        return
    image, words = st.columns([1, 8], vertical_alignment="center")
    with image:
        gallery.big(gallery.Tile(gallery.source_of(picture_HWC), "your picture"))
    words.markdown("**Your picture.** The networks see its middle square, as small as the pictures they learnt from.")
    side_by_side(run_id, dataset, picture_HWC, "")


def side_by_side(run_id: str, dataset: str, picture: str | np.ndarray, kind: str) -> None:
    """Twelve neighbours by this run, by ImageNet, by raw pixels; refreshed while test pictures are being looked at."""
    targets = [target for target in core.targets_for(run_id) if not target.startswith("random:")]
    found = core.alike(targets, picture)
    unasked = [one.target for one in found if not one.ids and (one.status is None or not one.status.active)]
    columns, below = st.container(), st.empty()
    words = "Look at the test pictures first" if len(unasked) == len(found) else "Have the others look too"
    if unasked and below.button(words, key="alike-go"):
        core.request_alike(targets)  # all of them: the pictures are those of the run among them
        below.empty()
        found = core.alike(targets, picture)
    busy = any(one.status is not None and one.status.active for one in found)
    with columns:
        guarded.fragment(_columns, run_every=1 if busy else None)(targets, run_id, dataset, picture, kind)


def _columns(targets: Sequence[str], run_id: str, dataset: str, picture: str | np.ndarray, kind: str) -> None:
    found = core.alike(targets, picture)
    for column, one in zip(st.columns(len(found)), found, strict=True):
        with column:
            frame.heading("This run" if one.target == run_id else NAMES.get(one.target.partition(":")[0], one.title))
            _column(one, dataset, kind)


def _column(one: core.Alike, dataset: str, kind: str) -> None:
    """One target's twelve, or why there are none."""
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
