"""The part of a picture and the pixels that a network gets: outlined on the whole picture, and beside it at the network's size."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.figures import gallery
from pages._kit.screen import frame, links

SMALL = 64  # pixels; up to so many a picture is enlarged with hard edges
TILE = 104  # pixels of the network's square on the screen


def sides(size: tuple[int, int]) -> str:
    """Width and height in words, on one line."""
    return f"{size[0]}{frame.NBSP}×{frame.NBSP}{size[1]}"


def whole(dataset: str, picture: str, facts: core.PictureFacts, ahead: str = "") -> None:
    """The whole picture, with the network's part outlined. ahead: the picture that is likely wanted next, which is fetched meanwhile."""
    alt = facts.caption or facts.label or f"picture {picture}"
    gallery.whole(links.large(dataset, picture), alt, facts.shown, min(facts.shown) <= SMALL, links.large(dataset, ahead) if ahead else "")


def square(dataset: str, picture: str, facts: core.PictureFacts, size: int) -> None:
    """The network's pixels, and in words which part of the picture they are."""
    beside(links.large(dataset, picture, size), size, "all of it" if facts.shown[0] == facts.shown[1] else "the outlined middle")


def beside(source: str, size: int, part: str) -> None:
    """A picture of the network's pixels, `size` a side, and which part of the whole picture they are."""
    small, words = st.columns([TILE, 240], vertical_alignment="center", gap="small")
    with small:
        told = f"what a network gets, {sides((size, size))} pixels"
        gallery.big(gallery.Tile(source, told, hard=size <= SMALL), most=TILE)
    words.markdown(f"A network gets {part}, at {sides((size, size))} pixels.")
