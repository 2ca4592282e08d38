"""Verdicts on made curves: what an interval can't tell isn't said."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from ssl_core.records.trend import change_over, flat_since, improving
from ssl_core.records.verdict import UNLEARNT, CurveVerdict, Judged, curve_verdict
from ssl_core.types import Measure

RIGHT = Measure("Right answers on test pictures")
DECIBELS = Measure("How close the filling comes", "dB", counted=False)
STEPS = [1, 2, *range(20, 420, 20)]


def looks(values: list[float], metric: str = "accuracy", tested: int = 256, **more: Any) -> list[dict[str, Any]]:
    """Lines of a curve at STEPS, the first look before them."""
    steps = [0, *STEPS][: len(values)]
    return [
        {"step": step, "train": {"loss": 1.0}, "test": {metric: value}, "tested": tested, **more}
        for step, value in zip(steps, values, strict=True)
    ]


def noisy(level: list[float], scale: float = 0.015) -> list[float]:
    chance = random.Random(0)
    return [value + chance.gauss(0, scale) for value in level]


def rising(n: int) -> list[float]:
    return [0.25 + 0.6 * k / 22 for k in range(n)]


def of(values: list[float], **more: Any) -> CurveVerdict:
    given = {"metric": "accuracy", "measure": RIGHT, "chance": 0.25, **more}
    return curve_verdict(Judged(looks(values), **given))


def test_a_run_whose_pictures_gave_the_answer_away_is_not_praised() -> None:
    for values in (rising(15), noisy([*rising(23)[::3], *[0.85] * 15], 0.005)):
        found = of(values, shortcut="The score says little.", ended=True, ahead=(0.03, 0.09))
        assert found.kind == "shortcut" and found.words.endswith("chance is 25 %. The score says little.") and "without tape" in found.next
    assert of(noisy([0.26] * 12), shortcut="The score says little.").kind == "nothing"  # there is no score to doubt


def test_a_share_that_rounds_to_all_or_none_is_counted() -> None:
    assert of([0.25, 1.0], ended=True).words == "It learnt: all 256 of 256 on test pictures, chance is 25 %."
    assert "255 of 256 on test pictures" in of([0.25, 255 / 256], ended=True).words
    assert "none of 256 on test pictures" in of([0.25, 0.0], ended=True).words
    assert "99 % (97 to 100)" in of([0.25, 253 / 256], ended=True).words


def test_features_that_are_no_better_than_an_untrained_networks_are_said() -> None:
    for ends, told in (((-0.02, 0.04), True), ((-0.09, -0.01), True), ((0.01, 0.04), False)):
        assert of(noisy(rising(23)), ended=True, beyond=ends).words.endswith(UNLEARNT) == told


def test_before_the_second_look_there_is_nothing_to_say() -> None:
    assert of([]).kind == of([0.25]).kind == "early"


def test_inside_its_interval_nothing_is_learnt() -> None:
    """64 of 256 by chance: 77 lie inside the interval, 100 don't."""
    assert of(noisy([0.26] * 12)).kind == "nothing"
    assert of([0.25, 77 / 256]).words == "Nothing learnt that shows yet: 30 % (25 to 36) on test pictures, chance is 25 %."
    assert of([0.25, 100 / 256]).kind == "learning"
    assert of([0.25, 77 / 256], ended=True).next


def test_above_chance_from_the_start_nothing_is_learnt_before_it_is_better_than_at_first() -> None:
    """An untrained network finds the other copy of a picture more often than chance."""
    assert of([0.66, 0.68], chance=0.004).kind == "nothing" and "at first 66" in of([0.66, 0.68], chance=0.004).words
    assert of([0.66, 0.85], chance=0.004).kind == "learning"


def test_a_rising_curve_is_learning_and_one_that_ends_so_may_go_on() -> None:
    assert of(noisy(rising(15))).kind == "learning" and of(noisy(rising(15))).words.startswith("It is learning: ")
    ended = of(noisy(rising(23)), ended=True)
    assert ended.kind == "learnt" and "let it go on" in ended.next


def test_a_flat_curve_says_since_when() -> None:
    found = of(noisy([*rising(23)[::3], *[0.85] * 15], 0.005))
    assert found.kind == "flat" and found.since is not None and 80 <= found.since <= 200
    assert f"flat since step {found.since}" in found.words and found.next


def test_a_collapse_is_said_with_its_remedy() -> None:
    told = "It is collapsing: different pictures come out 99 % alike, whatever they show. Try a larger batch."
    found = curve_verdict(Judged(looks([0.25, 0.6, 0.3], ailing=told), "accuracy", RIGHT, 0.25))
    assert found == CurveVerdict("collapsed", told.partition(". ")[0] + ".", "Try a larger batch.")


def test_features_are_better_than_imagenets_only_by_an_interval() -> None:
    assert of(noisy(rising(23)), ended=True, ahead=(0.03, 0.09)).kind == "better"
    assert "better than ImageNet's, by 3 to 9 points" in of(noisy(rising(23)), ended=True, ahead=(0.03, 0.09)).words
    level, behind = (of(noisy(rising(23)), ended=True, ahead=ends) for ends in ((-0.01, 0.05), (-0.2, -0.1)))
    assert level.kind == behind.kind == "learnt" and "level with" in level.words and "behind ImageNet's, by 10 to 20 points" in behind.words


def test_a_rival_is_beaten_by_the_interval_of_the_difference() -> None:
    def against(value: float) -> CurveVerdict:
        lines = [{"step": k, "train": {}, "test": {"psnr": psnr, "mean": 20.0}, "tested": 256} for k, psnr in ((0, 12.0), (9, value))]
        told = [{**line, "error": {"psnr": 0.4, "psnr - mean": 0.5}} for line in lines]
        return curve_verdict(Judged(told, "psnr", DECIBELS, rivals={"mean": "the mean of the squares around"}))

    assert [against(value).kind for value in (20.3, 20.8, 19.0)] == ["nothing", "learning", "nothing"]
    words = "It has learnt something: 20.8 dB on test pictures, 0.3 to 1.3 dB more than the mean of the squares around."
    assert against(20.8).words == words


def test_of_a_loss_less_is_better() -> None:
    falling = [4.0 * 0.9**k for k in range(20)]
    lines = looks(falling, "loss", error={"loss": 0.05})
    assert curve_verdict(Judged(lines, "loss", Measure("Loss", "", counted=False))).kind == "learning"
    same = curve_verdict(Judged(looks([4.0, 3.99], "loss", error={"loss": 0.05}), "loss", Measure("Loss", "", counted=False)))
    words = "No better than before its first step yet: a loss of 3.99 (3.94 to 4.04) on test pictures, at first 4."
    assert same.kind == "nothing" and same.words == words


def test_a_rise_is_the_least_squares_line_with_students_interval() -> None:
    found = change_over([(0, 0.0), (1, 1.0), (2, 1.0), (3, 2.0)])
    assert found.value == pytest.approx(1.8) and found.hi - found.value == pytest.approx(3 * 4.30 * math.sqrt(0.2 / 2 / 5))
    assert improving([(k, float(k)) for k in range(12)]) and not improving([(k, 0.0) for k in range(12)])
    assert flat_since([(k, float(k)) for k in range(12)]) is None
