"""The two-minute tour: a strip above the screen says what to do next, and advances when a screen reports that it was done."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import ssl_core as core
from pages._kit.screen import downloads, frame, links, readers

TOUR = "tour"  # query parameter and session: the number of the current step, from 1; 0 or missing where there is no tour
LEFT = "tour_left"  # session: the step at which the tour was left
BEFORE = "tour_labels"  # session, by data set: how many labels there were before the tour asked for some
PRAISE = "tour_praise"  # session: what was right about the last step, in a sentence; "" where it was skipped, or nothing was right or wrong
REACHED = "tour_reached"  # session: what the names that a person gave were worth, in a sentence
NOTHING = "nothing"  # a step without a button: the screen's own buttons are quiet meanwhile
FEW, ENOUGH = 2, 10  # names that the two steps about names ask for, all together
PICTURES = "scenes"  # the data set of the tour: it is on every machine, and a minute of training shows
IMAGENET, TAUGHT = "imagenet:mobilenet_v2", "supervised-starter"  # whose features few names suffice for


class Step(NamedTuple):
    """One thing to do."""

    place: str  # the screen that the step is about
    event: str  # what a screen must report
    words: str
    button: str = NOTHING  # the button to press, as a rule of style.css names it: during the step it is the only blue one


STEPS = (
    Step("predictions", "turned", "Turn the picture with the buttons below it. Does the network notice?"),
    Step("predictions", "guessed", "Now you against it: press “Guess before it does”, and guess.", "next"),
    Step("train", "begun", "That network had practised. Teach one from nothing: press “Train”.", "train"),
    Step("train", "learnt", "At first it only guesses. Watch its answers turn right, until it is done."),
    Step("fewshot", "named", "Now give names: click two pictures and say what each shows. Is that enough?"),
    Step("fewshot", "improved", "Two names teach next to nothing. Give eight more, one of each other kind: does the curve climb?"),
)
END = "Now a photo of yours: does a network find its top?"


def at() -> int:
    """The number of the current step, one more than there are when all are done; 0 where there is no tour."""
    if TOUR not in st.session_state:
        asked = links.asked(TOUR)
        st.session_state[TOUR] = int(asked) if asked in map(str, range(1, len(STEPS) + 2)) else 0
    return int(st.session_state[TOUR])


def _to(number: int, praise: str = "") -> None:
    st.session_state[TOUR], st.session_state[PRAISE] = number, praise


def begin() -> None:
    """Opens the step at which the tour was left, the first one otherwise."""
    number = st.session_state.pop(LEFT, 1)
    _to(number)
    for kept in (BEFORE, REACHED):
        st.session_state.pop(kept, None)
    open_step(STEPS[number - 1])


def best_turner() -> core.Run | None:
    """The finished run that says most often where the top is, by its own measurement; None where there is none."""
    turning = [run for run in readers.runs() if run.task == "rotation" and run.status.state == "done"]
    return max(turning, key=lambda run: run.status.metrics.get("accuracy", 0.0), default=None)


def open_step(step: Step) -> None:
    """Opens the screen of a step on what it needs: the best rotation run, a new run's form, a network that few names suffice for."""
    links.go(step.place, **_needs(step))


def _needs(step: Step) -> dict[str, str]:
    best, current = best_turner(), readers.chosen(links.current_run())
    if step.event == "turned":
        return {links.RUN: best.id} if best else {}
    if step.event == "guessed":
        turns = current is not None and current.task == "rotation" and current.status.state == "done"
        return {links.RUN: best.id} if best and not turns else {}
    if step.event == "begun":
        return {links.NEW: "1", links.TASK: "rotation", links.DATASET: PICTURES}
    return {links.DATASET: PICTURES} | _taught() if step.place == "fewshot" else {}


def _taught() -> dict[str, str]:
    """The run whose curve climbs after few names: the supervised starter, unless ImageNet's network is here, which every run is beside."""
    return {links.RUN: TAUGHT} if not downloads.here(IMAGENET) and readers.chosen(TAUGHT) else {}


def whose_curve() -> str:
    """Which network the names go to, and why that one."""
    if downloads.here(IMAGENET):
        return "Watch ImageNet’s curve: that network has seen a million named photographs."
    if readers.chosen(TAUGHT):
        return "The blue curve is of “Supervised, starter”, which learnt with names: ImageNet’s weights aren’t on this machine."
    return ""


def happened(event: str, is_so: bool = True, praise: str = "") -> None:
    """Called by screens: reports what a visitor did. Where the current step waits for that event, the tour advances.

    praise: what was right about it, in a sentence.
    """
    number = at()
    if is_so and 1 <= number <= len(STEPS) and STEPS[number - 1].event == event:
        _to(number + 1, praise)
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
    here, label = place == step.place, links.PLACES[step.place][1]
    words = f"{step.words} {whose_curve() if step.event == 'named' else ''}".strip() if here else _on_the_way(number, label)
    st.markdown(f"**{number} of {len(STEPS)}**{frame.NBSP} {words}")
    with _buttons(step.button if here else NOTHING):
        if not here and st.button(f"Open {label}", key="tour-go", icon=":material/arrow_forward:", type="primary"):
            open_step(step)
        st.button("Skip", key="tour-skip", type="tertiary", on_click=_to, args=(number + 1,), help="On to the next step")
        st.button("Leave the tour", key="tour-leave", type="tertiary", on_click=_leave, args=(number,), help="Home has the way back")


def _buttons(asked: str) -> DeltaGenerator:
    """The place of the strip's buttons; its key tells style.css which button of the screen stays blue."""
    return st.container(key=f"tour-asks-{asked}", horizontal=True, width="content", vertical_alignment="center", wrap=False)


def _on_the_way(number: int, label: str) -> str:
    """The step's text while another screen is open."""
    begins = "The tour begins on" if number == 1 else "Next is"
    return f"{st.session_state.get(PRAISE, '')} {begins} the screen “{label}”.".strip()


def _leave(number: int) -> None:
    st.session_state[LEFT] = number
    _to(0)


def _ended() -> None:
    st.markdown(f"{st.session_state.get(REACHED, '')} {END}".strip())
    with _buttons(NOTHING):
        if st.button("Try a photo of mine", key="tour-own", icon=":material/add_a_photo:", type="primary"):
            _to(0)
            links.go("")
        st.button("Close", key="tour-leave", type="tertiary", on_click=_to, args=(0,))


def follow(run: core.Run, learnt: bool) -> None:
    """Reports the two events of a training. learnt: whether it ended above chance."""
    happened("begun", run.status.active)
    praise = "Well done: your network has learnt." if learnt else ""
    happened("learnt", not run.starter and run.status.state == "done", praise)


def count(dataset: str, labels: int, reached: str) -> None:
    """Reports the two events of labelling; labels given before the tour, or in other data sets, don't count.

    reached: what the names are worth, in a sentence; "" while that is being computed.
    """
    if at() > len(STEPS) - 2:
        before = st.session_state.setdefault(BEFORE, {})
        given = labels - before.setdefault(dataset, labels - FEW * (at() == len(STEPS)))  # the step before the last asked for FEW
        st.session_state[REACHED] = reached
        happened("named", given >= FEW)
        happened("improved", given >= ENOUGH and bool(reached))
