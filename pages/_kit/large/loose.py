"""Pictures of no data set, large: a visitor's own, and those that a screen makes and keeps here: maps, what a network gets."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import streamlit as st
from PIL import Image

from pages._kit.figures import choose, gallery, seen
from pages._kit.figures import own as picture
from pages._kit.large import dialog
from pages._kit.screen import fragments, frame, links, readers

MAPS = "*maps"  # stands where a picture's data set does, for maps of attention and for what a network gets
KEPT = "large_maps"  # session: these pictures as they are on the screen, in their order


def is_loose(dataset: str) -> bool:
    """Whether this is the name of such pictures: no data set's name begins so."""
    return dataset in (MAPS, choose.OWN_WALL)


def keep(maps: Sequence[gallery.Tile]) -> None:
    """Keeps the pictures that the screen made, by their places."""
    st.session_state[KEPT] = tuple(maps)


def opening(maps: Sequence[gallery.Tile], first: int) -> list[gallery.Tile]:
    """Kept pictures as tiles that open large; first: the place of the first among all that are kept."""
    return [each._replace(dataset=MAPS, picture_id=str(first + place)) for place, each in enumerate(maps)]


def show(dataset: str, place: int) -> None:
    """Opens the dialog at one of the pictures of this name."""
    st.session_state[dialog.PLACE] = place
    fragments.dialog("One picture, whole", width="large")(own if dataset == choose.OWN_WALL else body)()


def body() -> None:
    """The buttons to the other pictures, and one of them."""
    maps: tuple[gallery.Tile, ...] = st.session_state.get(KEPT, ())
    if not maps:
        frame.problem("These pictures aren’t on the screen any more. Close this and open one again.")
        return
    one = maps[dialog.turn(len(maps))]
    left, right = st.columns([dialog.ROOM, 400], gap="large")
    with left:
        gallery.whole(one.source, one.caption, (1, 1), hard=one.hard, outlined=False)
        if one.hard:
            frame.quiet("As the network gets it, enlarged here.")
    right.markdown(frame.escape(one.caption))


def own() -> None:
    """The visitor's own picture, whole, with the square that a network gets of it."""
    kept = st.session_state.get(picture.WHOLE)
    if kept is None:
        frame.problem("Your picture isn’t here any more. Drop it again.")
        return
    image = Image.open(io.BytesIO(kept))
    run = readers.chosen(links.current_run())
    size = (run.image_size if run else None) or dialog.SIZE
    left, right = st.columns([dialog.ROOM, 400], gap="large")
    with left:
        gallery.whole(gallery.source_of(np.array(image)), "your picture", image.size)
        frame.quiet(f"Shown at {seen.sides(image.size)} pixels. {picture.privacy()}")
    with right:
        st.markdown("It is **your picture**.")
        square = Image.fromarray(choose.fine(np.array(image))).resize((size, size), Image.Resampling.BILINEAR)
        seen.beside(gallery.source_of(np.array(square)), size, "all of it" if image.width == image.height else "the outlined middle")
