"""Home: what this is, photographs that one turns with a network's answers, one's own among them, and ways on. Nothing here loads torch."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.components.turn import turn
from pages._kit.figures import choose, gallery
from pages._kit.figures import own as kept
from pages._kit.home import begin, photographs
from pages._kit.large.photographs import HOME
from pages._kit.run import live
from pages._kit.screen import fragments, frame, links, readers, tour

TITLE = "Watch a computer teach itself to see, from pictures alone"
NOTHING = "No finished run is here yet. These are three of the pictures that a network can learn from."
PRIVACY = "**Everything stays on this computer.** No picture leaves it."
HOW = "Turn pictures by their buttons, by dragging or with the arrow keys; a click opens them large."


def lead(told: photographs.Story) -> None:
    """The sentence above the photographs, and the way into the tour."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(told.sentence or NOTHING)
        tour.invitation()


@fragments.fragment
def board(run_id: str) -> None:
    """The photographs and the visitor's own. A photograph that the browser sends reruns this part alone, which asks the run about it."""
    told, state = photographs.story(), st.session_state
    own, fault, asked = photographs.show_own(), state.get(photographs.FAULT, ""), state.get(photographs.ASKED, 0)
    with st.container(key="turn-around"):
        sent = turn("home-turn", told.photographs, own, fault, asked, HOME)
    if sent:
        photographs.take(sent, run_id)
        fragments.again()
    frame.quiet(f"{PRIVACY} {f'{kept.on_home()} {own.note}' if own else HOW}")
    if not told.photographs:
        gallery.show([gallery.picture("scenes", each, "", 512) for each in core.PictureId.texts("test", (0, 3, 8))], columns=3)


def how_often(run: core.Run | None) -> str:
    """How often the run is right and what chance gives, both as the run measured them; "" where a number is missing."""
    number, chance = (live.score(run), run.status.chance.get("accuracy")) if run is not None else ("", None)
    if run is None or not number or chance is None:
        return ""
    tested = f"{frame.count(run.status.facts['tested'])} test pictures" if run.status.facts.get("tested") else "test pictures"
    return f"On {tested} of the kind it learnt from, it is right **{number}** of the time. Guessing would be right {frame.percent(chance)}."


def played_with(told: str) -> str:
    """The run that is asked: the one whose answers are shown, where that was deleted the best other rotation run; "" for none."""
    if any(run.id == told for run in readers.runs()):
        return told
    best = tour.best_turner()
    return best.id if best else ""


def ways(run_id: str) -> None:
    """Three buttons, each to a screen; the first begins a training."""
    watching, turning, naming = (column.container(border=True) for column in st.columns(3))
    with watching:
        st.markdown("**Train.** Watch one learn from nothing.")
        if st.button(begin.words(), key="go-train", type="primary", width="stretch"):
            begin.watch()
    with turning:
        st.markdown("**Play.** Turn more pictures. Can you fool it?")
        if st.button("Turn a picture", key="go-predictions", width="stretch"):
            own = {choose.PICTURE: choose.OWN} if photographs.own() else {}
            links.go("predictions", **({links.RUN: run_id, **own} if run_id else {}))
    with naming:
        st.markdown("**Label.** Name a few, keep a classifier.")
        if st.button("Label pictures", key="go-fewshot", width="stretch"):
            links.go("fewshot")
    if told := begin.beside():
        frame.quiet(told)


def main() -> None:
    """The screen from top to bottom."""
    frame.header(TITLE)
    told = photographs.story()
    run_id = played_with(told.run)
    lead(told)
    board(run_id)
    if said := how_often(readers.chosen(told.run)):
        st.markdown(said)
    try:
        ways(run_id)
    except core.SettingsError as error:
        frame.problem(error)


main()
