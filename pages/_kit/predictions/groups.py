"""What a run groups among many pictures, a row of pictures for each cluster, label or typed sentence."""

from __future__ import annotations

from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.figures import gallery
from pages._kit.screen import fragments, frame, readers

ROWS, A_ROW, SIZE = 8, 9, 128  # rows, pictures of a row, pixels
PAGE = 10  # groups on a page of the dialog


def show(run: core.Run, values: dict[str, Any]) -> None:
    """The run's groups, those most of one class first; nothing where the task groups nothing or the pictures aren't here."""
    try:
        with st.spinner("Sorting pictures it never trained on"):
            found = core.put_together(run.id, values)
    except core.SettingsError:
        return  # the answer's part of the screen shows the reason
    if not found.sheets:
        return
    asked = frame.part(found.asked, readers.how_many(found.dataset), "pictures it never trained on")
    frame.heading(f"What it puts together, of {asked}")
    known = any(each.kind for each in found.sheets)
    more = len(found.sheets) - ROWS
    left = f" The {ROWS} rows most of one kind; {more} more are less so." if known and more > 0 else ""
    cut = f" Of each row the {A_ROW} surest." if any(len(each.ids) > A_ROW for each in found.sheets[:ROWS]) else ""
    st.caption(f"{'The names of kinds are the set’s own.' if known else ''}{left}{cut}".strip())
    for place, each in enumerate(found.sheets):
        if place < ROWS:
            row(found.dataset, each, place)
    if more > 0 and st.button(f"See all {len(found.sheets)} groups", key="groups-all", type="tertiary"):
        open_all(found.dataset, found.sheets)


@fragments.dialog("All groups", width="large")
def open_all(dataset: str, sheets: list[core.Together]) -> None:
    """Every group, PAGE on a page, with its surest pictures."""
    last = (len(sheets) - 1) // PAGE
    page = st.number_input("Page", 1, last + 1, 1, help=f"1 to {last + 1}", label_visibility="collapsed") - 1 if last else 0
    for each in sheets[page * PAGE : (page + 1) * PAGE]:
        row(dataset, each)


@fragments.dialog("All pictures of the group", width="large")
def open_one(dataset: str, each: core.Together) -> None:
    """All pictures of a group, the surest first."""
    st.markdown(in_words(each))
    gallery.show(pictures_of(dataset, each, len(each.ids)), columns=A_ROW, gap=4, captions=False)


def row(dataset: str, each: core.Together, place: int | None = None) -> None:
    """One group: its title and its share of one class, beside its surest pictures; `place`: its row, for the button that opens them all."""
    words, pictures = st.columns([2, 9], vertical_alignment="center")
    with words:
        st.markdown(in_words(each))
        if place is not None and len(each.ids) > A_ROW and st.button(f"See all {len(each.ids)}", key=f"group-{place}", type="tertiary"):
            open_one(dataset, each)
    with pictures:
        gallery.show(pictures_of(dataset, each, A_ROW), columns=A_ROW, gap=4, captions=False, folds=False)


def in_words(each: core.Together) -> str:
    """A group's title, and its share of one class or its number of pictures."""
    told = f"**{frame.escape(each.title[:1].upper() + each.title[1:])}**"
    number = frame.percent(each.share, of=len(each.ids)) + ("" if len(each.ids) < core.FEW else f" of {len(each.ids)}")
    return f"{told}  \n{number} are “{frame.escape(each.kind)}”" if each.kind else f"{told}  \n{len(each.ids)} pictures"


def pictures_of(dataset: str, each: core.Together, most: int) -> list[gallery.Tile]:
    """The group's first pictures, the surest."""
    return [gallery.picture(dataset, found, f"{each.title}, picture {place}", SIZE) for place, found in enumerate(each.ids[:most], 1)]
