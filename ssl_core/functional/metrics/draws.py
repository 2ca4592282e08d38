"""95 % intervals of means over several draws of the labels: other draws and other test pictures would both give another mean.

Axes: T draw, S test picture. Each draw is measured on the same pictures, so that three parts vary: draws σ_T², pictures σ_S², the rest σ²:
var of the mean = σ_T² / T + σ_S² / S + σ² / (T S).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ssl_core.functional.metrics.intervals import Interval, quantile, wilson

ENOUGH = 5  # draws from which on the degrees of freedom are estimated
MANY = 1e6  # degrees of freedom of a normal distribution


class Varied(NamedTuple):
    """The variance of a mean over draws and pictures, in its two independent parts."""

    mean: float
    draws: float  # of the draws' means over T: estimates σ_T² / T + σ² / (T S), on T - 1 degrees of freedom
    pictures: float  # estimates σ_S² / S, at least 0


def varied(value_TS: np.ndarray) -> Varied:
    """The parts of the variance of the mean of T x S values, T and S at least 2 (two-way analysis of variance)."""
    value_TS = np.asarray(value_TS, np.float64)
    draws, pictures = value_TS.shape
    mean, of_draw_T, of_picture_S = value_TS.mean(), value_TS.mean(1), value_TS.mean(0)
    rest_TS = value_TS - of_draw_T[:, None] - of_picture_S + mean
    rest = (rest_TS**2).sum() / ((draws - 1) * (pictures - 1)) / (draws * pictures)
    return Varied(float(mean), float(of_draw_T.var(ddof=1) / draws), max(0.0, float(of_picture_S.var(ddof=1) / pictures - rest)))


def quantiles(found: Varied, draws: int, level: float = 0.95) -> tuple[float, float]:
    """By how many standard deviations an interval reaches to either side: of the draws' part, of the pictures' part.

    With ENOUGH draws Student's t for both, on Welch and Satterthwaite's degrees of freedom: (T - 1) (draws + pictures)² / draws².
    With fewer these are too uncertain (89 % for 95): t on T - 1 for the draws, z for the pictures, which holds 95 to 99 %.
    """
    from scipy.special import stdtrit  # only here: screens that read runs take intervals without scipy

    if draws < ENOUGH:
        return float(stdtrit(draws - 1, (1 + level) / 2)), quantile(level)
    freedom = (draws - 1) * ((found.draws + found.pictures) / found.draws) ** 2 if found.draws > 0 else math.inf
    t = float(stdtrit(freedom, (1 + level) / 2)) if freedom < MANY else quantile(level)
    return t, t


def _half(found: Varied, draws: int, level: float) -> float:
    of_draws, of_pictures = quantiles(found, draws, level)
    return math.hypot(of_draws * math.sqrt(found.draws), of_pictures * math.sqrt(found.pictures))


def mean_over_draws(value_TS: np.ndarray, level: float = 0.95) -> Interval:
    """The mean of T x S numbers: mean ± √(t² draws + z² pictures), t and z of `quantiles`; pictures with a NaN or ∞ are left out."""
    value_TS = value_TS[:, np.isfinite(value_TS).all(0)]
    if value_TS.shape[1] < 2:
        return Interval(math.nan, -math.inf, math.inf)
    found = varied(value_TS)
    half = _half(found, len(value_TS), level)
    return Interval(found.mean, found.mean - half, found.mean + half)


def share_over_draws(right_TS: np.ndarray, level: float = 0.95) -> Interval:
    """The share of T x S answers that are right: Wilson's interval over pictures, widened on each side by draws: √(side² + t² draws).

    Wilson's takes as many pictures as would give their variance, n = p (1 - p) / pictures, at most T S; S where all or none are right.
    `python -m benchmarks draws` holds its coverage in a simulation.
    """
    draws, pictures = right_TS.shape
    if pictures < 2:
        return Interval(float(np.mean(right_TS)) if pictures else math.nan, 0.0, 1.0)
    found = varied(right_TS)
    t, z = quantiles(found, draws, level)
    spread, most = found.mean * (1 - found.mean), draws * pictures
    alone = pictures if spread <= 0 else min(spread / found.pictures, most) if found.pictures > 0 else most
    return widened(wilson(found.mean * alone, alone, z=z)._replace(value=found.mean), t * math.sqrt(found.draws))


def difference_over_draws(a_TS: np.ndarray, b_TS: np.ndarray, level: float = 0.95) -> Interval:
    """How much more often a is right than b, on the same pictures by the same draws.

    One picture is added to each side, as in `paired_difference`, so that few or no disagreements don't make the interval too narrow. It
    differs by as much as the pictures that differ at all do in the root mean square: 1 where all draws agree, less where one of them
    alone disagrees. `python -m benchmarks.intervals` holds the coverage in a simulation.
    """
    assert a_TS.shape == b_TS.shape, "paired differences need the same pictures and draws"
    apart_TS = a_TS.astype(np.float64) - b_TS.astype(np.float64)
    draws, pictures = apart_TS.shape
    if not pictures:
        return Interval(math.nan, -1.0, 1.0)
    found = varied(np.concatenate([apart_TS, np.tile(_added(apart_TS), (draws, 1))], 1))
    half = _half(found, draws, level)
    return Interval(float(apart_TS.mean()), max(-1.0, found.mean - half), min(1.0, found.mean + half))


def _added(apart_TS: np.ndarray) -> np.ndarray:
    """The differences of the two pictures that are added: one to each side; without any disagreement 1, at least that of one draw."""
    of_picture_S = apart_TS.mean(0)[(apart_TS != 0).any(0)]
    size = float(np.sqrt(np.square(of_picture_S).mean())) if len(of_picture_S) else 1.0
    return np.array([1.0, -1.0]) * max(size, 1 / len(apart_TS))


def widened(share: Interval, reach: float) -> Interval:
    """An interval of a share, each side of it combined with an independent half width: √(side² + reach²), within [0, 1]."""
    lo, hi = share.value - math.hypot(share.value - share.lo, reach), share.value + math.hypot(share.hi - share.value, reach)
    return share._replace(lo=max(0.0, lo), hi=min(1.0, hi))
