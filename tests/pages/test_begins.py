"""Train: what a run begins with, and how its rate was found."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import ssl_core as core
from tests.pages.conftest import open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")
WITH_WEIGHTS = {"state": "done", "weights": "0123456789abcdef", "step": 20, "steps": 20}


def box(app: Any, label: str) -> Any:
    return next(each for each in app.selectbox if each.label == label)


def test_a_run_may_begin_from_another_whose_network_it_then_has(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    run = make_run("rotation-1", WITH_WEIGHTS, backbone="vit")

    def expected(request: str, mark: str) -> core.Estimate:
        asked.append(json.loads(request))
        return core.Estimate(60.0, 80.0, 5.0, 2.0, 60.0, 1)

    monkeypatch.setattr("pages._kit.screen.readers.expected", expected)
    app = open_page("train", new="1", task="finetune", **{"from": run})
    assert not app.exception, app.exception
    assert box(app, "Begins with").value == run and "Network" not in [each.label for each in app.selectbox]
    assert asked[-1]["from"] == run and "backbone" not in asked[-1]
    assert "Teach a network further" in words(app)
    box(app, "Begins with").set_value("").run()
    assert box(app, "Network").value == "convnet" and "Teach a network from nothing" in words(app)


def test_fine_tuning_begins_from_the_chosen_run_at_first_and_other_tasks_from_nothing(
    make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages._kit.screen.readers.expected", lambda request, mark: core.Estimate(60.0, 80.0, 5.0, 2.0, 60.0, 1))
    make_run("supervised-1", WITH_WEIGHTS, task="supervised", backbone="convnet")
    first, second = (make_run(name, WITH_WEIGHTS, backbone="convnet") for name in ("rotation-1", "rotation-2"))
    assert box(open_page("train", new="1", task="finetune", run=second), "Begins with").value == second
    assert box(open_page("train", new="1", task="finetune", run="supervised-1"), "Begins with").value == "supervised-1"
    assert box(open_page("train", new="1", task="simclr", run=first), "Begins with").value == ""


def test_a_source_that_is_not_there_is_named(make_run: Callable[..., str]) -> None:
    app = open_page("train", new="1", task="finetune", **{"from": "nobody-1"})
    assert any("'from' must be" in each.value and "nobody-1" in each.value for each in app.warning)


def test_a_run_says_what_it_began_with_and_how_its_rate_was_found(make_run: Callable[..., str]) -> None:
    found = {"rates": [1e-7, 1e-5, 1e-3, 1e-1], "losses": [2.3, 2.3, 2.0, 9.0], "suggested": 1e-3, "taken": 1e-3}
    began = {"from": "rotation-1", "digest": "0", "title": "Turns"}
    run = make_run("rotation-2", {**WITH_WEIGHTS, "metrics": {}}, began=began, facts={"range": found})
    app = open_page("train", run=run)
    assert not app.exception, app.exception
    said = words(app)
    assert "It began with the weights of “Turns”" in said and "taken was 0.001, where the loss fell fastest" in said
