"""Scores where classes are uneven, beside scikit-learn's and by repetition."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from ssl_core.functional.metrics.classes import CHANCE, LARGEST, area_under_curve, balanced_accuracy, base_rates

LABEL_S = np.repeat([0, 1, 2], [300, 40, 20])


def test_eighteen_to_two_is_seen_against_the_largest_class() -> None:
    found = base_rates(np.repeat([0, 1], [18, 2]))
    assert found == (0.5, 0.9) and found.uneven and found.reference == (0.9, LARGEST)
    even = base_rates(np.repeat(np.arange(10), [11, *[10] * 9]))
    assert not even.uneven and even.reference == (even.majority, LARGEST)
    assert base_rates(np.arange(300) % 10).reference == (0.1, CHANCE)
    assert base_rates(np.zeros(4, int), 2) == (0.5, 1.0) and base_rates(np.zeros(0, int)) == (0, 0)


def test_balanced_accuracy_is_scikit_learns() -> None:
    guess_S = np.where(np.random.default_rng(0).random(360) < 0.7, LABEL_S, 0)
    found = balanced_accuracy(guess_S == LABEL_S, LABEL_S)
    assert found.value == pytest.approx(balanced_accuracy_score(LABEL_S, guess_S)) and found.lo < found.value < found.hi
    assert balanced_accuracy(np.zeros(360, int) == LABEL_S, LABEL_S).value == pytest.approx(1 / 3)


@pytest.mark.parametrize("chances", [(0.9, 0.6, 0.4), (0.99, 0.2, 0.1)])
def test_the_interval_of_balanced_accuracy_holds_the_truth(chances: tuple[float, ...]) -> None:
    rng, covered = np.random.default_rng(1), 0
    for _ in range(800):
        _, lo, hi = balanced_accuracy(rng.random(360) < np.array(chances)[LABEL_S], LABEL_S)
        covered += lo <= np.mean(chances) <= hi
    assert 0.93 <= covered / 800 <= 0.975


def test_draws_apart_widen_balanced_accuracy() -> None:
    right_TS = np.random.default_rng(2).random((5, 360)) < np.linspace(0.4, 0.8, 5)[:, None]
    whole, one = balanced_accuracy(right_TS, LABEL_S), balanced_accuracy(right_TS[2], LABEL_S)
    assert whole.hi - whole.lo > 1.5 * (one.hi - one.lo)
    assert balanced_accuracy(right_TS.mean(0), LABEL_S).value == pytest.approx(whole.value)


def test_the_area_is_scikit_learns_ties_by_half_and_of_draws_the_mean() -> None:
    rng, second_S = np.random.default_rng(3), LABEL_S > 0
    score_TS = np.round(rng.normal(size=(3, 360)) + second_S, 1)
    areas = [roc_auc_score(second_S, score_S) for score_S in score_TS]
    assert area_under_curve(score_TS[None, :1], second_S).value == pytest.approx(areas[0])
    assert area_under_curve(score_TS[None], second_S).value == pytest.approx(np.mean(areas))
    assert area_under_curve(score_TS[:, None], second_S).value == pytest.approx(np.mean(areas))


def test_the_interval_of_the_area_holds_the_truth() -> None:
    rng, second_S, covered = np.random.default_rng(4), LABEL_S > 0, 0
    for _ in range(800):
        _, lo, hi = area_under_curve((rng.normal(size=360) + second_S)[None, None], second_S)
        covered += lo <= 0.76025 <= hi  # Φ(1 / √2)
    assert 0.93 <= covered / 800 <= 0.97
    apart = area_under_curve(second_S[None, None].astype(float), second_S)
    assert apart.value == apart.hi == 1 and 0.9 < apart.lo < 1
