"""The button that stops a job, and the answer in its place once somebody has pressed it, in whichever tab."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from streamlit.delta_generator import DeltaGenerator

import ssl_core as core
from pages._kit.screen import frame

ICON = ":material/stop_circle:"


def button(
    place: DeltaGenerator,
    words: str,
    key: str,
    asked: bool,
    stop: Callable[[], object],
    answer: str,
    kind: Literal["primary", "secondary"] = "secondary",
    note: str | None = None,
) -> None:
    """The button at `place`; a press calls `stop`, and what will become of the job stands there instead.

    asked: whether the job has been asked already. answer: a sentence. note: shown on hover.
    """
    spot = place.empty()
    if not asked and spot.button(words, key=key, type=kind, icon=ICON, help=note):
        try:
            stop()
            asked = True
        except core.SettingsError as error:
            frame.problem(error)
    if asked:
        spot.markdown(f":material/hourglass_top: {answer}")
