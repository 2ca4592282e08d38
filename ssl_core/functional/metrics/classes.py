"""Scores where classes are uneven: what naming the largest class gives, accuracy balanced over classes, area under the ROC curve.

Axes: S test picture, R network, T draw of the labels, K class, M pictures of the second class, N of the first.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ssl_core.functional.metrics.draws import widened
from ssl_core.functional.metrics.intervals import Interval, wilson

UNEVEN = 1.5  # the share of the largest class over 1 / K from which on accuracy isn't enough
CHANCE, LARGEST = "chance", "largest class"


class BaseRates(NamedTuple):
    """How often an answer is right that doesn't look at the picture."""

    chance: float  # 1 / K: a class drawn at random
    majority: float  # the largest class, always

    @property
    def uneven(self) -> bool:
        """Whether the largest class has over UNEVEN / K of the pictures."""
        return self.majority > UNEVEN * self.chance

    @property
    def words(self) -> str:
        """Chance in words, with the share of the largest class where that is another number."""
        chance, largest = f"{self.chance:.1%}", f"{self.majority:.1%}"
        return f"chance {chance}" + (f", always the largest class {largest}" if largest != chance else "")

    @property
    def reference(self) -> tuple[float, str]:
        """The line that accuracy is seen against, and its name: the largest class, unless that is chance in whole percents."""
        return (self.chance, CHANCE) if round(100 * self.majority) == round(100 * self.chance) else (self.majority, LARGEST)


def base_rates(label_S: np.ndarray, classes: int | None = None) -> BaseRates:
    """The rates for pictures of these classes, K those among them unless `classes` says how many there are; 0 without pictures."""
    count_K = np.unique(label_S, return_counts=True)[1]
    kinds = classes or len(count_K)
    return BaseRates(1 / kinds if kinds else 0.0, float(count_K.max() / count_K.sum()) if len(count_K) else 0.0)


def confusion_matrix(label_S: np.ndarray, guess_S: np.ndarray, label_K: np.ndarray) -> np.ndarray:
    """K x K int64: how many pictures of the class of the row were named as the class of the column. label_K: ascending, every class met."""
    kinds = len(label_K)
    cell_S = np.searchsorted(label_K, label_S) * kinds + np.searchsorted(label_K, guess_S)
    return np.bincount(cell_S, minlength=kinds * kinds).reshape(kinds, kinds).astype(np.int64)


def balanced_accuracy(values: np.ndarray, label_S: np.ndarray) -> Interval:
    """The mean over classes of the share that is right, with a 95 % interval. values: S, or T x S of draws of the labels; in [0, 1].

    Classes are independent, each with Wilson's interval [l, u] about its share p; an end of their mean is as far as
    √(Σ (p - l)²) / K (Zou and Donner 2008). Draws widen it as they do `share_over_draws`.
    """
    right_TS = np.atleast_2d(np.asarray(values, np.float64))
    rows = [label_S == label for label in np.unique(label_S)]
    share_TK = np.stack([right_TS[:, row_S].mean(1) for row_S in rows], 1)
    of_class = [wilson(share * row_S.sum(), int(row_S.sum())) for share, row_S in zip(share_TK.mean(0), rows, strict=True)]
    below, above = (math.hypot(*(p.value - p.lo for p in of_class)), math.hypot(*(p.hi - p.value for p in of_class)))
    mean, kinds = float(share_TK.mean()), len(rows)
    return _over_draws(Interval(mean, max(0.0, mean - below / kinds), min(1.0, mean + above / kinds)), share_TK.mean(1))


def area_under_curve(score_RTS: np.ndarray, second_S: np.ndarray) -> Interval:
    """The area under the ROC curve: how often a picture of the second class scores above one of the first, ties by half; 95 % interval.

    score_RTS: of R networks and T draws of the labels, whose mean it is. Variance by DeLong (1988): var over pictures of the second
    class of the share of the first that each is above / M, and the same of the first / N. Wilson's interval with as many pictures as
    would have this variance; M or N, whichever is less, where the area is 0 or 1.
    """
    placed = [[_placements(score_S[second_S], score_S[~second_S]) for score_S in score_TS] for score_TS in score_RTS]
    above_M, below_N = (np.mean([[draw[side] for draw in draws] for draws in placed], (0, 1)) for side in (0, 1))
    area, least = float(above_M.mean()), min(len(above_M), len(below_N))
    if least < 2:
        return Interval(area, 0.0, 1.0)
    variance, spread = above_M.var(ddof=1) / len(above_M) + below_N.var(ddof=1) / len(below_N), area * (1 - area)
    alone = float(spread / variance) if variance > 0 and spread > 0 else least
    return _over_draws(wilson(area * alone, alone)._replace(value=area), np.mean([[d[0].mean() for d in draws] for draws in placed], 0))


def _placements(second_M: np.ndarray, first_N: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """M: the share of the first class that each of the second is above; N: the share of the second that is above each of the first."""

    def below(of: np.ndarray, among: np.ndarray) -> np.ndarray:
        ordered = np.sort(among)
        ranks: np.ndarray = (np.searchsorted(ordered, of, "left") + np.searchsorted(ordered, of, "right")) / (2 * len(among))
        return ranks

    return below(second_M, first_N), 1 - below(first_N, second_M)


def _over_draws(share: Interval, of_draw_T: np.ndarray) -> Interval:
    """An interval over pictures, widened by how far draws lie apart: √(side² + t² var / T)."""
    if (draws := len(of_draw_T)) < 2:
        return share
    from scipy.special import stdtrit  # only here: screens that read runs take intervals without scipy

    return widened(share, float(stdtrit(draws - 1, 0.975)) * math.sqrt(of_draw_T.var(ddof=1) / draws))
