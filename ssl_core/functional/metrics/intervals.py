"""95 % intervals for one accuracy, for a mean, for a difference on the same pictures; PSNR.

Every interval here covers the true value in 95 of 100 repetitions with other test pictures (the training is taken as given).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

Z = 1.959964  # 97.5 % quantile of the standard normal distribution


class Interval(NamedTuple):
    """A measured value and the ends of its 95 % interval."""

    value: float
    lo: float
    hi: float


def wilson(right: float, n: float) -> Interval:
    """The share right / n with Wilson's score interval (1927): it stays in [0, 1] and is honest near 0 and 1.

    centre = (p + z²/2n) / (1 + z²/n), half width = z √(p(1-p)/n + z²/4n²) / (1 + z²/n)
    """
    if n == 0:
        return Interval(math.nan, 0.0, 1.0)
    p, z2 = right / n, Z * Z
    centre, half = p + z2 / (2 * n), Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    # an end that is exactly 0 or 1 in theory must not miss it by a rounding error
    lo = 0.0 if right <= 0 else (centre - half) / (1 + z2 / n)
    hi = 1.0 if right >= n else (centre + half) / (1 + z2 / n)
    return Interval(p, lo, hi)


def paired_difference(right_a_S: np.ndarray, right_b_S: np.ndarray) -> Interval:
    """How much more often a is right than b on the same pictures, with an interval that knows they are the same.

    Only pictures on which the two disagree count: n₁₀ where only a is right, n₀₁ where only b is.
    The value is d = (n₁₀ - n₀₁) / n; the interval is Bonett and Price's adjusted Wald (2012), which adds one picture to each
    side, so that few or no disagreements don't make it too narrow:
    p₁ = (n₁₀ + 1)/(n + 2), p₂ = (n₀₁ + 1)/(n + 2), p₁ - p₂ ± z √((p₁ + p₂ - (p₁ - p₂)²) / (n + 2)).
    """
    a_S, b_S = np.asarray(right_a_S, bool), np.asarray(right_b_S, bool)
    assert a_S.shape == b_S.shape, "paired differences need the same pictures"
    n, only_a, only_b = len(a_S), int((a_S & ~b_S).sum()), int((b_S & ~a_S).sum())
    if n == 0:
        return Interval(math.nan, -1.0, 1.0)
    p1, p2 = (only_a + 1) / (n + 2), (only_b + 1) / (n + 2)
    half = Z * math.sqrt((p1 + p2 - (p1 - p2) ** 2) / (n + 2))
    return Interval((only_a - only_b) / n, max(-1.0, p1 - p2 - half), min(1.0, p1 - p2 + half))


def difference_of_shares(right_a: float, n_a: float, right_b: float, n_b: float) -> Interval:
    """right_a / n_a - right_b / n_b of independent samples, with Newcombe's interval (1998, method 10) from two of Wilson's.

    d - √((p_a - l_a)² + (u_b - p_b)²) … d + √((u_a - p_a)² + (p_b - l_b)²). Of two networks on the same pictures, where it isn't known
    which each has right, the interval is wider than the paired one, since what one has right the other mostly has too.
    """
    a, b = wilson(right_a, n_a), wilson(right_b, n_b)
    value = a.value - b.value
    return Interval(value, value - math.hypot(a.value - a.lo, b.hi - b.value), value + math.hypot(a.hi - a.value, b.value - b.lo))


def mean_interval(values_S: np.ndarray) -> Interval:
    """A mean over pictures with mean ± z s/√n, s the sample's standard deviation; values that are no number are left out."""
    values_S = np.asarray(values_S, np.float64)
    values_S = values_S[np.isfinite(values_S)]
    if len(values_S) == 0:
        return Interval(math.nan, -math.inf, math.inf)
    mean = float(values_S.mean())
    half = Z * float(values_S.std(ddof=1)) / math.sqrt(len(values_S)) if len(values_S) > 1 else math.inf
    return Interval(mean, mean - half, mean + half)


def psnr(guess_BCHW: Tensor, truth_BCHW: Tensor, mask_BHW: Tensor | None = None) -> Tensor:
    """Likeness of two pictures in decibels, one value a picture (peak signal-to-noise ratio): 10 log₁₀(1 / mean squared error).

    Images in [0, 1]. mask_BHW: 1 = counted, the rest left out. Equal pictures give infinity, an empty mask NaN.
    """
    import torch  # only here: screens that read runs take intervals from this file, and don't wait for torch

    error_BHW = (guess_BCHW.float() - truth_BCHW.float()).square().mean(1)
    mask_BHW = torch.ones_like(error_BHW) if mask_BHW is None else mask_BHW.to(error_BHW)
    error_B = (error_BHW * mask_BHW).sum((1, 2)) / mask_BHW.sum((1, 2))
    return -10 * torch.log10(error_B)
