"""A person against the network: a picture is changed in secret, the person guesses first, then the network answers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

import ssl_core as core
from pages._kit.components import hole, squares
from pages._kit.figures import choose
from pages._kit.screen import widgets

FIRST = "Guess before it does"  # the button that begins the first round
ROUND, SCORE, COUNT = "duel-round", "duel-score", "duel-count"  # session: round and score by run, count of rounds


class Round(NamedTuple):
    """A picture changed in secret."""

    number: int
    name: str  # the name of the setting that is guessed
    secret: Any
    guess: Any = None  # None: the person hasn't guessed yet


def guessable(part: core.PartInfo) -> core.Control | None:
    """The setting that a person can guess: the first one with a few choices."""
    return next((each for each in part.play if each.kind == "choice" and not each.optional), None)


def standing(run_id: str) -> Round | None:
    """The current round of a run, None where there is none."""
    kept = st.session_state.get(f"{ROUND}-{run_id}")
    return Round(*kept) if kept else None


def end(run_id: str) -> None:
    """Ends the round: the person changes the picture by hand again."""
    st.session_state.pop(f"{ROUND}-{run_id}", None)


def begin(run: core.Run, part: core.PartInfo) -> None:
    """Another picture; where the task has a setting to guess, that is changed in secret."""
    choose.take(choose.another(run))
    control = guessable(part)
    if control is not None:
        st.session_state[COUNT] = number = st.session_state.get(COUNT, 0) + 1
        st.session_state[f"{ROUND}-{run.id}"] = tuple(Round(number, control.name, random.choice(control.choices)))


def ask(run_id: str, part: core.PartInfo, game: Round) -> None:
    """The choices to guess from; the first one pressed is the guess."""
    control = guessable(part)
    assert control is not None
    words = dict(zip(control.choices, control.names or map(str, control.choices), strict=True))
    key = f"guess-{run_id}-{game.number}"
    label = f"Your guess: {control.label}"
    st.segmented_control(label, control.choices, format_func=words.__getitem__, key=key, on_change=_guessed, args=(run_id, key))


def _guessed(run_id: str, key: str) -> None:
    game, guess = standing(run_id), st.session_state.get(key)
    if game is not None and guess is not None:
        st.session_state[f"{ROUND}-{run_id}"] = tuple(game._replace(guess=guess))


def box(run: core.Run, part: core.PartInfo, answer: core.Answer, game: Round | None) -> bool:
    """The score and the one button. Returns whether the button was pressed."""
    control, verdict = guessable(part), answer.verdict
    contest = control is not None and verdict is not None and bool(verdict.bars) and verdict.truth is not None
    with st.container(border=contest, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="duel"):
        if contest:
            assert verdict is not None
            st.markdown(_words(run.id, game, verdict))
        else:
            st.markdown(invitation(part.play))
        words = FIRST if contest and game is None else "Next picture"
        awaited = game is not None and game.guess is None  # then the guess is what is asked for
        pressed = st.button(words, key="next", type="secondary" if awaited else "primary")
    if pressed:
        begin(run, part)
    return pressed


def invitation(play: Sequence[core.Control]) -> str:
    """What a person can try next, in words for the settings that the task lets a person change."""
    each_way = [_way(each) for each in play]
    ways = [way if each_way.count(way) == 1 else way.replace(" the ", " a ") for way in dict.fromkeys(each_way)]
    said = ", ".join([*ways, "or take another picture" if ways else "take another picture"])
    return f"{said[:1].upper()}{said[1:]}."


def _way(control: core.Control) -> str:
    """How a person changes a setting: on the picture, or by a widget beside it."""
    if squares.is_drawing(control):
        return "drag over the squares"
    return "move the rectangle" if hole.is_box(control) else widgets.way(control)


def _words(run_id: str, game: Round | None, verdict: Any) -> str:
    """The score in words; adds the round to the score the first time that its guess is seen."""
    rounds: dict[int, tuple[bool, bool]] = st.session_state.setdefault(f"{SCORE}-{run_id}", {})
    if game is not None and game.guess is not None and game.number not in rounds:
        said = max(range(len(verdict.bars)), key=lambda place: verdict.bars[place][1])
        rounds[game.number] = (game.guess == game.secret, said == verdict.truth)
    if not rounds:
        return "**You against it:** you guess first."
    you, it = (f"**{sum(row[side] for row in rounds.values())} of {len(rounds)}**" for side in (0, 1))
    last = ("You had it. " if rounds[game.number][0] else "You missed it. ") if game is not None and game.number in rounds else ""
    return f"{last}You {you} · the network {it}"
