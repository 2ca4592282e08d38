"""A run's title compares with the run that says what its method adds, not with chance alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import ssl_core as core
from pages._kit.run import fair, live
from tests.pages.conftest import button, open_page, words

OPTIONS = {"sure": 0.8, "ratio": 7, "unlabelled": 1.0, "turns": 1.0, "late": 0.5, "hard": "own", "memory": 0.99}
ALONE = {**OPTIONS, "sure": 0.95, "unlabelled": 0.0}
GUESSING = "the same without its guesses"


def made(make_run: Callable[..., str], name: str, value: float, options: dict[str, Any], seed: int = 0) -> core.Run:
    """A finished FixMatch run that is right on this share of 2 000 pictures."""
    status = {"state": "done", "metrics": {"accuracy": value}, "facts": {"tested": 2000}, "chance": {"accuracy": 0.1}}
    make_run(name, status, task="fixmatch", options=options, seed=seed, data={"classes": list("abcdefghij")})
    return core.run(name)


@pytest.mark.parametrize(
    ("rival", "said"),
    [
        (0.585, f"Right 79.9 ± 1.8 % of the time, 21 ± 3 points more than {GUESSING} (58 %)"),
        (0.79, f"Right 79.9 ± 1.8 % of the time, no clear difference from {GUESSING} (79 %)"),
        (0.9, f"Right 79.9 ± 1.8 % of the time, 10.1 ± 2.2 points less than {GUESSING} (90 %)"),
    ],
)
def test_a_title_compares_with_the_run_without_guesses(make_run: Callable[..., str], rival: float, said: str) -> None:
    made(make_run, "alone", rival, ALONE)
    assert live.title(made(make_run, "all", 0.799, OPTIONS)) == said


def test_a_run_of_another_seed_or_of_other_turns_is_no_rival(make_run: Callable[..., str]) -> None:
    made(make_run, "other-seed", 0.585, ALONE, seed=1)
    made(make_run, "labels-alone", 0.141, {**ALONE, "turns": 0.0, "late": 0.0})
    run = made(make_run, "all", 0.799, OPTIONS)
    assert live.title(run).endswith("of the time, chance 10 %") and fair.lacking(run) == (GUESSING, {"preset": "labels and turns"})


def test_runs_of_a_version_without_an_option_are_compared_with_those_that_have_its_default(make_run: Callable[..., str]) -> None:
    before = {name: value for name, value in OPTIONS.items() if name != "hard"}
    run = made(make_run, "before", 0.799, before)
    assert fair.lacking(run) == (GUESSING, {"preset": "labels and turns"})
    made(make_run, "randaugment", 0.5, {**ALONE, "hard": "randaugment"})
    assert fair.beside(run) is None
    made(make_run, "alone", 0.585, ALONE)
    assert live.title(run) == f"Right 79.9 ± 1.8 % of the time, 21 ± 3 points more than {GUESSING} (58 %)"


def test_the_run_without_guesses_is_held_against_chance(make_run: Callable[..., str]) -> None:
    run = made(make_run, "alone", 0.585, ALONE)
    assert live.title(run).endswith("of the time, chance 10 %") and fair.lacking(run) == ("", {})


def test_the_screen_offers_the_rival_that_a_run_lacks(make_run: Callable[..., str]) -> None:
    made(make_run, "all", 0.799, OPTIONS)
    app = open_page("train", run="all")
    assert not app.exception and f"The fair comparison is {GUESSING}." in words(app)
    assert "Set up the fair comparison" in [each.label for each in app.button]


def test_where_no_preset_is_the_rival_its_options_fill_the_form(make_run: Callable[..., str]) -> None:
    made(make_run, "all", 0.799, {**OPTIONS, "hard": "randaugment"})
    app = open_page("train", run="all")
    button(app, "Set up the fair comparison").click().run()
    assert {name: app.query_params[name] for name in ("unlabelled", "sure", "hard")} == {
        "unlabelled": "0.0",
        "sure": "0.95",
        "hard": "randaugment",
    }
    assert not app.exception and "preset" not in app.query_params
