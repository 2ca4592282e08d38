"""How long a run learns: the row of budgets before it, what it will take, the offer where it is slow, and going on after its end."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import ssl_core as core
from pages._kit.screen import frame, links

FOREVER = "until stopped"
GO = ":material/play_circle:"
ONWARD = "onward"  # the start of the menu's key
ROW: dict[str, dict[str, Any]] = {  # label -> the fields of a request
    "1": {"minutes": 1.0},
    "5": {"minutes": 5.0},
    "30": {"minutes": 30.0},
    FOREVER: {"until_stopped": True},
}
HELP = "Steps, schedule and warm-up follow from the time: a trial of up to 20 steps tells how many fit. Until stopped: a constant rate."
OTHERWISE = {"minutes": "Minutes", "epochs": "Epochs", "steps": "Steps"}
MEANS = {"epochs": "Times through the training pictures.", "steps": "Batches to learn from."}


# Before


def choose(streamed: bool, key: str = "train") -> dict[str, Any]:
    """The length that a person chose, as fields of a request; `epochs` among them belongs to the recipe (`applied`).

    streamed: the pictures come without a length, so that there are no epochs.
    """
    labels, asked = list(ROW), links.asked(links.MINUTES)
    first = asked if asked in ROW else ""
    if asked and not first and _number(asked) is None:
        st.warning(f"'minutes' must be a number above 0, or '{FOREVER}'. Got {asked[:60]}.", icon=":material/info:")
    label = st.segmented_control("How long, in minutes", labels, default=first or labels[0], key=f"{key}-long", help=HELP, required=True)
    other = otherwise(streamed, key, None if first else _number(asked))
    return other or dict(ROW[label or labels[0]])


def otherwise(streamed: bool, key: str, minutes: float | None = None) -> dict[str, Any]:
    """Another length than those of the row: numbers in a fold, of which those count that were given. minutes: given at first."""
    said: dict[str, Any] = {}
    with st.expander("Another length", expanded=minutes is not None):
        for name, label in OTHERWISE.items():
            if name == "epochs" and streamed:
                continue
            start = minutes if name == "minutes" else None
            # without limits of the widget, which would keep an old value in silence: the core says what isn't allowed
            whole: dict[str, Any] = {"step": 100} if name == "steps" else {"step": 1.0, "format": "%g"}
            value = st.number_input(label, value=start, placeholder="as above", key=f"{key}-{name}", help=MEANS.get(name), **whole)
            said |= {} if value is None else {name: value}
    return said


def applied(values: dict[str, Any], length: dict[str, Any]) -> dict[str, Any]:
    """A request with its length."""
    epochs = {name: value for name, value in length.items() if name == "epochs"}
    rest = {name: value for name, value in length.items() if name != "epochs"}
    return {**values, **rest, "recipe": {**values["recipe"], **epochs}}


def _number(text: str) -> float | None:
    try:
        return float(text) if 0.01 <= float(text) <= 1e5 else None
    except ValueError:
        return None


def train_words(found: core.Estimate) -> str:
    """The words of the Train button."""
    if found.learning is None:
        return "Train until you stop it"
    return f"Train, about {span(found.low, found.high)}"


def around(found: core.Estimate) -> str:
    """What of an estimate lies before the first step and after the last, and whether the machine is busy."""
    busy = " The machine is busy with other work: it may take longer." if found.busy else ""
    before, after = frame.duration(found.before), frame.duration(found.after)
    read = ", since its pictures have to be read first" if found.reading >= 1 else ""
    if found.learning is None:
        return f"Its first step comes after about {before}{read}.{busy}"
    return f"On this machine, about {before} of that before its first step{read}, and {after} to test it at the end.{busy}"


def span(low: float, high: float) -> str:
    """A range of time in words: "60 to 80 s", "2 to 3 min"; one time where both ends read the same."""
    one, two = frame.duration(low), frame.duration(high)
    (first, unit), (_, last) = one.rsplit(" ", 1), two.rsplit(" ", 1)
    if one == two:
        return one
    return f"{first} to {two}" if unit == last else f"{one} to {two}"


# While it learns


def slow(run: core.Run) -> None:
    """Where a run with minutes is slower than its trial: how much longer it takes, and a button that ends it as promised.

    Where the machine has other work besides, that is said from the beginning: the trial was as slow as the run.
    """
    minutes, status = run.promised_minutes, run.status
    if not minutes or not status.active:
        return
    told = frame.duration(60 * minutes)
    if status.slow < core.SLOW:
        if status.state == "running" and (words := longer_in_words(status, 60 * minutes)):
            frame.quiet(words)
        return
    ending = f"It saves and ends after {told} of learning."
    if core.promise_asked(run.folder):
        frame.quiet(ending)
        return
    spot, longer = st.empty(), frame.duration(60 * minutes * status.slow)
    with spot.container():
        frame.quiet(f"Steps take {status.slow:.1f} times as long as in the trial, so that {told} become about {longer}.")
        if st.button(f"Stop at {told}", key="promise", icon=":material/timer:"):
            core.stop_as_promised(run.folder)
            spot.empty()
            with spot:
                frame.quiet(ending)


def longer_in_words(status: core.Status, promised: float) -> str:
    """How long a run takes in all, from the worker's start, where other work makes it longer than `promised` seconds; else ""."""
    if not core.busy():
        return ""
    told = frame.duration(promised)
    if status.left is None:
        return f"The machine is busy with other work: {told} of learning may take longer."
    whole = status.wall + status.left
    return f"The machine is busy with other work: about {frame.duration(whole)} in all." if whole > core.SLOW * promised else ""


# After


def go_on(run: core.Run) -> None:
    """The button of a finished run that lets it learn for longer; nothing while it is at work, or where it ended otherwise."""
    if run.status.state != "done" or run.starter:
        return
    menu = st.popover("Go on", icon=":material/resume:", key=f"{ONWARD}-{run.id}", on_change="rerun")
    with menu:
        st.markdown("Let it learn for longer, from where it is.")
        if not menu.open:  # nothing is estimated before somebody asks
            return
        length = choose(run.streamed, f"further-{run.id}")
        words, place = st.empty(), st.empty()
        words.caption(rate_words(run, length))
        try:
            further(words, place, run, length)
        except core.SettingsError as error:
            frame.refused(place, error, "Go on", GO)


def further(said: DeltaGenerator, place: DeltaGenerator, run: core.Run, length: dict[str, Any]) -> None:
    """The button that lets a run learn for so long, with the time that this will take. Raises SettingsError where it can't.

    said: where the sentence on the learning rate stands, which the one on the time follows.
    """
    found = expected_further(run.id, json.dumps(length, sort_keys=True), run.status.weights)
    said.caption(f"{rate_words(run, length)} {around(found)}")
    words = "Go on until you stop it" if found.learning is None else f"Go on, about {span(found.low, found.high)}"
    if place.button(words, key="further", icon=GO):
        core.go_on(run.id, **length)
        st.rerun()


@st.cache_data(max_entries=16, show_spinner=False, ttl=300)
def expected_further(run_id: str, length: str, weights: str) -> core.Estimate:
    """How long a run's going on takes, kept for a while: by the length as JSON and the digest of its weights."""
    return core.estimate_further(run_id, **json.loads(length))


def rate_words(run: core.Run, length: dict[str, Any]) -> str:
    """What the learning rate will do."""
    if run.constant:
        return "Its learning rate stays as it is."
    if length.get("until_stopped"):
        return "Its learning rate rises again, and stays there."
    return "Its learning rate rises again, and falls anew to the end."
