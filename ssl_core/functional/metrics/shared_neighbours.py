"""How far two representations agree on which pictures are neighbours. Axes: S picture, D feature."""

from __future__ import annotations

import numpy as np

from ssl_core.functional.metrics.intervals import Interval
from ssl_core.functional.metrics.neighbours import nearest_others

HALVES = 40  # random halves of the pictures, of which the variance is taken: its standard deviation has an error of 1/√80 = 11 %


def shared_neighbours(a_SD: np.ndarray, b_SD: np.ndarray, k: int) -> Interval:
    """Mean over pictures of |A ∩ B| / k, A and B the k nearest others by cosine in each; with an approximate 95 % interval.

    By chance k / (S - 1). Pictures share neighbours, so the variance is that among random halves of the pictures (delete-d jackknife,
    Shao and Wu 1989: m/(S - m) · var, m = S/2).
    """
    S, rng = len(a_SD), np.random.default_rng(0)
    value = _overlap(a_SD, b_SD, k)
    drawn = [_overlap(a_SD[rows], b_SD[rows], k) for rows in (rng.permutation(S)[: S // 2] for _ in range(HALVES))]
    half = 1.96 * float(np.std(drawn, ddof=1)) * np.sqrt((S // 2) / (S - S // 2))
    return Interval(value, max(0.0, value - half), min(1.0, value + half))


def _overlap(a_SD: np.ndarray, b_SD: np.ndarray, k: int) -> float:
    near = (nearest_others(each, k) for each in (a_SD, b_SD))
    first, second = (np.sort(each, 1) for each in near)
    return float((first[:, :, None] == second[:, None, :]).any(2).mean())
