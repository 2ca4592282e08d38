"""Speed of the vote of neighbours beside scikit-learn's, on the same features with the same k, in processor time."""

from __future__ import annotations

import statistics
import time
from typing import cast

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from ssl_core.probes.base import Labelled, ProbeTarget
from ssl_core.probes.knn import KNN

BANK, QUERIES, WIDTH, CLASSES, K, ROUNDS = 50_000, 10_000, 512, 10, 200, 3
NEAR = 1e-3  # share of answers that may differ: neighbours as near as each other in 32-bit numbers


class Clusters:
    """Normal clouds around ten centres, in place of a network's features: the time depends on their number alone."""

    def __init__(self, part: float) -> None:
        rng = np.random.default_rng(0)
        centre_KD = 0.2 * rng.normal(size=(CLASSES, WIDTH)).astype(np.float32)
        self.parts = {}
        for split, many in (("train", round(BANK * part)), ("test", round(QUERIES * part))):
            label_S = rng.integers(0, CLASSES, many)
            self.parts[split] = Labelled(centre_KD[label_S] + rng.standard_normal((many, WIDTH), np.float32), label_S)

    def labelled(self, split: str) -> Labelled:
        """Features with classes of a split."""
        return self.parts[split]


def votes_faster(part: float = 1.0) -> float:
    """scikit-learn's processor seconds for uniform votes of 200 neighbours, divided by ours; the median of rounds taken in turn.

    scikit-learn gets rows of length 1 and Euclidean distance, whose order is that of cosines: its fastest way.
    """
    given, ratios = Clusters(part), []
    for _ in range(ROUNDS):
        theirs, their_seconds = _theirs(given)
        ours, our_seconds = _ours(given)
        assert (ours != theirs).mean() <= max(NEAR, 3 / len(ours)), f"{(ours != theirs).mean():.4f} of the answers differ"
        ratios.append(their_seconds / our_seconds)
    return statistics.median(ratios)


def _ours(given: Clusters) -> tuple[np.ndarray, float]:
    began = time.process_time()
    guess_S = KNN(KNN.Options(k=K, votes="uniform")).score(cast(ProbeTarget, given), np.random.default_rng(0)).guess_S
    assert guess_S is not None
    return guess_S, time.process_time() - began


def _theirs(given: Clusters) -> tuple[np.ndarray, float]:
    began = time.process_time()
    train_SD, test_SD = (each.features_SD / np.linalg.norm(each.features_SD, axis=1, keepdims=True) for each in given.parts.values())
    voted = KNeighborsClassifier(min(K, len(train_SD) // (2 * CLASSES)), algorithm="brute").fit(train_SD, given.parts["train"].label_S)
    return voted.predict(test_SD), time.process_time() - began
