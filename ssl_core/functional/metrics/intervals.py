"""Intervals for one accuracy, for a mean, for a difference on the same pictures, 95 % where no other level is asked; PSNR.

Every interval here covers the true value in 95 of 100 repetitions with other test pictures (the training is taken as given).
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

Z = 1.959964  # 97.5 % quantile of the standard normal distribution


class Interval(NamedTuple):
    """A measured value and the ends of its interval, 95 % where no other level is said."""

    value: float
    lo: float
    hi: float


def quantile(level: float) -> float:
    """z of a two-sided interval: a standard normal number lies within ± z with probability `level`."""
    return Z if level == 0.95 else NormalDist().inv_cdf((1 + level) / 2)


def wilson(right: float, n: float, z: float = Z) -> Interval:
    """The share right / n with Wilson's score interval (1927): it stays in [0, 1] and is honest near 0 and 1.

    centre = (p + z²/2n) / (1 + z²/n), half width = z √(p(1-p)/n + z²/4n²) / (1 + z²/n)
    """
    if n == 0:
        return Interval(math.nan, 0.0, 1.0)
    p, z2 = right / n, z * z
    centre, half = p + z2 / (2 * n), z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    # an end that is exactly 0 or 1 in theory must not miss it by a rounding error
    lo = 0.0 if right <= 0 else (centre - half) / (1 + z2 / n)
    hi = 1.0 if right >= n else (centre + half) / (1 + z2 / n)
    return Interval(p, lo, hi)


def share_interval(share_S: np.ndarray, most: int = 1, level: float = 0.95) -> Interval:
    """The mean of S shares in [0, 1], such as the part of several networks that is right on a picture, with an interval over pictures.

    Wilson's with as many right-or-wrong pictures as would have this variance: never empty where all shares are equal, never outside
    [0, 1]. most: of how many answers a picture's share is made, so that a picture never counts for more than these.
    """
    share_S = np.asarray(share_S, np.float64)
    n = len(share_S)
    variance = float(share_S.var(ddof=1)) / n if n > 1 else 0.0
    return wilson_of_variance(float(share_S.mean()) if n else math.nan, variance, n, most, quantile(level))


def wilson_of_variance(share: float, variance: float, pictures: int, most: int, z: float = Z) -> Interval:
    """Wilson's interval of a share with as many independent pictures as have this variance, at most `most` a picture; all at 0 or 1."""
    spread = share * (1 - share)
    alone = min(spread / variance, most * pictures) if variance > 0 and spread > 0 else pictures
    return wilson(share * alone, alone, z)._replace(value=share)


def paired_difference(right_a_S: np.ndarray, right_b_S: np.ndarray, level: float = 0.95) -> Interval:
    """How much more often a is right than b on the same pictures, with an interval that knows they are the same.

    Only pictures on which the two disagree count: n₁₀ where only a is right, n₀₁ where only b is.
    The value is d = (n₁₀ - n₀₁) / n; the interval is Bonett and Price's adjusted Wald (2012), which adds one picture to each
    side, so that few or no disagreements don't make it too narrow:
    p₁ = (n₁₀ + 1)/(n + 2), p₂ = (n₀₁ + 1)/(n + 2), p₁ - p₂ ± z √((p₁ + p₂ - (p₁ - p₂)²) / (n + 2)).
    With d_i the difference on picture i, p₁ - p₂ = Σ d_i / (n + 2) and p₁ + p₂ = (Σ d_i² + 2) / (n + 2), which holds for shares too: the
    part of several networks that is right.
    """
    a_S, b_S = np.asarray(right_a_S, np.float64), np.asarray(right_b_S, np.float64)
    assert a_S.shape == b_S.shape, "paired differences need the same pictures"
    d_S, n = a_S - b_S, len(a_S)
    if n == 0:
        return Interval(math.nan, -1.0, 1.0)
    middle, square = float(d_S.sum()) / (n + 2), (float(np.square(d_S).sum()) + 2) / (n + 2)
    half = quantile(level) * math.sqrt((square - middle**2) / (n + 2))
    return Interval(float(d_S.sum()) / n, max(-1.0, middle - half), min(1.0, middle + half))


def difference_of_shares(right_a: float, n_a: float, right_b: float, n_b: float) -> Interval:
    """right_a / n_a - right_b / n_b of independent samples, with Newcombe's interval (1998, method 10) from two of Wilson's.

    d - √((p_a - l_a)² + (u_b - p_b)²) … d + √((u_a - p_a)² + (p_b - l_b)²). Of two networks on the same pictures, where it isn't known
    which each has right, the interval is wider than the paired one, since what one has right the other mostly has too.
    """
    a, b = wilson(right_a, n_a), wilson(right_b, n_b)
    value = a.value - b.value
    return Interval(value, value - math.hypot(a.value - a.lo, b.hi - b.value), value + math.hypot(a.hi - a.value, b.value - b.lo))


def mean_interval(values_S: np.ndarray, level: float = 0.95) -> Interval:
    """A mean over pictures with mean ± t s/√n, s the sample's standard deviation, t Student's quantile with n - 1 degrees of freedom.

    Values that are no number are left out. For numbers that aren't shares of right answers: those have `wilson` and `share_interval`.
    """
    values_S = np.asarray(values_S, np.float64)
    values_S = values_S[np.isfinite(values_S)]
    n = len(values_S)
    if n == 0:
        return Interval(math.nan, -math.inf, math.inf)
    mean = float(values_S.mean())
    half = _student(n - 1, level) * float(values_S.std(ddof=1)) / math.sqrt(n) if n > 1 else math.inf
    return Interval(mean, mean - half, mean + half)


def _student(freedom: int, level: float) -> float:
    """t of a two-sided interval: at 95 % 12.7 for 2 values, 2.26 for 10, 1.97 for 200."""
    from scipy.special import stdtrit  # only here: screens that read runs take intervals from this file, and don't wait for scipy

    return float(stdtrit(freedom, (1 + level) / 2))


def psnr(guess_BCHW: Tensor, truth_BCHW: Tensor, mask_BHW: Tensor | None = None) -> Tensor:
    """Likeness of two pictures in decibels, one value a picture (peak signal-to-noise ratio): 10 log₁₀(1 / mean squared error).

    Images in [0, 1]. mask_BHW: 1 = counted, the rest left out. Equal pictures give infinity, an empty mask NaN.
    """
    import torch  # only here: screens that read runs take intervals from this file, and don't wait for torch

    error_BHW = (guess_BCHW.float() - truth_BCHW.float()).square().mean(1)
    mask_BHW = torch.ones_like(error_BHW) if mask_BHW is None else mask_BHW.to(error_BHW)
    error_B = (error_BHW * mask_BHW).sum((1, 2)) / mask_BHW.sum((1, 2))
    return -10 * torch.log10(error_B)
