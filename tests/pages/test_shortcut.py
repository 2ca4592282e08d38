"""A run that learnt from pictures with the tape that gives the answer away: no screen praises it, and the next step is there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import ssl_core as core
from tests.pages.conftest import DONE, button, open_page, words

CHEATED = {**DONE, "metrics": {"accuracy": 1.0}, "facts": {"tested": 2000}}
TAPE = {"leak": True}


@pytest.mark.parametrize("page", ["train", "predictions", "runs"])
def test_a_screen_says_that_the_score_says_little(make_run: Callable[..., str], page: str) -> None:
    run = make_run(status={**CHEATED, "weights": ""}, steps=(0, 60), dataset_options=TAPE)
    assert words(open_page(page, run=run)).count(core.shortcut_of(core.run(run))) == 1


def test_the_title_names_the_tape_and_nothing_says_that_it_learnt(make_run: Callable[..., str]) -> None:
    app = open_page("train", run=make_run(status=CHEATED, dataset_options=TAPE))
    assert app.title[0].value == "With tape that gives the answer away: right 100 % (at least 99.8 %) of the time, chance 25 %"
    assert "It learnt:" not in words(app) and "another learning rate" not in words(app)
    assert button(app, "Play with it on pictures without tape")


def test_the_button_sets_up_the_same_without_tape(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr("pages._kit.screen.links.go", lambda place, **query: gone.append((place, query)))
    app = open_page("train", run=make_run(status=CHEATED, dataset_options=TAPE, minutes=2.0))
    button(app, "Train without the shortcut").click().run()
    assert gone == [("train", {"new": "1", "task": "rotation", "dataset": "scenes", "minutes": "2"})]


@pytest.mark.parametrize(("task", "options"), [("rotation", {}), ("rotation", {"leak": False}), ("simclr", TAPE)])
def test_runs_whose_answer_no_tape_gave_away_are_left_alone(make_run: Callable[..., str], task: str, options: dict[str, bool]) -> None:
    assert core.shortcut_of(core.run(make_run(task=task, dataset_options=options))) == ""
