"""Few labels: which pictures hang on the wall, and the way there from the map."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.components.wall import wall
from pages._kit.fewshot import pictures
from pages._kit.screen import links
from tests.pages.conftest import PAGES, button, router, words

pytestmark = pytest.mark.usefixtures("no_starters")
CHOSEN = ["test-12", "test-3", "train-40"]


def on_the_wall(app: AppTest) -> list[str]:
    """The ids that the wall shows, in its order."""
    told = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    return next(each["ids"] for each in told if "ids" in each)


def opened(**query: str) -> AppTest:
    app = router("fewshot.py", dataset="digits", **query)
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
    app = opened(pictures=",".join(f"test-{i}" for i in range(pictures.MOST + 1)))
    assert on_the_wall(app) == [f"test-{i}" for i in range(pictures.MOST)]
    assert f"may name {pictures.MOST} at most. Got {pictures.MOST + 1}. Shown are {pictures.MOST}." in words(app)


def test_another_data_set_takes_the_pictures_down() -> None:
    app = opened(pictures=",".join(CHOSEN))
    app.selectbox(key=links.PICTURES).set_value("scenes").run()
    assert not app.exception and "pictures" not in app.query_params
    assert on_the_wall(app) == core.wall_page("scenes", 0, 24)


def named(count: int, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The screen on pictures without classes, so many of each of two kinds named."""
    from ssl_core.labels.store import Store

    monkeypatch.setattr("ssl_core.fewshot.wall.classes_of", lambda name: ())
    monkeypatch.setattr("ssl_core.fewshot.curve.classes_of", lambda name: ())
    store = Store(core.runs_root() / "labels.sqlite")
    store.set_classes("digits", ["round", "straight"])
    for place, picture in enumerate(core.wall_page("digits", 0, 2 * count)):
        store.act([core.Action("digits", picture, ("round", "straight")[place % 2], f"00000000-0000-4000-8000-{place:012d}")])
    return opened()


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "leave-one-out), ± 95 %, with these labels."),
        (1, "Rough as yet: 'round' has 1, which nothing is left to name by. Name 4 of each kind."),
        (3, "Rough as yet: 'round' has 3. Name 4 of each kind."),
        (4, "leave-one-out), ± 95 %, with these labels."),
    ],
)
def test_without_named_test_pictures_each_label_is_left_out_once_and_that_is_said(
    count: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ssl_core.fewshot.curve.few_shot_targets", lambda run: ["pixels"])
    monkeypatch.setattr("ssl_core.jobs.warm_worker.hand_over", lambda folder: None)
    text = words(named(count, monkeypatch)).replace("\\", "")
    assert "each label is left out once and named by the others (leave-one-out), ± 95 %, with these labels." in text and said in text
    assert ("Rough as yet" in text) == (0 < count < 4)


def test_pictures_without_classes_are_asked_for_names_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.fewshot.wall.classes_of", lambda name: ())
    app = opened()
    button(app, "Use these names").click().run()
    assert "Own classes must be 2 to 10 names. Got 0." in words(app)
    app.text_input[0].set_value("cat, dog").run()
    button(app, "Use these names").click().run()
    assert not app.exception and on_the_wall(app) == usual()


def from_map() -> None:
    """A page that stands for the map: twelve dots of 0 and 1, all drawn around."""
    import numpy as np
    import streamlit as st

    import ssl_core as core
    from pages._kit.map import picked

    n = int(st.query_params.get("n", 12))
    layout = core.Layout(
        np.zeros((n, 2), np.float32), [f"test-{i}" for i in range(n)], np.arange(n) % 2, ("0", "1"), None, None, None, "pca", n
    )
    picked.wall(layout, next(iter(core.runs())), list(range(n)), False, layout)


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


def test_the_wall_tells_the_file_of_a_picture_and_what_it_keeps_when_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}

    def mounted(*_: str) -> Any:
        return lambda **more: told.update(more["data"]) or SimpleNamespace(rev=0)

    monkeypatch.setattr("pages._kit.components.wall.mount.component", mounted)
    state, files = core.Receipt(0, 0, 0, {}, "", ""), {"train-0": "a.png", "train-1": "b.png", "train-2": "c.png"}
    wall("wall", "mine", ["train-0", "train-1"], ("far", "near"), state, files=files, marks={"train-1": "852 17", "train-2": "5 5"})
    assert told["files"] == {"train-0": "a.png", "train-1": "b.png"} and told["marks"] == {"train-1": "852 17"}
