"""The ways on from a run: the same words and places on every screen, all quiet, since the one blue button is the screen's own."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

import ssl_core as core
from pages._kit.screen import links


class Way(NamedTuple):
    """Another screen about the same run."""

    place: str  # as links.PLACES has it
    words: str

    @property
    def icon(self) -> str:
        """The icon that the screen has in the menu."""
        return links.PLACES[self.place][2]


PLAY = Way("predictions", "Play with it")
LOOK = Way("attention", "Where it looks")
MAP = Way("map", "Its map")
COMPARE = Way("benchmark", "Compare with ImageNet")
PICTURES = Way("data", "Its pictures")
WATCH = Way("train", "How it learnt")
TAUGHT = ("finetune", "supervised", "fixmatch")  # tasks that have seen labels


def of(run: core.Run) -> list[Way]:
    """What can be seen of a run as it stands: of one at work only what a kept checkpoint answers."""
    if not run.status.weights:
        return [PICTURES]
    return [PLAY, LOOK, PICTURES] if run.status.active else [PLAY, LOOK, MAP, COMPARE, PICTURES]


def teachable(run: core.Run) -> bool:
    """Whether fine-tuning may follow: the run is done, learnt without labels, and its pictures have classes."""
    if run.status.active or not run.status.weights or run.task in TAUGHT:
        return False
    try:
        return bool(core.classes_of(run.dataset))
    except core.SettingsError:  # its pictures are gone
        return False


def teach(run: core.Run) -> None:
    """Opens the form of a run that is taught names from this run's weights (fine-tuning)."""
    links.go("train", **{links.NEW: "1", links.TASK: "finetune", links.FROM: run.id, links.DATASET: run.dataset})


def lead(run: core.Run, here: str) -> str:
    """The words before the ways; beside answers of a run at work, which network gave them. "" beside its stage, where room is short."""
    if here == WATCH.place:
        return ""
    return "It is still learning: the network that it kept last answers. From here:" if run.status.active else "From here:"


def show(run: core.Run, here: str, without: tuple[Way, ...] = ()) -> None:
    """The ways on in one row, without the one to the screen `here` and those that it offers already."""
    ways = [way for way in of(run) if way.place != here and way not in without]
    if here != WATCH.place and not run.starter:
        ways.append(WATCH)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content", key="ways"):
        if told := lead(run, here):
            st.caption(told, width="content")
        for way in ways:
            if st.button(way.words, key=f"way-{way.place}", type="tertiary", icon=way.icon):
                links.go(way.place, **{links.RUN: run.id}, **({links.DATASET: run.dataset} if way is PICTURES else {}))
        if teachable(run) and st.button("Teach it names", key="way-teach", type="tertiary", icon=":material/school:"):
            teach(run)
