"""A map whose colours, pictures or neighbours change: what it says stays about what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from ssl_core.maps.neighbours import Alike
from tests.pages.conftest import button, open_page, words
from tests.pages.test_map import laid_out

pytestmark = pytest.mark.usefixtures("no_starters")


@pytest.fixture
def run(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("ssl_core.maps.layout.layout_status", lambda text, projector="umap": None)
    monkeypatch.setattr("ssl_core.maps.layout.expect_map", lambda text, projector="umap": None)
    return make_run(data={"samples": 1000}, recipe={"image_size": 32})


def opened(run: str) -> AppTest:
    app = open_page("map", run=run)
    assert not app.exception, app.exception
    return app


def test_neighbours_are_counted_by_class_whatever_the_map_is_coloured_by(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Alike(run, "R", [f"test-{i}" for i in range(12)], ["house"] * 9 + ["boat"] * 3, [0.9] * 12, None, "")]
    monkeypatch.setattr("ssl_core.maps.layout.layout", lambda text, projector="pca": laid_out() if projector == "pca" else None)
    monkeypatch.setattr("ssl_core.maps.neighbours.alike", lambda targets, picture: found)
    app = opened(run)
    app.selectbox(key=f"map-by-{run}").set_value("size").run()
    size = (core.open_set("scenes", "test").factors(0) or {})["size"]
    app.selectbox(key="map-class-size0").set_value(size).run()
    next(each for each in app.button if each.key and each.key.endswith("-0") and each.key.startswith("map-")).click().run()
    text = words(app)
    assert not app.exception and "**9 of 12** are of its kind" in text and "It shows **house**." in text and size in text.splitlines()


def test_pictures_that_changed_have_a_map_of_their_own(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    count = [200]
    monkeypatch.setattr(
        "ssl_core.maps.layout.layout",
        lambda text, projector="pca": cut(laid_out(), count[0]) if projector == "pca" else None,
    )
    app = opened(run)
    assert app.title[0].value.replace("\u00a0", " ") == "200 of 2 000 pictures, arranged by likeness"
    count[0], data = 40, core.open_set("scenes", "test")
    monkeypatch.setattr(type(data), "digest", lambda self: "other pictures")
    app.run()
    assert not app.exception and app.title[0].value.replace("\u00a0", " ") == "40 of 2 000 pictures, arranged by likeness"
    assert "| ● house | 10 |" in words(app)


def cut(layout: core.Layout, n: int) -> core.Layout:
    """The first dots of a map."""
    return layout._replace(xy_S2=layout.xy_S2[:n], ids=layout.ids[:n], label_S=layout.label_S[:n], n=n)


def beside() -> AppTest:
    """A dialog's neighbours, of which one network's aren't there yet."""

    def screen() -> None:
        from pages._kit.map import neighbours

        neighbours.side_by_side("rotation-1", "scenes", "test-1", "car")

    return AppTest.from_function(screen, default_timeout=180)


@pytest.fixture
def polled(run: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """How neighbours stand, and how often the screen looks again."""
    told: dict[str, Any] = {"status": None, "every": [], "asked": []}
    there = Alike(run, "R", ["test-2"], ["car"], [0.9], None, "")

    def alike(targets: list[str], picture: str | np.ndarray) -> list[Alike]:
        return [there, Alike("pixels", "Raw pixels", [], [], [], told["status"], "")]

    def fragment(draw: Callable[..., None], run_every: float | None = None) -> Callable[..., None]:
        told["every"].append(run_every)
        return draw

    def ask(targets: list[str]) -> None:
        told["asked"] += targets
        told["status"] = core.Status(state="running", stage="looking")

    monkeypatch.setattr("ssl_core.maps.neighbours.alike", alike)
    monkeypatch.setattr("ssl_core.maps.neighbours.request_alike", ask)
    monkeypatch.setattr("pages._kit.screen.fragments.fragment", fragment)
    return told


def test_nobody_looks_again_each_second_until_somebody_asked(polled: dict[str, Any]) -> None:
    app = beside().run()
    assert not app.exception and polled["every"] == [None]
    button(app, "Have the others look too").click().run()
    assert not app.exception and polled["asked"] == ["rotation-1", "imagenet:mobilenet_v2", "pixels"] and polled["every"] == [None, 1]
    assert not app.button and "Looking" in words(app)


def test_who_broke_off_can_be_asked_again_where_the_others_are_watched(polled: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    app = beside().run()
    button(app, "Have the others look too").click().run()
    polled["status"] = core.Status(state="failed", reason="The disk is full.")
    monkeypatch.setattr("pages._kit.map.neighbours._busy", lambda found: True)  # as the dialog found them
    app.run()
    button(app, "Have the others look too").click().run()
    assert not app.exception and len(polled["asked"]) == 6
