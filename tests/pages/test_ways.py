"""Ways on from a run and from a set: the same words everywhere, what can be seen already, and one primary button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.run import ways
from tests.help.evaluation import run_with_weights
from tests.pages.conftest import DONE, button, open_page
from tests.pages.test_train import at_work


def offered(app: AppTest) -> list[str]:
    """The words of the ways on, in their order."""
    assert sum(each.proto.type == "primary" and not each.label.startswith("![") for each in app.button) <= 1  # a chosen picture has a ring
    return [each.label for each in app.button if str(each.key).startswith("way-")]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (at_work(weights=""), ["Its pictures"]),
        (at_work(weights="kept"), ["Play with it", "Where it looks", "Its pictures"]),
        (DONE, ["Where it looks", "Its map", "Compare with ImageNet", "Its pictures", "Teach it names"]),
        (
            {**DONE, "state": "stopped"},
            ["Play with it", "Where it looks", "Its map", "Compare with ImageNet", "Its pictures", "Teach it names"],
        ),
    ],
    ids=["just begun", "with a checkpoint", "done", "stopped"],
)
def test_train_leads_to_what_can_be_seen_of_a_run(status: dict[str, Any], said: list[str], make_run: Callable[..., str]) -> None:
    app = open_page("train", run=make_run(status=status, steps=(0, 60)))
    assert not app.exception and offered(app) == said


@pytest.mark.parametrize("here", ["predictions", "attention", "map", "benchmark"])
def test_a_screen_about_a_run_leads_to_the_others(here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(here, run="rotation-starter")
    there = {"predictions": "Play with it", "attention": "Where it looks", "map": "Its map", "benchmark": "Compare with ImageNet"}
    assert not app.exception and offered(app) == [
        *(words for place, words in there.items() if place != here),
        "Its pictures",
        "Teach it names",
    ]


def test_a_run_of_ones_own_leads_back_to_its_training() -> None:
    assert "How it learnt" in offered(open_page("attention", run=run_with_weights()))


def test_a_run_that_learnt_without_labels_leads_to_teaching_it_names(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr("pages._kit.screen.links.go", lambda place, **more: asked.append((place, more)))
    run = make_run(status=DONE, steps=(0, 60))
    button(open_page("train", run=run), "Teach it names").click().run()
    assert asked == [("train", {"new": "1", "task": "finetune", "from": run, "dataset": "scenes"})]
    assert not ways.teachable(core.run(make_run("supervised-1", DONE, task="supervised")))


def test_beside_answers_of_a_run_at_work_stands_whose_they_are(make_run: Callable[..., str]) -> None:
    run = core.run(make_run(status=at_work(weights="kept")))
    assert "the network that it kept last answers" in ways.lead(run, "predictions") and ways.lead(run, "train") == ""


def test_pictures_lead_to_train(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr("pages._kit.screen.links.go", lambda place, **more: asked.append((place, more)))
    app = open_page("data", dataset="digits")
    button(app, "Train on these").click().run()
    assert asked == [("train", {"new": "1", "dataset": "digits"})]
    assert [each.label for each in app.button if each.proto.type == "primary"] == ["Use my own pictures"]
