"""Spearman's rank correlation, and how often shuffled values give one as strong.

Axes: N value.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

EXACT = 7  # values up to which all n! orders are tried
SHUFFLES = 9_999  # orders tried of more values
FEWEST = 4  # values below which no correlation is given: of 3, one order in three has |ρ| = 1


class RankCorrelation(NamedTuple):
    """ρ of n pairs of values."""

    rho: float  # in [-1, 1]; of tied values the mean of their ranks counts
    n: int
    p: float  # share of orders of one side with |ρ| at least as large: two-sided


def ranks(value_N: np.ndarray) -> np.ndarray:
    """N: the rank of each value, 1 for the smallest; tied values share the mean of theirs."""
    _, place_N, count_K = np.unique(value_N, return_inverse=True, return_counts=True)
    last_K = np.cumsum(count_K)
    return np.asarray((last_K - (count_K - 1) / 2)[place_N])


def spearman(x_N: np.ndarray, y_N: np.ndarray) -> RankCorrelation | None:
    """ρ = correlation of ranks, over the pairs where both values are finite; None of fewer than FEWEST, or where a side is constant."""
    x_N, y_N = np.asarray(x_N, float), np.asarray(y_N, float)
    known_N = np.isfinite(x_N) & np.isfinite(y_N)
    x_N, y_N = (_unit(ranks(side[known_N])) for side in (x_N, y_N))
    n = int(known_N.sum())
    if n < FEWEST or not x_N.any() or not y_N.any():
        return None
    rho = float(x_N @ y_N)
    rho_P = y_N[_orders(n)] @ x_N
    as_strong = int((np.abs(rho_P) >= abs(rho) - 1e-9).sum())
    p = as_strong / len(rho_P) if n <= EXACT else (1 + as_strong) / (1 + len(rho_P))
    return RankCorrelation(max(-1.0, min(1.0, rho)), n, p)


def _unit(rank_N: np.ndarray) -> np.ndarray:
    """Ranks with mean 0 and length 1; of a constant side zeros."""
    if len(rank_N) == 0:
        return rank_N
    centred_N = rank_N - rank_N.mean()
    return np.asarray(centred_N / (np.linalg.norm(centred_N) or 1.0))


def _orders(n: int) -> np.ndarray:
    """P x n: all orders of n values, or SHUFFLES of them, always the same ones."""
    if n <= EXACT:
        return np.array(list(itertools.permutations(range(n))))
    return np.random.default_rng(0).permuted(np.tile(np.arange(n), (SHUFFLES, 1)), axis=1)
