"""A picture large and whole, in a dialog: the part and the size that a network gets, what is known of it, its wall's others, what to do."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st

import ssl_core as core
from pages._kit.fewshot import pictures
from pages._kit.figures import choose, seen
from pages._kit.map import neighbours
from pages._kit.screen import fragments, frame, links, readers

PLACE = "large_place"  # session: which picture of the wall is shown
ALIKE = "large_alike"  # session: whether its neighbours are shown too
ROOM = 560  # pixels that the picture has; one that is stored with fewer is enlarged, and that is said
SIZE = core.Recipe().image_size  # that a network gets where no run says otherwise


class Wall(NamedTuple):
    """The pictures among which one is large."""

    dataset: str
    ids: tuple[str, ...]
    said: tuple[str, ...] = ()  # of each what was said of it where it was clicked, () for nothing
    kinds: tuple[str, ...] = ()  # of each its class as the screen has it, () for the set's own

    def kind(self, place: int, otherwise: str) -> str:
        """The class of a picture; `otherwise` where the screen doesn't say it."""
        return self.kinds[place] if place < len(self.kinds) else otherwise

    def words(self, place: int) -> str:
        """What was said of a picture, "" for nothing."""
        return self.said[place] if place < len(self.said) else ""


def show(wall: Wall, place: int, alike: bool = False) -> None:
    """Opens the dialog at a picture of a wall. alike: with its neighbours."""
    st.session_state[PLACE], st.session_state[ALIKE] = place, alike
    fragments.dialog("One picture, whole", width="large")(body)(wall)


def body(wall: Wall) -> None:
    """The buttons to the other pictures of the wall, and one picture with what is known of it, or why it can't be shown."""
    place = turn(len(wall.ids))
    try:
        facts = core.about_picture(wall.dataset, wall.ids[place])
    except core.SettingsError as error:
        frame.problem(error)
    else:
        one(wall, place, facts)


def one(wall: Wall, place: int, facts: core.PictureFacts) -> None:
    """A picture at the left; at the right what is known of it and what to do; below, its neighbours where they were asked for."""
    picture, run, kind = wall.ids[place], run_of(wall.dataset), wall.kind(place, facts.label)
    left, right = st.columns([ROOM, 400], gap="large")
    with left:
        seen.whole(wall.dataset, picture, facts, next(iter(wall.ids[place + 1 : place + 2]), ""))
        frame.quiet(in_pixels(facts))
    with right:
        st.markdown(f"It shows **{frame.escape(kind)}**." if kind else "No label")
        if (told := wall.words(place)) not in ("", kind, facts.caption):
            st.markdown("  \n".join(": ".join(map(frame.escape, line.split(": "))) for line in told.split("\n")))
        seen.square(wall.dataset, picture, facts, (run.image_size if run else None) or SIZE)
        offers(wall.dataset, picture, run)
        known(facts, picture)
    if st.session_state.get(ALIKE) and run is not None:
        st.divider()
        asked = core.PictureId.parse(picture)
        learnt = asked.split != "test"  # features are kept of test pictures alone: another is looked at anew
        neighbours.side_by_side(run.id, wall.dataset, pixels(wall.dataset, asked) if learnt else picture, kind)


def turn(count: int) -> int:
    """The buttons to the picture before and the next of so many, also by the arrow keys. Returns the place of the one that is shown."""
    last = count - 1
    place = min(int(st.session_state.get(PLACE, 0)), last)
    if last:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for words, key, to in (("Before", "Left", place - 1), ("Next", "Right", place + 1)):
                off = not 0 <= to <= last
                st.button(words, key=f"large-{words}", shortcut=key, on_click=_put, args=(to,), disabled=off)
            st.caption(f"{frame.count(place + 1)} of {frame.count(last + 1)}", width="content")
    return place


def _put(to: int) -> None:
    st.session_state[PLACE] = to


def in_pixels(facts: core.PictureFacts) -> str:
    """The size of a picture as stored and as shown."""
    if facts.stored is None:
        return "Drawn for this screen; it has no pixels of its own."
    stored = seen.sides(facts.stored)
    if facts.shown != facts.stored:
        return f"{stored} pixels, shown at {seen.sides(facts.shown)}."
    return f"{stored} pixels" + (", enlarged here." if max(facts.stored) < ROOM else ".")


def known(facts: core.PictureFacts, picture: str) -> None:
    """Caption, file, part and further facts of a picture."""
    asked = core.PictureId.parse(picture)
    if facts.caption:
        st.markdown(frame.escape(facts.caption))
    part = {"train": "to learn from", "test": "test pictures"}[asked.split]
    frame.quiet(f"{frame.escape(facts.file)}  \n{part}, number {asked.index}")
    told = "\n".join(f"- {frame.escape(name.replace('_', ' '))}: {frame.escape(said(value))}" for name, value in facts.facts.items())
    if told and facts.stored is None:  # of a drawing: x, y, radius
        with st.expander("What it was drawn from"):
            frame.quiet(told)
    elif told:
        frame.quiet(told)


def said(value: str | float | bool) -> str:
    """A fact about a picture as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:.4g}"


def run_of(dataset: str) -> core.Run | None:
    """The run that is asked about a set's pictures: the chosen one where it learnt from them, else the newest that did and has weights."""
    chosen = readers.chosen(links.current_run())
    if chosen is not None and chosen.dataset == dataset:
        return chosen
    return next((run for run in readers.runs() if run.dataset == dataset and run.status.weights and not run.status.active), None)


def offers(dataset: str, picture: str, run: core.Run | None) -> None:
    """What can be done with a picture: to play with it, to name it, to find those like it."""
    tested = core.PictureId.parse(picture).split == "test"
    why = (
        ""
        if run and tested
        else "No run has learnt from these pictures yet."
        if tested
        else "Networks learn from this picture: asked is about others."
    )
    with st.container(horizontal=True, gap="small"):
        if st.button("Play with it", key="large-play", icon=":material/rotate_right:", disabled=bool(why), help=why or None) and run:
            links.go("predictions", **{links.RUN: run.id, choose.PICTURE: picture})
        if st.button("Name it", key="large-name", icon=":material/new_label:"):
            pictures.link(dataset, [picture])
        words = "Hide what is like it" if st.session_state.get(ALIKE) else "What is like it"
        unready = no_neighbours(run)
        note = unready or "Among the test pictures."
        st.button(words, key="large-alike", icon=":material/image_search:", disabled=bool(unready), help=note, on_click=_flip)


def no_neighbours(run: core.Run | None) -> str:
    """Why no network can say what is like a picture; "" where one can."""
    if run is None:
        return "No run has learnt from these pictures yet."
    if run.status.active:
        return "It is still learning: ask when it is done."
    return "" if run.status.weights else "It hasn’t learnt long enough to keep any weights."


def pixels(dataset: str, asked: core.PictureId) -> np.ndarray:
    """A picture as a network is asked about it."""
    return core.picture(dataset, asked.split, asked.index, choose.FINE)


def _flip() -> None:
    st.session_state[ALIKE] = not st.session_state.get(ALIKE)
