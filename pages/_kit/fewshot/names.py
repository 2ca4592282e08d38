"""Class names for a data set without its own: asked for at first, changed later."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import ssl_core as core
from pages._kit.figures import gallery
from pages._kit.screen import frame
from pages._kit.server import api


def ask(dataset: str, ids: Sequence[str]) -> None:
    """Asks for the class names of a set without classes."""
    gallery.show([gallery.picture(dataset, each, "") for each in ids[:8]], columns=8, gap=8, captions=False)
    names = st.text_input("What kinds of pictures are there? 2 to 10 names, with commas between them", placeholder="cat, dog, neither")
    if st.button("Use these names", type="primary"):
        _give(dataset, _apart(names), {})


def change(dataset: str, classes: Sequence[str]) -> None:
    """A form to rename classes, whose labels are renamed too, to add some, and to remove some without labels."""
    with st.popover("Change the names", icon=":material/edit:"), st.form(f"names-{dataset}", border=False):
        typed = [st.text_input(f"Name {place}", name, key=f"name-{dataset}-{place}-{name}") for place, name in enumerate(classes, 1)]
        more = st.text_input("More kinds, with commas between them", key=f"name-{dataset}-more-{len(classes)}")
        frame.quiet("Labels go along with a corrected name. An empty line takes a kind away that has none. 2 to 10 names in all.")
        if st.form_submit_button("Save the names"):
            now_of = {was: now for was, now in zip(classes, typed, strict=True) if now.strip() and now != was}
            _give(dataset, [*filter(str.strip, typed), *_apart(more)], now_of)


def _apart(text: str) -> list[str]:
    return [name for name in text.split(",") if name.strip()]


def _give(dataset: str, names: list[str], now_of: dict[str, str]) -> None:
    try:
        api.store().set_classes(dataset, names, now_of)
    except core.SettingsError as error:
        frame.problem(error)
        return
    st.rerun()
