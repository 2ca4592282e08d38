"""Home's photographs with a run's answers to each of their four turns: three that ship with their answers, and the visitor's own."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from PIL import Image

import ssl_core as core
from pages._kit.figures import choose, gallery
from pages._kit.figures import own as kept
from pages._kit.screen import readers

ASKED = "home_asked"  # session: the number of the last photograph that the browser sent
FAULT = "home_fault"  # session: why that one can't be answered, "" where it is
TURNS = (0, 90, 180, 270)  # degrees clockwise
MINE = "your photo"
UPRIGHT = "It counts as upright the way it was brought."
NOBODY = "No network is here that could answer. Train one first, it takes a minute."


class Photograph(NamedTuple):
    """A square photograph, and what a run says of it after 0, 90, 180 and 270 degrees."""

    source: str  # a data URI
    name: str
    turn: int  # degrees at which it is shown at first
    answers: tuple[dict[str, Any], ...]  # each with caption, mark and right
    run: str = ""
    note: str = ""  # what is to be known beside the answers

    @property
    def shown(self) -> gallery.Tile:
        """The photograph, upright, with the answer to the turn at which it is shown at first."""
        answer = self.answers[self.turn // 90]
        return gallery.Tile(self.source, answer["caption"], answer["mark"], answer["right"])


class Story(NamedTuple):
    """What ships for Home; all empty where nothing ships."""

    run: str = ""
    sentence: str = ""
    credit: str = ""
    photographs: tuple[Photograph, ...] = ()


def story() -> Story:
    """The shipped photographs with their answers."""
    file = readers.ASSETS / "starter" / "home" / "home.json"
    return _story(str(file), readers.stamp(file))


@st.cache_data(max_entries=2, show_spinner=False)
def _story(file: str, stamp: tuple[int, int]) -> Story:
    told = core.read_json(Path(file), {})
    photographs = []
    for one in told.get("pictures", []):
        data = (Path(file).parent / one["file"]).read_bytes()
        source = f"data:image/{Path(one['file']).suffix[1:]};base64,{base64.b64encode(data).decode()}"
        photographs.append(Photograph(source, one["name"], one["turn"], tuple(one["answers"]), told["run"]))
    return Story(told.get("run", ""), told.get("sentence", ""), told.get("credit", ""), tuple(photographs))


def own() -> Photograph | None:
    """The visitor's own photograph with its answers; None where there is none, or none that was asked about here."""
    answers = st.session_state.get(kept.ANSWERS)
    if not answers:
        return None
    source = _source(st.session_state[kept.SQUARE])
    return Photograph(source, MINE, 0, tuple(answers["answers"]), answers["run"], answers["note"])


@st.cache_data(max_entries=4, show_spinner=False)
def _source(square: bytes) -> str:
    return gallery.source_of(np.array(Image.open(io.BytesIO(square))))


def show_own() -> Photograph | None:
    """The same, from the address after a reload; the address names it from then on."""
    kept.restore()
    found = own()
    kept.write(found is not None)
    return found


def take(sent: Mapping[str, Any], run_id: str) -> None:
    """Asks a run about a photograph that the browser sent, and keeps the answers; where it can't be read or answered, the reason.

    The browser also sends that the photograph is to be taken away.
    """
    if sent.get("away"):
        kept.take_away()
        st.session_state[FAULT] = ""
        return
    st.session_state[ASKED] = int(sent.get("asked") or 0)
    try:
        if not run_id:
            raise core.SettingsError(NOBODY)
        ask(str(sent.get("data", "")), run_id)
        st.session_state[FAULT] = ""
    except core.SettingsError as error:
        st.session_state[FAULT] = str(error)


def ask(encoded: str, run_id: str) -> None:
    """Keeps a photograph, given as base64 text of its file, with a run's answers. The screens that ask about one picture show it too.

    Raises:
        SettingsError: it can't be read, or the run can't be asked.
    """
    try:
        data = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise core.SettingsError("This picture can't be read: it arrived damaged. Choose it again.") from None
    whole_HWC = core.upload_picture(data, core.range_of_run(run_id))
    image_HWC = choose.fine(whole_HWC)
    answers = [core.play(run_id, image_HWC, {"turn": degrees}) for degrees in TURNS]
    said = [{"caption": each.panels[0].caption, "mark": each.panels[0].mark, "right": each.panels[0].right} for each in answers]
    choose.keep_own(whole_HWC, {"answers": said, "run": run_id, "note": f"{UPRIGHT} {answers[0].unlike}".strip()})
