"""The agreement of neighbours: its value, its interval in a known population, chance and the best there can be."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.coverage import Population, agreement_covered
from ssl_core.functional.metrics.agreement import SPARE, agreement_by_chance, best_agreement, class_agreement
from ssl_core.functional.metrics.intervals import mean_interval
from ssl_core.functional.metrics.neighbours import nearest_in_plane

NEAR = 10


def test_separate_classes_agree_wholly_and_a_lottery_by_chance() -> None:
    label_S = np.arange(600) % 3
    apart = np.stack([label_S * 100.0, np.arange(600) * 1e-3], 1).astype(np.float32)
    whole = class_agreement(nearest_in_plane(apart, SPARE * NEAR), label_S, NEAR).whole
    assert whole.value == whole.hi == 1 and 0.98 < whole.lo < 1
    points = np.random.default_rng(4).normal(size=(600, 2)).astype(np.float32)
    lottery = class_agreement(nearest_in_plane(points, SPARE * NEAR), label_S, NEAR).whole
    assert lottery.lo < agreement_by_chance(label_S) < lottery.hi


def test_the_value_is_the_mean_share_and_classes_have_their_own() -> None:
    points_S2, label_S = Population(2, 4, 250, 1.0).sample(np.random.default_rng(1))
    near_SL = nearest_in_plane(points_S2, SPARE * NEAR)
    share_S = (label_S[near_SL[:, :NEAR]] == label_S[:, None]).mean(1)
    found = class_agreement(near_SL, label_S, NEAR)
    assert found.whole.value == pytest.approx(share_S.mean())
    assert {c: share.value for c, share in found.by_class.items()} == pytest.approx({c: share_S[label_S == c].mean() for c in range(4)})
    plain = mean_interval(share_S)
    assert found.whole.hi - found.whole.lo > 1.2 * (plain.hi - plain.lo)


@pytest.mark.parametrize("population", [Population(16, 10, 250, 0.5)])
def test_the_interval_holds_the_true_value_as_often_as_it_says(population: Population) -> None:
    """95 % ± 3 standard errors of 150 samples; as if pictures shared no neighbours about 75 % were held."""
    assert agreement_covered(population, 150) >= 0.897


def test_few_pictures_still_give_an_interval() -> None:
    points_S2, label_S = Population(2, 3, 11, 1.0).sample(np.random.default_rng(2))
    found = class_agreement(nearest_in_plane(points_S2, SPARE * NEAR), label_S, NEAR)
    assert all(0 <= share.lo <= share.value <= share.hi <= 1 for share in (found.whole, *found.by_class.values()))


def test_chance_and_best_take_the_sizes_of_classes_into_account() -> None:
    label_S = np.array([0] * 9 + [1])
    assert agreement_by_chance(label_S) == pytest.approx(0.9 * 8 / 9)
    assert best_agreement(label_S, NEAR) == pytest.approx(0.9 * 0.8)
    assert best_agreement(np.repeat([0, 1], 11), NEAR) == 1
