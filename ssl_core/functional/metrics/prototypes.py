"""Nearest prototype: a class is the mean of its labelled pictures; a picture belongs to the class whose mean has the highest cosine.

SimpleShot (1911.04623): features minus the mean of unlabelled ones, scaled to length 1; nearness is the cosine.
Axes: N labelled pictures in the order in which the labels came, S others, D feature, K class.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

TINY = 1e-12  # smallest divisor: a vector of zeros stays zeros


def unit_directions(features_SD: np.ndarray, centre_D: np.ndarray) -> np.ndarray:
    """S x D float64: features minus the centre, scaled to length 1."""
    away_SD = np.asarray(features_SD, np.float64) - centre_D
    unit_SD: np.ndarray = away_SD / np.maximum(np.linalg.norm(away_SD, axis=1, keepdims=True), TINY)
    return unit_SD


def prototypes(train_ND: np.ndarray, label_N: np.ndarray, classes: int) -> np.ndarray:
    """K x D: the mean of each class's rows, scaled to length 1; a class without labels is all NaN."""
    sums_KD = np.zeros((classes, train_ND.shape[1]))
    np.add.at(sums_KD, label_N, train_ND)
    lengths_K1 = np.linalg.norm(sums_KD, axis=1, keepdims=True)
    known_K = np.bincount(label_N, minlength=classes) > 0
    return np.where(known_K[:, None], sums_KD / np.maximum(lengths_K1, TINY), np.nan)


def guesses_by_labels(train_ND: np.ndarray, label_N: np.ndarray, test_SD: np.ndarray, classes: int, at: Sequence[int]) -> list[np.ndarray]:
    """For each n in `at`, ascending: S predicted classes of the test pictures when only the first n labels are known.

    All from one table of products: cos(t, Σ f) = Σ t·f / ‖Σ f‖, and ‖Σ f‖² grows by f·f + 2 Σ f·earlier ones.
    """
    inner_NN, inner_SN = train_ND @ train_ND.T, test_SD @ train_ND.T
    sums_SK, squared_K, found = np.zeros((len(test_SD), classes)), np.full(classes, np.nan), []
    for n, label in enumerate(label_N):
        earlier = label_N[:n] == label
        squared_K[label] = np.nan_to_num(squared_K[label]) + inner_NN[n, n] + 2 * inner_NN[n, :n][earlier].sum()
        sums_SK[:, label] += inner_SN[:, n]
        if n + 1 in at:
            found.append(_best(sums_SK / np.sqrt(np.maximum(squared_K, TINY))))
    return found


def guesses_left_out(train_ND: np.ndarray, label_N: np.ndarray, classes: int) -> np.ndarray:
    """N: the class predicted for each labelled picture by the prototypes of all the others; -1 where there is no other."""
    cosine_NK = cosines_left_out(train_ND, label_N, classes)
    return np.where(np.isfinite(cosine_NK).any(1), _best(cosine_NK), -1)


def cosines_left_out(train_ND: np.ndarray, label_N: np.ndarray, classes: int) -> np.ndarray:
    """N x K: the cosine of each labelled picture to the prototypes of all the others; NaN of a class that has no other picture."""
    inner_NN = train_ND @ train_ND.T
    member_NK = np.eye(classes)[label_N]
    sums_NK = inner_NN @ member_NK
    squared_K = (member_NK * sums_NK).sum(0)
    own_NK, self_N1 = member_NK * sums_NK, np.diag(inner_NN)[:, None]
    # without itself: Σ t·f loses t·t, and ‖Σ f‖² loses 2 Σ t·f - t·t; a class whose only picture is left out has no prototype
    sums_NK = sums_NK - member_NK * self_N1
    squared_NK = squared_K - 2 * own_NK + member_NK * self_N1
    known_NK = member_NK.sum(0) - member_NK > 0
    cosine_NK: np.ndarray = np.where(known_NK, sums_NK / np.sqrt(np.maximum(squared_NK, TINY)), np.nan)
    return cosine_NK


def margins(test_SD: np.ndarray, prototypes_KD: np.ndarray) -> np.ndarray:
    """S: cosine to the nearest prototype minus that to the second; small means undecided. With one prototype: the cosine itself."""
    known_KD = prototypes_KD[np.isfinite(prototypes_KD).all(1)]
    near_SK = np.sort(test_SD @ known_KD.T, axis=1)
    return near_SK[:, -1] - near_SK[:, -2] if near_SK.shape[1] > 1 else near_SK[:, -1]


def _best(scores_SK: np.ndarray) -> np.ndarray:
    """The class of the highest score; NaN never wins."""
    best_S: np.ndarray = np.argmax(np.where(np.isnan(scores_SK), -np.inf, scores_SK), axis=1)
    return best_S
