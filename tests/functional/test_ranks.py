"""Spearman's rank correlation, beside scipy's and a loop over all orders."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import spearmanr

from ssl_core.functional.metrics.ranks import spearman


@pytest.mark.parametrize("n", [5, 9, 40])
def test_rho_is_scipys_with_and_without_ties(n: int) -> None:
    rng = np.random.default_rng(n)
    for x_N, y_N in ((rng.normal(size=n), rng.normal(size=n)), (rng.integers(0, 4, n), rng.integers(0, 3, n) + np.arange(n) // 2)):
        found = spearman(x_N, y_N)
        assert found is not None and found.n == n
        assert found.rho == pytest.approx(spearmanr(x_N, y_N).statistic, abs=1e-12)


def test_p_is_the_share_of_orders_with_a_rho_as_strong() -> None:
    x_N, y_N = np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 1, 4, 3, 5])
    rho_P = [spearmanr(x_N, y_N[list(order)]).statistic for order in itertools.permutations(range(5))]
    found = spearman(x_N, y_N)
    assert found is not None and found.p == pytest.approx(np.mean(np.abs(rho_P) >= abs(found.rho) - 1e-9))


def test_shuffles_of_many_values_agree_with_scipys_p() -> None:
    rng = np.random.default_rng(3)
    x_N = rng.normal(size=12)
    y_N = x_N + 1.6 * rng.normal(size=12)
    found = spearman(x_N, y_N)
    assert found is not None and found.p == pytest.approx(spearmanr(x_N, y_N).pvalue, abs=0.02)


def test_too_few_values_or_a_constant_side_give_none() -> None:
    assert spearman(np.arange(3.0), np.arange(3.0)) is None
    assert spearman(np.ones(9), np.arange(9.0)) is None
    assert spearman(np.array([1.0, 2, np.nan, 4]), np.arange(4.0)) is None
