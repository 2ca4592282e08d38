"""McNemar's exact test against scipy's binomial test; the number of pictures that would tell, in repetitions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ssl_core.functional.metrics.intervals import paired_difference
from ssl_core.functional.metrics.pairs import enough_to_tell, mcnemar


def right(only_a: int, only_b: int, both: int = 30) -> tuple[np.ndarray, np.ndarray]:
    a_S = np.array([1] * (only_a + both) + [0] * only_b, bool)
    b_S = np.array([0] * only_a + [1] * (both + only_b), bool)
    return a_S, b_S


@pytest.mark.parametrize(("only_a", "only_b"), [(10, 0), (0, 10), (7, 3), (1, 2), (40, 60), (5, 5), (0, 0), (1, 0), (300, 380)])
def test_mcnemars_p_is_the_exact_binomial_tests(only_a: int, only_b: int) -> None:
    theirs = stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    assert mcnemar(*right(only_a, only_b)) == pytest.approx(theirs)


def test_pictures_on_which_both_are_right_or_both_wrong_say_nothing() -> None:
    assert mcnemar(*right(7, 3, both=0)) == mcnemar(*right(7, 3, both=900))


def test_so_many_pictures_exclude_zero_four_times_out_of_five() -> None:
    a_S, b_S = right(14, 6, both=180)  # a difference of 4 points, a tenth disagrees
    many, rng, told = enough_to_tell(a_S.astype(float) - b_S), np.random.default_rng(0), 0
    assert many == 483  # (1.960 + 0.842)² (0.1 - 0.04²) / 0.04² = 482.7
    for _ in range(500):
        both = rng.choice(3, many, p=[0.07, 0.03, 0.9])
        told += paired_difference(both != 1, both != 0).lo > 0
    assert 0.75 < told / 500 < 0.85


def test_no_difference_is_never_told_and_a_stricter_level_takes_more() -> None:
    even, apart = right(5, 5), right(8, 5)
    assert enough_to_tell(even[0].astype(float) - even[1]) is None
    difference_S = apart[0].astype(float) - apart[1]
    stricter, plain = enough_to_tell(difference_S, 0.99), enough_to_tell(difference_S)
    assert stricter is not None and plain is not None and stricter > plain
    assert enough_to_tell(np.append(difference_S, np.nan)) == enough_to_tell(difference_S)
