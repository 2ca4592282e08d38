"""Benchmark layer by layer: the heat table, the pictures behind a cell; and a protocol's own settings on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ssl_core as core
from pages._kit.benchmark import layers, published
from ssl_core.evaluation.compare import pairs_of
from ssl_core.evaluation.scored import ScoredPoint
from ssl_core.functional.metrics.intervals import wilson
from ssl_core.probes.base import RIGHT
from tests.pages.conftest import button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")
IMAGENET, N = "imagenet:mobilenet_v2", 200


def point(at: str, share: float, **facts: Any) -> ScoredPoint:
    right_S, label_S = np.arange(N) < N * share, np.arange(N) % 10
    said = {"grid": 4, "numbers": 2048, "pool": "grid", "held_out": share, **facts}
    return ScoredPoint(at, *wilson(int(right_S.sum()), N), right_S, said, np.where(right_S, label_S, (label_S + 1) % 10))


def layered(rows: dict[str, list[ScoredPoint]]) -> core.Comparison:
    """A comparison in which each target stands for its chosen layer."""
    scored = []
    for text, points in rows.items():
        chosen = next(each for each in points if each.facts.get("chosen"))
        row = core.ProbeRow(text, text, "", chosen.accuracy, chosen.lo, chosen.hi, str(chosen.at), 32, 3.0)
        scored.append(core.Scored(row, 1000, N, np.arange(N), chosen.values, chosen.guess_S, np.arange(N) % 10, points=points))
    classes = tuple(core.open_set("scenes", "test").info.classes)
    pairs = pairs_of({each.row.target: each.values for each in scored})
    return core.Comparison("layer by layer", RIGHT, classes, "compare", scored, pairs, [], [], [], series="layers")


@pytest.fixture
def run(make_run: Callable[..., str]) -> str:
    return make_run(data={"samples": 1000}, recipe={"image_size": 32})


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, run: str) -> Any:
    best = {"ci": [0.7, 0.9], "level": 1 - 0.05 / 2}
    mine = [point("stage1", 0.4), point("stage2", 0.6, chosen=True, **best)]
    found = layered({run: mine, IMAGENET: [point("a", 0.5), point("b", 0.7, **best), point("c", 0.65, chosen=True)]})
    monkeypatch.setattr("ssl_core.evaluation.compare.comparison", lambda *_, **__: found)
    app = open_page("benchmark", run=run, protocol="layers")
    assert not app.exception, app.exception
    return app


def test_each_row_has_its_own_layers_and_the_best_is_marked_and_named(shown: Any) -> None:
    cells = [each.label for each in shown.button if each.key and each.key.startswith("layer-")]
    assert cells == ["**50.0**  \na", "**70.0** ★  \nb", "**65.0** ✓  \nc", "**40.0**  \nstage1", "**60.0** ✓★  \nstage2"]
    text = words(shown)
    assert "The best layer, by train pictures kept aside: ImageNet c (number 3 of 3); This run stage2 (number 2 of 2)." in text
    assert "whose interval is at 97.5 % for that" in text and "Each row names its own network’s layers" in text


def test_a_cell_opens_what_its_layer_gets_wrong(shown: Any, run: str) -> None:
    shown.button(key="layer-0-grid-0").click().run()
    text = words(shown)
    assert "**This run wrong at stage1: 120** of 200" in text and "this run says" in text and text.count("<figcaption") == 24


def test_the_published_rows_stand_below_with_what_they_are_of(shown: Any) -> None:
    text = words(shown).replace("\\", "")
    assert len(published.ROWS) == 11 and published.ABOUT in text and "1803.07728" in text
    assert "<th scope='row'>RotNet</th>" in text and "<b>38.7</b>" in text


def test_cells_are_bluer_the_higher_and_never_so_blue_that_ink_is_lost() -> None:
    assert [layers.shade(value, [10, 20, 30]) for value in (10, 20, 30)] == [6, 26, 46]
    assert layers.shade(10, [10, 10]) == 26


def test_the_classifier_of_the_address_is_asked_for_everywhere_and_stands_in_the_dialog(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []
    real = core.comparison

    def compared(*given: Any, **named: Any) -> core.Comparison:
        seen.append(named)
        return real(*given, **named)

    def expected(*given: Any, **named: Any) -> float:
        seen.append(named)
        return 25.0

    monkeypatch.setattr("ssl_core.evaluation.compare.comparison", compared)
    monkeypatch.setattr("ssl_core.evaluation.forecast.expect_comparison", expected)
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr("ssl_core.evaluation.compare.request_comparison", lambda *given, **named: asked.append(named))
    app = open_page("benchmark", run=run, protocol="sklearn", settings=json.dumps({"classifier": "SVC"}))
    assert "How many of these test pictures does SVC of scikit-learn name correctly" in words(app)
    assert seen and all(each == {"options": {"classifier": "SVC"}} for each in seen)
    button(app, "Compare").click().run()
    assert asked == [{"options": {"classifier": "SVC"}}]
    app.button(key="choose").click().run()
    assert [field.value for field in app.text_input if field.key.startswith("protocol-")] == ["SVC"]


def test_a_setting_of_the_address_that_is_not_allowed_is_said_and_the_usual_one_is_used(run: str) -> None:
    app = open_page("benchmark", run=run, protocol="knn", settings=json.dumps({"k": 0, "temperature": 0.2}))
    text = words(app)
    assert "'k' of Nearest neighbours (kNN) must be between 1 and 1000. Got 0." in text.replace("\\", "")
    assert not open_page("benchmark", run=run, protocol="knn", settings="[]").exception
