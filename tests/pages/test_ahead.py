"""Two ticked runs: which is ahead, with its interval, or why their numbers can't be ranked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import ssl_core as core
from pages._kit.run import ahead
from tests.pages.conftest import DONE, open_page, words

DECIBELS = {"title": "How close the filling comes", "unit": "dB", "counted": False, "top": 30, "help": ""}


@pytest.fixture
def made(make_run: Callable[..., str]) -> Callable[..., core.Run]:
    """A finished run that is right on this share of 2 000 pictures."""

    def run(name: str, value: float, **spec: Any) -> core.Run:
        return core.run(make_run(name, {**DONE, "metrics": {"accuracy": value}, "facts": {"tested": 2000}}, **spec))

    return run


def test_the_better_one_is_ahead_by_an_interval(made: Callable[..., core.Run]) -> None:
    one, two = made("rotation-1", 0.6), made("rotation-2", 0.8)
    told = "“Title of rotation-2” is ahead of “Title of rotation-1” by 20 ± 3 points (95 % interval)."
    assert ahead.words([one, two]) == ahead.words([two, one]) == told


def test_a_difference_inside_its_interval_is_none(made: Callable[..., core.Run]) -> None:
    assert ahead.words([made("rotation-1", 0.6), made("rotation-2", 0.61)]).startswith("No clear difference between “Title of rotation-2”")


def test_numbers_of_other_games_and_pictures_are_not_ranked(made: Callable[..., core.Run]) -> None:
    own, game = made("rotation-1", 0.6), made("supervised-1", 0.8, task="supervised")
    album, tape = made("rotation-2", 0.8, dataset="digits"), made("rotation-3", 0.8, dataset_options={"leak": True})
    assert ahead.words([own, game]) == f"{ahead.UNRANKED}: they played different games."
    assert ahead.words([own, album]) == ahead.words([own, tape]) == f"{ahead.UNRANKED}: they were tested on different pictures."


def test_decibels_are_compared_by_their_errors(make_run: Callable[..., str]) -> None:
    def filled(name: str, value: float, **facts: Any) -> core.Run:
        status = {"state": "done", "metrics": {"psnr": value}, "facts": facts}
        return core.run(make_run(name, status, task="inpainting", metric="psnr", measure=DECIBELS))

    kept, better, silent = filled("a", 17.0, error={"psnr": 0.3}), filled("b", 19.0, error={"psnr": 0.4}), filled("c", 20.0)
    assert ahead.words([kept, better]) == "“Title of b” is ahead of “Title of a” by 2.0 ± 0.5 dB (95 % interval)."
    assert "no interval says" in ahead.words([kept, silent])


def test_one_run_says_nothing_and_one_at_work_waits(made: Callable[..., core.Run], make_run: Callable[..., str]) -> None:
    done, at_work = made("rotation-1", 0.6), core.run(make_run("rotation-2", {"state": "running", "step": 3}))
    assert ahead.words([done]) == "" and "once all of them are done" in ahead.words([done, at_work])
    stopped = core.run(make_run("rotation-3", {"state": "stopped", "step": 3}))
    assert ahead.words([done, stopped]) == "Their numbers can’t be ranked side by side: not all of them ran to their end."


@pytest.mark.usefixtures("no_starters")
def test_the_sentence_stands_above_the_curves(made: Callable[..., core.Run]) -> None:
    made("rotation-1", 0.6)
    made("rotation-2", 0.8)
    app = open_page("runs", run="rotation-1")
    assert "is ahead of" not in words(app)
    app.checkbox(key="tick-rotation-2").check().run()
    assert words(app).count("is ahead of") == 1
