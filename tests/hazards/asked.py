"""Hazards made to happen: pictures that are none, requests that can't be granted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import ssl_core as core
from ssl_core.settings import SettingsError
from tests.hazards.hazard import SCREEN, TERMINAL, VALUES
from tests.help.staging import REFUSED, SMALL, Stage, Told, same, scenes, seen, stage
from tests.pages.conftest import PAGES, open_page

# Pictures


def photos(here: Stage) -> Path:
    """Two classes of good pictures and a damaged one."""
    for name, count in (("cats", 6), ("dogs", 6)):
        (here.home / "mine" / name).mkdir(parents=True)
        for place in range(count):
            Image.fromarray(np.full((20, 20, 3), 20 * place, np.uint8)).save(here.home / "mine" / name / f"{place}.png")
    (here.home / "mine" / "cats" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    return here.home / "mine"


@stage("a corrupt picture among good ones", TERMINAL)
def _(here: Stage) -> Told:
    return same(here.command("data", str(photos(here)), "--json"))


@stage("a corrupt picture among good ones", SCREEN)
def _(here: Stage) -> Told:
    from ssl_core.library.sets import PictureSet

    name = core.add_folder("mine", photos(here))
    for split in ("train", "test"):
        PictureSet(name, split).decoded()
    return same(seen(open_page("data", dataset=name)))


@stage("an upload that isn't a picture", SCREEN)
def _(here: Stage) -> Told:
    from tests.help.evaluation import run_with_weights

    app = open_page("predictions", run=run_with_weights())
    app.get("file_uploader")[0].set_value(("mine.png", b"not a picture", "image/png")).run()
    return same(seen(app))


@stage("dropped files that aren't pictures", SCREEN)
def _(here: Stage) -> Told:
    def form() -> None:
        import streamlit as st

        from pages._kit.data import bring

        st.title("form")
        bring.form()

    app = AppTest.from_function(form, default_timeout=180).run()
    app.file_uploader(key="own-files").set_value([("notes.jpg", b"words", "image/jpeg")]).run()
    app.button(key="own-go").click().run()
    return same(seen(app))


@stage("a folder without pictures", TERMINAL)
def _(here: Stage) -> Told:
    (here.home / "empty").mkdir()
    (here.home / "empty" / "notes.txt").write_text("words")
    return Told(here.command("train", "rotation", "--dataset", str(here.home / "empty")), scenes(here))


# Wrong requests


@stage("an option out of range", TERMINAL)
def _(here: Stage) -> Told:
    asked = ["train", "inpainting", *SMALL, "--steps", "1", "--json", "--area"]
    return Told(here.command(*asked, "3"), here.command(*asked, "0.5"))


def refused(values: dict[str, Any]) -> Told:
    """A request that isn't granted leaves no run; the same one, mended, is granted."""
    from ssl_core.training.request import new_run

    with pytest.raises(SettingsError) as error:
        new_run(values)
    assert not core.runs(starters=False)
    return Told(str(error.value), new_run(REFUSED))


@stage("an option out of range", VALUES)
def _(here: Stage) -> Told:
    return refused({**REFUSED, "options": {"area": 3}})


@stage("an option that isn't there", VALUES)
def _(here: Stage) -> Told:
    return refused({**REFUSED, "options": {"aera": 0.3}})


@stage("an option out of range in the address", SCREEN)
def _(here: Stage) -> Told:
    return same(seen(open_page("train", task="inpainting", area="3")))


@stage("an option out of range in the form", SCREEN)
def _(here: Stage) -> Told:
    app = open_page("train")
    app.number_input(key="recipe-rotation-cpu-clip").set_value(0.0).run()  # the browser has no limits for typed numbers
    assert [each.disabled for each in app.button if each.label.startswith("Train")] == [True]
    return same(seen(app))


@stage("a wrong run", TERMINAL)
def _(here: Stage) -> Told:
    here.run()
    return Told(here.command("stop", "nobody-7"), here.command("runs"))


@stage("a wrong run", SCREEN)
def _(here: Stage) -> Told:
    here.run()
    app = AppTest.from_file(str(PAGES / "main.py"), default_timeout=180)
    app.switch_page("runs.py")  # home is about no run and draws no picker
    app.query_params["run"] = "nobody-7"
    app.run()
    return Told(seen(app), str(app.selectbox(key="run_picker").options))
