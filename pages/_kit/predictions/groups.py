"""What a run groups among many pictures, a row of pictures for each cluster, label or typed sentence."""

from __future__ import annotations

from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.figures import gallery
from pages._kit.screen import frame

ROWS, A_ROW, SIZE = 8, 9, 128  # rows, pictures of a row, pixels


def show(run: core.Run, values: dict[str, Any]) -> None:
    """The run's groups, those most of one class first; nothing where the task groups nothing or the pictures aren't here."""
    try:
        with st.spinner("Sorting pictures it never trained on"):
            found = core.put_together(run.id, values)
    except core.SettingsError:
        return  # the answer's part of the screen shows the reason
    if not found.sheets:
        return
    frame.heading(f"What it puts together, of {found.asked} pictures it never trained on")
    known = any(each.kind for each in found.sheets)
    more = len(found.sheets) - ROWS
    left = f" The {ROWS} rows most of one kind; {more} more are less so." if known and more > 0 else ""
    st.caption(f"{'The names of kinds are the set’s own.' if known else ''}{left}".strip())
    for each in found.sheets[:ROWS]:
        row(found.dataset, each)


def row(dataset: str, each: core.Together) -> None:
    """One group: its title and its share of one class, beside its first pictures."""
    words, pictures = st.columns([2, 9], vertical_alignment="center")
    told = f"**{frame.escape(each.title[:1].upper() + each.title[1:])}**"
    number = frame.percent(each.share, of=len(each.ids)) + ("" if len(each.ids) < core.FEW else f" of {len(each.ids)}")
    kind = f"{number} are “{frame.escape(each.kind)}”" if each.kind else f"{len(each.ids)} pictures"
    words.markdown(f"{told}  \n{kind}")
    with pictures:
        tiles = [gallery.picture(dataset, found, f"{each.title}, picture {place}", SIZE) for place, found in enumerate(each.ids[:A_ROW], 1)]
        gallery.show(tiles, columns=A_ROW, gap=4, captions=False, folds=False)
