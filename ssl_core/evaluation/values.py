"""Values of test pictures as one number with its interval: over pictures, draws of the labels, networks or episodes.

Axes: S test picture, T draw of the labels, E episode.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssl_core.functional.metrics.draws import difference_over_draws, mean_over_draws, share_over_draws
from ssl_core.functional.metrics.intervals import Interval, mean_interval, paired_difference, quantile, share_interval, wilson
from ssl_core.probes.base import Scores, SeriesPoint
from ssl_core.types import Measure


def interval_of(values: np.ndarray, measure: Measure, answers: int = 1, level: float = 0.95) -> Interval:
    """The mean of values with its interval: Wilson's (1927) for right or wrong (S, bool), mean ± t s / √n for other numbers (S).

    Shares of several networks (S): `share_interval`; answers: how many make a picture's share. Values of several draws of the labels:
    T x S, in [0, 1] if the measure is counted; the interval counts how draws vary.
    """
    if values.ndim > 1:
        return share_over_draws(values, level) if measure.counted else mean_over_draws(values, level)
    if values.dtype == bool:
        return wilson(int(values.sum()), len(values), quantile(level))
    return share_interval(values, answers, level) if measure.counted else mean_interval(values, level)


def difference_of(a: np.ndarray, b: np.ndarray, measure: Measure, level: float = 0.95) -> Interval:
    """The mean of a's values minus b's on the same pictures, with its interval; values as for `interval_of`.

    Right or wrong, and shares of several answers: Bonett and Price's adjusted Wald for paired shares (2012). Other numbers: mean ± t s / √n
    of the differences.
    """
    if a.ndim > 1:
        return difference_over_draws(a, b, level) if measure.counted else mean_over_draws(a.astype(float) - b.astype(float), level)
    if measure.counted:
        return paired_difference(a, b, level)
    return mean_interval(a.astype(float) - b.astype(float), level)


def guess_of(tries: Sequence[Scores | SeriesPoint], label_S: np.ndarray) -> np.ndarray | None:
    """S: the class named for each picture: its own where at least half of the tries name it, else the first other one named."""
    named = [t.guess_S for t in tries if t.guess_S is not None]
    if not named:
        return None
    guess_TS = np.stack(named)
    right_TS = guess_TS == label_S
    first_wrong_S = guess_TS[np.argmin(right_TS, 0), np.arange(len(label_S))]
    return np.where(right_TS.mean(0) >= 0.5, label_S, first_wrong_S)


def one_draw(values: np.ndarray) -> np.ndarray:
    """T x S values, or S where all draws agree in everything: with all labels nothing is left to draw."""
    return values[0] if values.ndim > 1 and (values == values[:1]).all() else values


def mean_of(units: Sequence[np.ndarray | None]) -> np.ndarray | None:
    """E: the mean over networks of each episode's value; None where a probe's values are of pictures."""
    there = [unit_E for unit_E in units if unit_E is not None]
    return np.mean(there, 0) if there else None
