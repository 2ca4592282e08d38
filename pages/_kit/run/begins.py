"""What a run begins with: random weights, those of another run, or ImageNet's; and the curve of the range test."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.figures import charts
from pages._kit.run.ways import TAUGHT
from pages._kit.screen import frame, links, readers

NOTHING = ""
HEAD_START = ("finetune",)  # tasks that are for networks which have learnt already
KEY = "train-from-"  # start of the choice's key, before the task
HELP = "Random: it starts blind. A run or ImageNet: it goes on from what that network has learnt; the network is then the same."


def choose(task: core.PartInfo) -> str:
    """The target whose weights a run of the task begins with, "" for random ones; the address may preselect it."""
    words = {NOTHING: "random weights, blind", **sources(task)}
    asked = links.asked(links.FROM)
    if asked and asked not in words:
        st.warning(f"'{links.FROM}' must be a run whose network fits this game, or ImageNet. Got {asked[:60]}.", icon=":material/info:")
    names, usual = list(words), head_start(words) if task.name in HEAD_START else NOTHING
    start = names.index(asked if asked and asked in words else usual)
    return st.selectbox("Begins with", names, start, format_func=words.__getitem__, key=f"{KEY}{task.name}", help=HELP)


def head_start(words: Collection[str]) -> str:
    """What a task for learnt networks begins with at first: the chosen run, else the first that learnt without labels, else nothing."""
    unlabelled = [run.id for run in readers.runs() if run.task not in TAUGHT]
    return next((name for name in (links.current_run(), *unlabelled) if name and name in words), NOTHING)


def expected() -> bool:
    """Whether the form's run begins with learnt weights, as far as form and address say before the form is drawn."""
    chosen = [value for key, value in st.session_state.items() if str(key).startswith(KEY)]
    return any(chosen) if chosen else bool(links.asked(links.FROM) or links.asked(links.TASK) in HEAD_START)


def sources(task: core.PartInfo) -> dict[str, str]:
    """Targets whose network the task can train, with their names on screen."""
    runs = {run.id: run.title for run in readers.runs() if run.status.weights and not task.fits.get(run.backbone, "other")}
    imagenet = {} if task.fits.get("torchvision", "other") else {"imagenet:mobilenet_v2": "ImageNet (MobileNet V2)"}
    return runs | imagenet


def words_of(run: core.Run) -> str:
    """What a run began with, as a sentence; "" for random weights."""
    return f"It began with the weights of “{frame.escape(run.began)}”." if run.began else ""


def show(run: core.Run) -> None:
    """What the run began with, and how its rate was found."""
    if told := words_of(run):
        frame.quiet(told)
    if found := run.range_test:
        with st.expander("How its learning rate was found"):
            _curve(run, found)


def _curve(run: core.Run, found: dict[str, Any]) -> None:
    """The loss while the rate grew from step to step, with the rate that was taken."""
    line = charts.Line("loss", [(rate, loss, None, None) for rate, loss in zip(found["rates"], found["losses"], strict=True)], main=True)
    figure = charts.curves([line], None, "learning rate", percent=False, height=200)
    figure.update_xaxes(type="log", autorange=True)
    if found.get("suggested"):
        figure.add_vline(found["suggested"], line_dash="dot")
    taken = f"{found['taken']:.2g}"
    said = (
        f"taken was {taken}, where the loss fell fastest" if found.get("suggested") else f"it fell nowhere: {taken} of the preset was taken"
    )
    charts.show(figure, f"range-{run.id}", f"Loss over learning rate in the range test; {said}.")
    frame.quiet(f"Before the first step a copy tried {len(found['rates'])} rates, from 0.0000001 up (range test): {said}.")
