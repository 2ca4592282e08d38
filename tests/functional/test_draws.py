"""Intervals over several draws of few labels: their parts, their quantiles, their coverage in a known population."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.coverage import FewLabels, difference_covered, share_covered
from ssl_core.functional.metrics.draws import (
    ENOUGH,
    Varied,
    difference_over_draws,
    mean_over_draws,
    quantiles,
    share_over_draws,
    varied,
)
from ssl_core.functional.metrics.intervals import paired_difference, wilson

SAMPLE = FewLabels(5, 200, 0.4).sample(np.random.default_rng(3))


def test_the_parts_of_the_variance_are_those_of_a_slow_reckoning() -> None:
    found, (draws, pictures) = varied(SAMPLE), SAMPLE.shape
    mean, rest = SAMPLE.mean(), 0.0
    for t in range(draws):
        for s in range(pictures):
            rest += (SAMPLE[t, s] - SAMPLE[t].mean() - SAMPLE[:, s].mean() + mean) ** 2 / ((draws - 1) * (pictures - 1))
    assert found.draws == pytest.approx(stats.sem(SAMPLE.mean(1)) ** 2)
    assert found.pictures == pytest.approx(stats.sem(SAMPLE.mean(0)) ** 2 - rest / (draws * pictures))


def test_quantiles_are_students_on_welch_and_satterthwaites_degrees_of_freedom() -> None:
    found = Varied(0.5, 4e-4, 1e-4)
    assert quantiles(found, 5) == pytest.approx([stats.t.ppf(0.975, 4 * (5 / 4) ** 2)] * 2)
    assert quantiles(found, ENOUGH - 1, 0.99) == pytest.approx([stats.t.ppf(0.995, ENOUGH - 2), stats.norm.ppf(0.995)], rel=1e-6)
    assert quantiles(Varied(0.5, 0.0, 1e-4), 5)[0] == pytest.approx(stats.norm.ppf(0.975), rel=1e-6)


def test_draws_that_agree_in_all_leave_the_interval_over_pictures() -> None:
    same_TS = np.tile(SAMPLE[0], (5, 1))
    assert share_over_draws(same_TS) == pytest.approx(wilson(SAMPLE[0].sum(), 200), abs=3e-3)  # n - 1 in place of n
    other_TS = np.tile(SAMPLE[1], (5, 1))
    assert difference_over_draws(same_TS, other_TS) == pytest.approx(paired_difference(SAMPLE[0], SAMPLE[1]), abs=3e-3)


def test_the_spread_between_draws_widens_the_interval() -> None:
    right_TS = np.repeat(np.array([[0.4], [0.5], [0.6], [0.7], [0.8]]), 1000, 1) > np.random.default_rng(0).random(1000)
    value, lo, hi = share_over_draws(right_TS)
    sd = right_TS.mean(1).std(ddof=1)
    assert value == pytest.approx(right_TS.mean()) and hi - lo > 2 * stats.t.ppf(0.975, 4.5) * sd / np.sqrt(5)


def test_ends_stay_within_bounds_and_all_right_is_no_certainty() -> None:
    for right_TS in (np.ones((5, 30), bool), np.zeros((2, 30), bool)):
        value, lo, hi = share_over_draws(right_TS)
        assert 0 <= lo <= value <= hi <= 1 and hi - lo > 0.05
    same = difference_over_draws(SAMPLE, SAMPLE)
    assert same.value == 0 and -1 <= same.lo < 0 < same.hi <= 1


def test_numbers_that_are_no_shares_keep_their_unit_and_leave_gaps_out() -> None:
    value_TS = np.random.default_rng(1).normal(20, 2, (5, 300))
    gaps_TS = np.concatenate([value_TS, np.full((5, 1), np.inf)], 1)
    assert mean_over_draws(gaps_TS) == mean_over_draws(value_TS)
    assert mean_over_draws(value_TS).value == pytest.approx(value_TS.mean())


@pytest.mark.parametrize("few", [FewLabels(5, 200, 0.4)])
def test_the_interval_holds_the_truth_as_often_as_it_says(few: FewLabels) -> None:
    """95 % ± 3 standard errors of 500 samples; over pictures alone about 78 % are held."""
    assert 0.92 <= share_covered(few, 500) <= 0.98 and 0.92 <= difference_covered(few, 500) <= 0.98
