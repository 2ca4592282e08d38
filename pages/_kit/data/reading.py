"""How a data set is read: sentences about it, what a choice changes, and the choices that buttons make and undo."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import streamlit as st

import ssl_core as core
from pages._kit.screen import frame, readers


def reading(name: str) -> core.Reading | None:
    """How a set is read; None for a set that is built in, and for a published one in its authors' own layout."""
    try:
        return core.reading_of(name)
    except core.SettingsError:
        return None


def plain(words: str) -> str:
    """A sentence as markdown: names stand in quotation marks, and nothing in them is markup."""
    return frame.escape(" ".join(words.replace("`", "'").split()))


def short(account: core.Account) -> str:
    """The first sentence of an account: pictures by what they are for, classes, and what is left out."""
    first = re.split(r"\. (?=[A-Z`'])", account.words, maxsplit=1)[0].rstrip(".")
    return first.removesuffix("; pixels not looked at yet") + "."


def other_choice(found: core.Reading, remark: core.Remark) -> core.Choice:
    """The choice by which the other reading of a remark is taken."""
    said, other = found.choice.plain(), dict(remark.other)
    if "merged" in other:
        other["merged"] = {**found.choice.merged, **other["merged"]}
    return core.Choice.read({**said, **other})


def effect(name: str, choice: core.Choice) -> str:
    """What a choice changes, in sentences; "" where it can't be taken."""
    marks = tuple(readers.mark(name, split) for split in ("train", "test"))
    try:
        return plain(_effect(name, json.dumps(choice.plain(), sort_keys=True), marks))
    except core.SettingsError:
        return ""


@st.cache_data(max_entries=32, show_spinner=False, ttl=60)
def _effect(name: str, choice: str, marks: tuple[str, ...]) -> str:
    return core.effect_of(name, core.Choice.read(json.loads(choice))).words()


def take(name: str, choice: core.Choice, answers: bool = True) -> None:
    """Keeps a choice, so that it can be undone; says why it can't be taken. answers: whether answered questions stay answered."""
    _kept(lambda: core.choose(name, choice, answers))


def take_account(name: str) -> None:
    """Gives a set with the first reading its account."""
    _kept(lambda: core.accept(name))


def answer(name: str, remark: core.Remark) -> None:
    """Keeps that a set is read as it is, so that the question isn't asked again."""
    _kept(lambda: core.answer_as_is(name, remark.words))


def _kept(keep: Callable[[], object]) -> None:
    """Draws the screen anew with what was kept, or says why nothing was."""
    try:
        keep()
    except core.SettingsError as error:
        frame.problem(error)
        return
    st.rerun()


def back(name: str, found: core.Reading) -> None:
    """The buttons that undo the last choice or answer, and every choice and answer: both after a restart too."""
    note = "Reads this set as before the last choice or answer."
    if found.undoable and st.button("Undo", key="undo-reading", type="tertiary", icon=":material/undo:", help=note):
        _kept(lambda: core.undo_choice(name))
    if found.choice.plain() or found.answered:
        as_files_say(name, "As the files say", "as-files-say")


def as_files_say(name: str, words: str, key: str) -> None:
    """The button that forgets what a person said of a set."""
    note = "Forgets every choice and answer about how this set is read."
    if st.button(words, key=key, type="tertiary", icon=":material/restart_alt:", help=note):
        take(name, core.Choice(), answers=False)
