"""How many pictures a screen shows, of how many there are, and the way to all of them."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.screen import frame, links


def say(words: str, dataset: str, key: str = "all-pictures") -> None:
    """A sentence on what is shown, and the button that opens all pictures of the set; nothing where all are shown ("")."""
    if not words:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words, width="content")
        if st.button("See all pictures", key=key, type="tertiary", icon=":material/photo_library:"):
            links.go("data", **{links.DATASET: dataset})


def on_the_map(drawn: int, test: int, train: int, run_id: str) -> tuple[str, str]:
    """What a map leaves out, and the command that draws all test pictures; "" for what it needs none."""
    rest = f"; the other {frame.count(train)} of the set are for learning" if train else ""
    if not train and drawn >= test:
        return "", ""
    words = f"On the map are {frame.part(drawn, test, 'test pictures')}{', as many of each class' if drawn < test else ''}{rest}."
    command = f"{core.COMMAND} project {run_id} --projector umap --pictures {test} --out map.npz" if drawn < test else ""
    return f"{words}{' This command draws all test pictures:' if command else ''}", command
