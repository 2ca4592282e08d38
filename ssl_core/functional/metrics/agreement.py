"""How far a picture's nearest neighbours are of its own class, with an interval that knows that pictures share neighbours.

Axes: S picture, L neighbour, the nearest first, C class.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ssl_core.functional.metrics.intervals import Interval, wilson_of_variance

VERSION = 2  # of the interval; 1: mean ± z s/√n, as if pictures shared no neighbours
SPARE = 4  # neighbours that `class_agreement` needs, as a multiple of those it compares: half of them are left out at a time
DRAWS = 100  # subsets; the standard deviation has an error of 1/√(2 · 100) = 7 %
SMALL = 100  # pictures; with fewer a half leaves too few of a class near each other, and three quarters are kept


class Agreement(NamedTuple):
    """The mean share of pictures' nearest neighbours that are of their class: of all pictures, and of those of each class."""

    whole: Interval
    by_class: dict[int, Interval]


def class_agreement(near_SL: np.ndarray, label_S: np.ndarray, k: int) -> Agreement:
    """The share of the k nearest of the same class, with a 95 % interval over pictures.

    A picture is the neighbour of many, so that the shares of two pictures go together: mean ± z s/√n is a third too narrow. The
    variance comes from the share among random subsets of m pictures, with neighbours among them alone (delete-d jackknife, Shao
    and Wu 1989): m/(n - m) · var. The interval is Wilson's with as many pictures as would give this variance without sharing, so that
    it stays in [0, 1] and isn't empty where all agree. `python -m benchmarks coverage` holds its coverage in a simulation.
    near_SL: SPARE · k nearest others of each picture, or all others.
    """
    n = len(label_S)
    same_SL = label_S[near_SL] == label_S[:, None]
    rng, m = np.random.default_rng(0), max(1, n // 2 if n >= SMALL else 3 * n // 4)
    drawn: list[tuple[np.ndarray, np.ndarray]] = []
    for _ in range(DRAWS):
        kept_S = np.zeros(n, bool)
        kept_S[rng.permutation(n)[:m]] = True
        drawn.append((kept_S, _shares(near_SL[kept_S], same_SL[kept_S], kept_S, k)))
    share_S, scale = same_SL[:, :k].mean(1), m / max(1, n - m)

    def interval(of_S: np.ndarray) -> Interval:
        means = np.array([share[of_S[kept_S]].mean() for kept_S, share in drawn if of_S[kept_S].any()])
        return wilson_of_variance(float(share_S[of_S].mean()), scale * float(means.var(ddof=1)), int(of_S.sum()), k)

    return Agreement(interval(np.ones(n, bool)), {int(c): interval(label_S == c) for c in np.unique(label_S)})


def agreement_by_chance(label_S: np.ndarray) -> float:
    """What `class_agreement` is on average where neighbours are drawn at random: mean of (n_class - 1) / (n - 1)."""
    _, place_S, count_C = np.unique(label_S, return_inverse=True, return_counts=True)
    return float(((count_C[place_S] - 1) / max(1, len(label_S) - 1)).mean())


def best_agreement(label_S: np.ndarray, k: int) -> float:
    """The highest that `class_agreement` can be, as a class of c pictures gives each c - 1 neighbours: the mean of min(k, c - 1) / k."""
    _, place_S, count_C = np.unique(label_S, return_inverse=True, return_counts=True)
    return float((np.minimum(k, count_C[place_S] - 1) / k).mean())


def _shares(near_ML: np.ndarray, same_ML: np.ndarray, kept_S: np.ndarray, k: int) -> np.ndarray:
    """M: the share of the same class among each picture's k nearest that are kept."""
    there_ML = kept_S[near_ML]
    counted_ML = there_ML & (there_ML.cumsum(1) <= k)
    shares_M: np.ndarray = (same_ML & counted_ML).sum(1) / np.maximum(1, counted_ML.sum(1))
    return shares_M
