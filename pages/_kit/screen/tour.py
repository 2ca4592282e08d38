"""The two-minute tour: a strip above the screen says what to do next, and advances when a screen reports that it was done."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

import ssl_core as core
from pages._kit.screen import frame, links, readers

TOUR = "tour"  # query parameter and session: the number of the current step, from 1; 0 or missing where there is no tour
LEFT = "tour_left"  # session: the step at which the tour was left
BEFORE = "tour_labels"  # session, by data set: how many labels there were before the tour asked for some


class Step(NamedTuple):
    """One thing to do."""

    place: str  # the screen that the step is about
    event: str  # what a screen must report
    words: str


STEPS = (
    Step("predictions", "turned", "Turn the picture with the buttons below it. Does the network notice?"),
    Step("predictions", "guessed", "Now you against it: press “Guess before it does”, and guess."),
    Step("train", "begun", "That network had practised. Teach one from nothing: press “Train”."),
    Step("train", "learnt", "At first it only guesses. Watch its answers turn right, until it is done."),
    Step("fewshot", "named", "Now give names: click two pictures and say what each shows. Is that enough?"),
    Step("fewshot", "improved", "Two names teach next to nothing. Give six more, of different kinds: does the curve climb?"),
)
END = "That was all: you tested a network, taught one, and used it. Try your own pictures next."


def at() -> int:
    """The number of the current step, one more than there are when all are done; 0 where there is no tour."""
    if TOUR not in st.session_state:
        asked = links.asked(TOUR)
        st.session_state[TOUR] = int(asked) if asked in map(str, range(1, len(STEPS) + 2)) else 0
    return int(st.session_state[TOUR])


def _to(number: int) -> None:
    st.session_state[TOUR] = number


def begin() -> None:
    """Opens the step at which the tour was left, the first one otherwise."""
    number = st.session_state.pop(LEFT, 1)
    _to(number)
    st.session_state.pop(BEFORE, None)
    open_step(STEPS[number - 1])


def open_step(step: Step) -> None:
    """Opens the screen of a step; the first two need a finished rotation run, the third the form of a new run."""
    turning = [run.id for run in readers.runs() if run.task == "rotation" and run.status.state == "done"]
    if step.place == "predictions" and turning and links.current_run() not in turning:
        links.go(step.place, **{links.RUN: turning[-1]})
    links.go(step.place, **({links.NEW: "1"} if step.event == "begun" else {}))


def happened(event: str, is_so: bool = True) -> None:
    """Called by screens: reports what a visitor did. Where the current step waits for that event, the tour advances."""
    number = at()
    if is_so and 1 <= number <= len(STEPS) and STEPS[number - 1].event == event:
        _to(number + 1)
        st.rerun()


def invitation() -> None:
    """The button that begins the tour, or continues it where it was left."""
    number = st.session_state.get(LEFT, 1)
    words = "Two-minute tour" if number == 1 else f"Tour: on with step {number}"
    if not at() and st.button(words, key="tour-begin", icon=":material/tour:"):
        begin()


def strip(place: str) -> None:
    """The current step, above every screen; nothing where there is no tour. The address holds the step's number."""
    number = at()
    if not number:
        st.query_params.pop(TOUR, None)
        return
    st.query_params[TOUR] = str(number)
    with st.container(key="tour", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if number > len(STEPS):
            _ended()
        else:
            _step(number, place)


def _step(number: int, place: str) -> None:
    step = STEPS[number - 1]
    label = links.PLACES[step.place][1]
    st.markdown(f"**{number} of {len(STEPS)}**{frame.NBSP} {step.words if place == step.place else _on_the_way(number, label)}")
    with st.container(horizontal=True, width="content", vertical_alignment="center", wrap=False):
        if place != step.place and st.button(f"Open {label}", key="tour-go", icon=":material/arrow_forward:"):
            open_step(step)
        st.button("Skip", key="tour-skip", type="tertiary", on_click=_to, args=(number + 1,), help="On to the next step")
        st.button("Leave the tour", key="tour-leave", type="tertiary", on_click=_leave, args=(number,), help="Home has the way back")


def _on_the_way(number: int, label: str) -> str:
    """The step's text while another screen is open."""
    return f"{'The tour begins on' if number == 1 else 'Well done. Next is'} the screen “{label}”."


def _leave(number: int) -> None:
    st.session_state[LEFT] = number
    _to(0)


def _ended() -> None:
    st.markdown(END)
    with st.container(horizontal=True, width="content", vertical_alignment="center", wrap=False):
        if st.button("Use my own pictures", key="tour-own", icon=":material/add_photo_alternate:"):
            _to(0)
            links.go("data")
        st.button("Close", key="tour-leave", type="tertiary", on_click=_to, args=(0,))


def follow(run: core.Run) -> None:
    """Reports the two events of a training."""
    happened("begun", run.status.active)
    happened("learnt", not run.starter and run.status.state == "done")


def count(dataset: str, labels: int) -> None:
    """Reports the two events of labelling; labels given before the tour, or in other data sets, don't count."""
    if at() > len(STEPS) - 2:
        before = st.session_state.setdefault(BEFORE, {})
        given = labels - before.setdefault(dataset, labels - 2 * (at() == len(STEPS)))  # the step before the last asked for two labels
        happened("named", given >= 2)
        happened("improved", given >= 8)
