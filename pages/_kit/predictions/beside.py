"""The same question to another network: the run before its first step, or another run of the same task."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

import ssl_core as core
from pages._kit.figures import charts, gallery
from pages._kit.run import live
from pages._kit.screen import address, frame, links, readers

BEFORE, NOBODY = "before", ""  # choices that aren't runs
BESIDE = "beside"  # query parameter
ROW, HEAD = 30, 30  # pixels of a bar, and of the chart above the bars


def rivals(run: core.Run) -> dict[str, str]:
    """The other networks that can be asked, with their titles: this run untrained, and runs of the same task and image size."""
    others = [each for each in readers.runs() if each.id != run.id and each.task == run.task and each.status.weights]
    same = [each for each in others if each.image_size == run.image_size]
    return {NOBODY: "nobody", BEFORE: "itself, before training"} | {each.id: _words(each) for each in same}


def _words(run: core.Run) -> str:
    score = live.score(run)
    return f"{run.title} ({score})" if score else run.title


def ask(run: core.Run, names: dict[str, str]) -> str:
    """The network to ask as well, one of `names`; the address names it too."""
    asked, base = links.asked(BESIDE), f"beside-{run.id}"
    start = list(names).index(asked if asked in names else NOBODY)
    key = address.key(base, [BESIDE])
    found = str(st.selectbox("Ask beside it", list(names), start, names.__getitem__, key, frame.GLOSSARY["itself"]))
    address.write(base, {BESIDE: found})
    return found


def show(run: core.Run, rival: str, name: str, image_HWC: np.ndarray, values: dict[str, Any]) -> None:
    """The other network's answer under its name; the reason where it can't be asked."""
    if rival == NOBODY:
        return
    frame.heading(f"{frame.escape(name)} says")
    try:
        answer = core.play(run.id if rival == BEFORE else rival, image_HWC, values, rival == BEFORE)
    except core.SettingsError as error:
        frame.problem(error)
        return
    verdict, panels = answer.verdict, answer.panels
    st.markdown(f"**{frame.escape(verdict.sentence if verdict else panels[-1].caption)}**")
    if verdict is not None and verdict.bars:
        alt = "The other's answer: " + ", ".join(f"{name} {frame.percent(share)}" for name, share in verdict.bars)
        charts.show(charts.probabilities(verdict.bars, verdict.chance, HEAD + ROW * len(verdict.bars)), "probabilities-beside", alt)
    elif len(panels) > 1:
        tiles = [gallery.tile(each._replace(turns=None), run.dataset, hard=True) for each in panels]
        gallery.show(tiles, columns=min(4, len(tiles)), wrap=True)
