"""A photograph of Home large: what its run says of each of its turns, and the pixels that the network gets."""

from __future__ import annotations

import base64
import io

import numpy as np
import streamlit as st
from PIL import Image

from pages._kit.figures import choose, gallery, seen
from pages._kit.home import photographs
from pages._kit.home.photographs import TURNS, Photograph
from pages._kit.large import dialog
from pages._kit.screen import fragments, frame, links, readers

HOME = "*home"  # stands where a wall's data set does; no data set can have this name
WORDS = {0: "Upright", 90: "Turned clockwise", 180: "Upside down", 270: "Turned anticlockwise"}


def show(place: int) -> None:
    """Opens the dialog at one of Home's photographs."""
    st.session_state[dialog.PLACE] = place
    fragments.dialog("One picture, whole", width="large")(body)()


def all_of_home() -> list[Photograph]:
    """The shipped photographs, then the visitor's own."""
    own = photographs.own()
    return [*photographs.story().photographs, *([own] if own else [])]


def body() -> None:
    """The buttons to the other photographs, and one of them with its answers."""
    there = all_of_home()
    place = dialog.turn(len(there))
    one, shipped = there[place], place < len(photographs.story().photographs)
    image = pixels(one.source)
    left, right = st.columns([dialog.ROOM, 400], gap="large")
    with left:
        gallery.whole(one.source, one.name, image.size)
        frame.quiet(f"{seen.sides(image.size)} pixels, shown upright." + (f" {one.note}" if one.note else ""))
    with right:
        st.markdown("**What the network says after each turn**")
        st.markdown("\n".join(f"- {WORDS[degrees]}: {said(answer)}" for degrees, answer in zip(TURNS, one.answers, strict=True)))
        run = readers.chosen(one.run)
        if run is not None:
            small = np.array(image.resize((run.image_size, run.image_size), Image.Resampling.BILINEAR))
            seen.beside(gallery.source_of(small), run.image_size, "all of it")
        if shipped:
            frame.quiet(frame.escape(photographs.story().credit))
        elif st.button("Play with it", key="large-play", icon=":material/rotate_right:"):
            links.go("predictions", **{links.RUN: one.run, choose.PICTURE: choose.OWN})


def said(answer: dict[str, object]) -> str:
    """One answer in words; where it is wrong, with what was said."""
    right, sure = bool(answer["right"]), gallery.brief(str(answer["caption"]))
    return f"{gallery.SAID[right]}, {sure}" if right else f"{gallery.SAID[right]}: “its top points {answer['mark']}”, {sure}"


def pixels(source: str) -> Image.Image:
    """The picture of a data URI."""
    return Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).convert("RGB")
