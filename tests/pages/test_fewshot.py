"""Few labels: which pictures hang on the wall, and the way there from the map."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit import hung
from tests.pages.conftest import PAGES, button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")
CHOSEN = ["test-12", "test-3", "train-40"]


def on_the_wall(app: AppTest) -> list[str]:
    """The ids that the wall shows, in its order."""
    told = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    return next(each["ids"] for each in told if "ids" in each)


def opened(**query: str) -> AppTest:
    app = open_page("fewshot", dataset="digits", **query)
    assert not app.exception, app.exception
    return app


def usual() -> list[str]:
    return core.wall_page("digits", 0, 24)


def test_the_wall_shows_exactly_the_pictures_of_the_address() -> None:
    app = opened(pictures=",".join(CHOSEN))
    assert on_the_wall(app) == CHOSEN
    assert "The 3 pictures you picked on the map." in words(app)
    assert app.query_params["pictures"] == ",".join(CHOSEN)  # a reload asks for the same again


def test_the_way_back_to_the_usual_wall_is_there() -> None:
    app = opened(pictures=",".join(CHOSEN))
    button(app, "Other pictures").click().run()
    assert not app.exception
    assert on_the_wall(app) == usual() and "pictures" not in app.query_params


@pytest.mark.parametrize("text", ["nonsense", "test-999999", "../../etc", "test-１", "-", "0", "<b>", "train-5000000000"])
def test_an_id_that_is_not_there_is_told_and_the_usual_wall_hangs(text: str) -> None:
    app = opened(pictures=text)
    assert on_the_wall(app) == usual()
    assert "must be ids that 'digits' has, like test-12" in words(app).replace("\\", "") and "Shown is the usual wall." in words(app)


def test_good_ids_stay_beside_a_bad_one() -> None:
    app = opened(pictures="test-12,cow,test-12,test-3")
    assert on_the_wall(app) == ["test-12", "test-3"]
    assert "Got cow. Shown are 2." in words(app)


def test_more_pictures_than_a_wall_holds_are_cut_and_told() -> None:
    app = opened(pictures=",".join(f"test-{i}" for i in range(hung.MOST + 1)))
    assert on_the_wall(app) == [f"test-{i}" for i in range(hung.MOST)]
    assert f"may name {hung.MOST} at most. Got {hung.MOST + 1}. Shown are {hung.MOST}." in words(app)


def test_another_data_set_takes_the_pictures_down() -> None:
    app = opened(pictures=",".join(CHOSEN))
    app.selectbox[0].set_value("scenes").run()
    assert not app.exception and "pictures" not in app.query_params
    assert on_the_wall(app) == core.wall_page("scenes", 0, 24)


def from_map() -> None:
    """A page that stands for the map: twelve dots of 0 and 1, all drawn around."""
    import numpy as np
    import streamlit as st

    import ssl_core as core
    from pages._kit import picked

    n = int(st.query_params.get("n", 12))
    layout = core.Layout(
        np.zeros((n, 2), np.float32), [f"test-{i}" for i in range(n)], np.arange(n) % 2, ("0", "1"), None, None, None, "pca", n
    )
    picked.wall(layout, next(iter(core.runs())), list(range(n)), False)


@pytest.mark.parametrize(("n", "called"), [(1, "Name this picture"), (12, "Name these 12 pictures"), (300, "Name the first 240 of them")])
def test_the_map_leads_to_the_wall_with_what_was_drawn_around(n: int, called: str, make_run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    gone: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(st, "switch_page", lambda page, query_params: gone.append((page, query_params)))
    make_run(dataset="digits")
    app = AppTest.from_function(from_map, default_timeout=180)
    app.query_params["n"] = str(n)
    button(app.run(), called).click().run()
    assert not app.exception
    ((page, query),) = gone
    assert (PAGES / page).exists() and page == "fewshot.py" and query["dataset"] == "digits"
    assert query["pictures"].split(",") == [f"test-{i}" for i in range(min(n, 240))]
