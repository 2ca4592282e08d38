"""Two networks on the same test pictures: McNemar's exact test, and how many pictures would tell them apart.

Axes: S picture, or episode.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

POWER = 0.8  # probability of an interval without zero, with as many pictures as `enough_to_tell` says


def mcnemar(right_a_S: np.ndarray, right_b_S: np.ndarray) -> float:
    """The exact two-sided p of McNemar's test (1947): each picture on which only one is right is a coin tossed.

    n₁₀ pictures on which only a is right, n₀₁ only b: p = min(1, 2 P(X ≤ min(n₁₀, n₀₁))), X ~ Binomial(n₁₀ + n₀₁, ½); 1 without any.
    """
    from scipy.special import bdtr  # only here: screens that read runs take what stands in this file without scipy

    a_S, b_S = np.asarray(right_a_S, bool), np.asarray(right_b_S, bool)
    only_a, only_b = int((a_S & ~b_S).sum()), int((b_S & ~a_S).sum())
    if only_a == only_b:
        return 1.0
    return float(min(1.0, 2 * bdtr(min(only_a, only_b), only_a + only_b, 0.5)))


def enough_to_tell(difference_S: np.ndarray, level: float = 0.95) -> int | None:
    """With how many pictures an interval at `level` would exclude zero four times out of five, if the observed difference is the true one.

    n = (z + z₈₀)² s² / d², d the mean of the observed differences, s their standard deviation: of right and wrong s² is the share of
    pictures on which the two disagree, less d². None where the observed difference is 0.
    """
    difference_S = np.asarray(difference_S, np.float64)
    difference_S = difference_S[np.isfinite(difference_S)]
    mean = float(difference_S.mean()) if len(difference_S) else 0.0
    if mean == 0:
        return None
    reach = NormalDist().inv_cdf((1 + level) / 2) + NormalDist().inv_cdf(POWER)
    return max(1, math.ceil(reach**2 * float(difference_S.var()) / mean**2))
