"""The two-minute tour: a strip above the screen says what to do next, and advances when a screen reports that it was done."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import ssl_core as core
from pages._kit.screen import downloads, frame, links, readers

TOUR = "tour"  # query parameter and session: the current step from 1, 0 for no tour; the address never holds the end
LEFT = "tour_left"  # session: the step at which the tour was left
PRESSED = "tour_pressed"  # session: a list of what buttons of the strip asked for, see `_press`
ENDED = "tour_ended"  # session: the screen on which the tour came to its end; on another one it is over
THERE = "tour_there"  # session: names given on the pictures last counted, those from before the tour too
SAID = "tour_said"  # session: the place of the strip's words, so that a new count changes them without drawing the screen anew
MINE = "tour_mine"  # session: the run that learnt during the tour
PRAISE = "tour_praise"  # session: what was right about the last step, in a sentence; "" where it was skipped, or nothing was right or wrong
REACHED = "tour_reached"  # session: what the names that a person gave were worth, in a sentence
NOTHING = "nothing"  # a step without a button: the screen's own buttons are quiet meanwhile
ASKED = {"named": 2, "improved": 10}  # event of a step about names -> names that it asks for, with those that are there
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
    Step("predictions", "guessed", "Now you against it: press “Guess before it does”, then guess below the picture.", "next"),
    Step("train", "begun", "That network had practised. Teach one from nothing: press “Train”.", "train"),
    Step("train", "learnt", "At first it only guesses. Watch its number climb above chance: it counts more pictures than these eight."),
    Step("fewshot", "named", "Click two pictures and say what each shows."),
    Step("fewshot", "improved", "Two names teach next to nothing. Name one of each kind, ten in all: does the curve climb?"),
)
END = "Now a photo of yours?"


def at() -> int:
    """The number of the current step, one more than there are when all are done; 0 where there is no tour."""
    if TOUR not in st.session_state:
        asked = links.asked(TOUR)
        st.session_state[TOUR] = int(asked) if asked in map(str, range(1, len(STEPS) + 1)) else 0
    pressed = st.session_state.get(PRESSED)
    while pressed:
        number, left = pressed[0]
        if left:
            st.session_state[LEFT] = left
        _to(number)
        pressed.pop(0)
    return int(st.session_state[TOUR])


def _press(pressed: list[tuple[int, int]], number: int, left: int = 0) -> None:
    """Keeps that a button led to a step; left: the step that is taken up again. The next script run does it.

    Streamlit ends a callback where it writes to the session and the next click has come already. This one has nothing that can be ended.
    """
    pressed.append((number, left))


def _to(number: int, praise: str = "") -> None:
    st.session_state[TOUR], st.session_state[PRAISE] = number, praise


def begin() -> None:
    """Opens the step at which the tour was left, the first one otherwise."""
    number = st.session_state.pop(LEFT, 1)
    _to(number)
    for kept in (MINE, REACHED):
        if number == 1:
            st.session_state.pop(kept, None)
    open_step(STEPS[number - 1])


def best_turner() -> core.Run | None:
    """The finished run that says most often where the top is, by its own measurement; None where there is none."""
    turning = [run for run in readers.runs() if run.task == "rotation" and run.status.state == "done"]
    return max(turning, key=lambda run: run.status.metrics.get("accuracy", 0.0), default=None)


def open_step(step: Step) -> None:
    """Opens the screen of a step on what it needs: the best rotation run, a new run's form, the run that learnt."""
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
    return ({links.DATASET: PICTURES} | ({links.RUN: mine.id} if (mine := own_run()) else {})) if step.place == "fewshot" else {}


def own_run() -> core.Run | None:
    """The run that learnt during the tour, None before."""
    return readers.chosen(st.session_state.get(MINE, ""))


def beside(run_id: str) -> list[str]:
    """A run whose curve climbs after few names, to stand beside another's: the supervised starter where ImageNet's weights aren't here."""
    asks = at() > len(STEPS) - len(ASKED)
    return [TAUGHT] if asks and run_id != TAUGHT and not downloads.here(IMAGENET) and readers.chosen(TAUGHT) else []


def whose_curve() -> str:
    """Whose features the names go to, and what they were learnt from."""
    if downloads.here(IMAGENET):
        rival = "ImageNet’s from 1.3 million named photographs"
    elif readers.chosen(TAUGHT):
        rival = "“Supervised, starter” from named pictures"
    else:
        return ""
    mine = own_run()
    if mine is None:
        return f"Features learnt before help, {rival}: watch that curve."
    yours = "to tell up from down" if mine.task == "rotation" else "its game"
    return f"Yours learnt {yours}, {rival}. Both curves stand here."


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
    """The current step, above every screen; nothing where there is no tour. The address holds the step's number, and nothing of the end."""
    number = at()
    if number > len(STEPS) and st.session_state.setdefault(ENDED, place) != place:
        _to(number := 0)
    if number <= len(STEPS):
        st.session_state.pop(ENDED, None)
    st.session_state.pop(SAID, None)
    if 1 <= number <= len(STEPS):
        st.query_params[TOUR] = str(number)
    else:
        st.query_params.pop(TOUR, None)
    if not number:
        return
    with st.container(key="tour", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", wrap=False):
        if number > len(STEPS):
            _ended()
        else:
            _step(number, place)


def _step(number: int, place: str) -> None:
    step = STEPS[number - 1]
    here, label = place == step.place, links.PLACES[step.place][1]
    said = st.empty()
    if here and step.event in ASKED:
        st.session_state[SAID] = said
    said.markdown(_numbered(number, _asked(step) if here else _on_the_way(number, label)))
    with _buttons(step.button if here else NOTHING):
        if not here and st.button(f"Open {label}", key="tour-go", icon=":material/arrow_forward:", type="primary"):
            open_step(step)
        pressed = st.session_state.setdefault(PRESSED, [])
        st.button("Skip", key="tour-skip", type="tertiary", on_click=_press, args=(pressed, number + 1), help="On to the next step")
        left = (pressed, 0, number)
        st.button("Leave the tour", key="tour-leave", type="tertiary", on_click=_press, args=left, help="Home has the way back")


def _numbered(number: int, words: str) -> str:
    return f"**{number} of {len(STEPS)}**{frame.NBSP} {words}"


def _asked(step: Step) -> str:
    """What a step asks for; of names also how many are there, and how many are asked for."""
    if step.event not in ASKED:
        return step.words
    there = f"**{min(st.session_state.get(THERE, 0), ASKED[step.event])} of {ASKED[step.event]}** names are there."
    return " ".join(part for part in (step.words, whose_curve() if step.event == "named" else "", there) if part)


def _buttons(asked: str) -> DeltaGenerator:
    """The place of the strip's buttons; its key tells style.css which button of the screen stays blue."""
    return st.container(key=f"tour-asks-{asked}", horizontal=True, width="content", vertical_alignment="center", wrap=False)


def _on_the_way(number: int, label: str) -> str:
    """The step's text while another screen is open."""
    begins = "The tour begins on" if number == 1 else "Next is"
    return f"{st.session_state.get(PRAISE, '')} {begins} the screen “{label}”.".strip()


def _ended() -> None:
    st.markdown(f"{st.session_state.get(REACHED, '')} {END}".strip())
    with _buttons(NOTHING):
        if st.button("Try a photo of mine", key="tour-own", icon=":material/add_a_photo:", type="primary"):
            _to(0)
            links.go("")
        pressed = st.session_state.setdefault(PRESSED, [])
        st.button("Close", key="tour-leave", type="tertiary", on_click=_press, args=(pressed, 0))


def follow(run: core.Run, learnt: bool) -> None:
    """Reports the two events of a training. learnt: whether it ended above chance."""
    happened("begun", run.status.active)
    praise = "Well done: your network has learnt." if learnt else ""
    done = not run.starter and run.status.state == "done"
    if done and 1 <= at() <= len(STEPS) and STEPS[at() - 1].event == "learnt":
        st.session_state[MINE] = run.id
    happened("learnt", done, praise)


def count(labels: int, reached: str) -> None:
    """Reports the two events of labelling and says in the strip how many names are there. Names from before the tour count.

    reached: what the names are worth, in a sentence; "" while that is being computed.
    """
    st.session_state[THERE] = labels
    number = at()
    if number > len(STEPS) - len(ASKED):
        st.session_state[REACHED] = reached
        happened("named", labels >= ASKED["named"])
        happened("improved", labels >= ASKED["improved"] and bool(reached))
        if (said := st.session_state.get(SAID)) is not None:
            said.markdown(_numbered(number, _asked(STEPS[number - 1])))
