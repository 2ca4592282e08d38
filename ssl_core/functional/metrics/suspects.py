"""Pictures to look at again, by features alone: labels that neighbours contradict, near duplicates, odd ones out.

Axes: S picture, D feature, C class, L neighbour.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ssl_core.functional.metrics.neighbours import nearest_others, unit

NEAR, HEAT = 20, 0.1  # neighbours that vote, with weights exp(cosine / HEAT), as in weighted kNN
CLOSE = 5  # neighbours whose mean distance says how odd a picture is
TWIN = 0.1  # of the median distance to the nearest: pairs closer than that are near duplicates
FAR = 3.0  # interquartile ranges beyond the upper quartile: odd ones out (Tukey's far out)


class Doubts(NamedTuple):
    """What features say of labels."""

    confidence_S: np.ndarray  # probability of the own label by the votes of others; NaN where a picture has no label
    other_S: np.ndarray  # int64: the likeliest class
    doubted_S: np.ndarray  # bool


def neighbours(features_SD: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """S x L rows of the NEAR nearest other pictures by cosine, and their cosine distances, the nearest first."""
    near_SL, units_SD = nearest_others(features_SD, NEAR), unit(features_SD).numpy()
    distance_SL = np.stack([_distance(units_SD, row_S) for row_S in near_SL.T], 1)
    return near_SL, distance_SL


def _distance(units_SD: np.ndarray, row_S: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(1 - (units_SD * units_SD[row_S]).sum(1), 0, 2))


def doubts(near_SL: np.ndarray, distance_SL: np.ndarray, label_S: np.ndarray) -> Doubts:
    """Labels that the votes of labelled neighbours contradict, by confident learning (Northcutt et al., 1911.00068).

    A class's threshold is the mean probability of the class over the pictures labelled so. A label is doubted where another class is the
    likeliest and reaches its threshold. label_S: int64, -1 where unknown.
    """
    C = int(label_S.max(initial=-1)) + 1
    voted_SL = label_S[near_SL]
    weight_SL = np.where(voted_SL >= 0, np.exp((1 - distance_SL) / HEAT), 0)
    share_SC = np.stack([(weight_SL * (voted_SL == c)).sum(1) for c in range(C)], 1) if C else np.zeros((len(label_S), 0))
    share_SC /= np.maximum(share_SC.sum(1, keepdims=True), 1e-12)
    known_S = label_S >= 0
    least_C = np.array([share_SC[label_S == c, c].mean() if (label_S == c).any() else np.inf for c in range(C)])
    other_S = share_SC.argmax(1) if C else np.full(len(label_S), -1)
    row_S = np.arange(len(label_S))
    confidence_S = np.where(known_S, share_SC[row_S, np.maximum(label_S, 0)], np.nan) if C else np.full(len(label_S), np.nan)
    doubted_S = known_S & (other_S != label_S) & (share_SC[row_S, other_S] >= least_C[other_S]) if C else known_S
    return Doubts(confidence_S, other_S, doubted_S)


def near_twins(near_SL: np.ndarray, distance_SL: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of rows closer than TWIN of the median distance to the nearest other, the closest first; each pair once."""
    limit = TWIN * float(np.median(distance_SL[:, 0]))
    found = {
        (min(s, int(near_SL[s, place])), max(s, int(near_SL[s, place]))): float(distance_SL[s, place])
        for s, place in zip(*np.nonzero(distance_SL < limit), strict=True)
    }
    return sorted(found, key=lambda pair: found[pair])


def odd(distance_SL: np.ndarray) -> np.ndarray:
    """Rows whose mean distance to their CLOSE nearest lies FAR interquartile ranges beyond the upper quartile, the farthest first."""
    far_S = distance_SL[:, :CLOSE].mean(1)
    low, high = np.quantile(far_S, (0.25, 0.75))
    rows = np.flatnonzero(far_S > high + FAR * (high - low))
    return rows[np.argsort(-far_S[rows])]
