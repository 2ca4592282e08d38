"""The vote of neighbours against a slow loop."""

from __future__ import annotations

import numpy as np
import pytest

from ssl_core.probes.base import Labelled
from ssl_core.probes.knn import KNN
from ssl_core.settings import SettingsError


class Pair:
    """Train and test pictures as given."""

    def __init__(self, train: Labelled, test: Labelled) -> None:
        self.parts = {"train": train, "test": test}

    def labelled(self, split: str) -> Labelled:
        return self.parts[split]


def cloud(pictures: int, seed: int) -> Labelled:
    rng = np.random.default_rng(seed)
    label_S = rng.integers(0, 4, pictures)
    centre_KD = np.random.default_rng(9).normal(size=(4, 16)) * 0.6
    return Labelled((centre_KD[label_S] + rng.normal(size=(pictures, 16))).astype(np.float32), label_S)


def slow_vote(train: Labelled, picture_D: np.ndarray, k: int, temperature: float) -> int:
    votes = np.zeros(4)
    unit = train.features_SD / np.linalg.norm(train.features_SD, axis=1, keepdims=True)
    similar = unit @ (picture_D / np.linalg.norm(picture_D))
    for row in np.argsort(-similar)[:k]:
        votes[train.label_S[row]] += np.exp(similar[row] / temperature)
    return int(votes.argmax())


def test_the_vote_is_the_slow_loops() -> None:
    train, test = cloud(700, 0), cloud(600, 1)  # more test pictures than one chunk holds
    scores = KNN(KNN.Options(k=30)).score(Pair(train, test), np.random.default_rng(0))
    slow = [slow_vote(train, picture_D, 30, 0.07) for picture_D in test.features_SD]
    assert (scores.guess_S == slow).mean() > 0.998  # equal votes may fall either way
    assert (scores.value_S == (scores.guess_S == test.label_S)).all()
    assert 0.45 < scores.value_S.mean() < 0.98


def test_a_set_asked_about_itself_by_one_neighbour_is_always_right() -> None:
    train = cloud(300, 0)
    assert KNN(KNN.Options(k=1)).score(Pair(train, train), np.random.default_rng(0)).value_S.all()


def test_k_stays_far_below_the_pictures_of_a_class() -> None:
    assert KNN(KNN.Options(k=200)).score(Pair(cloud(80, 0), cloud(20, 1)), np.random.default_rng(0)).facts["k"] == 10


def test_a_small_temperature_does_not_overflow() -> None:
    scores = KNN(KNN.Options(temperature=0.01)).score(Pair(cloud(500, 0), cloud(50, 1)), np.random.default_rng(0))
    assert scores.value_S.mean() > 0.4


def test_no_labels_is_refused_in_words() -> None:
    nothing = Labelled(np.zeros((0, 16), np.float32), np.zeros(0, np.int64))
    with pytest.raises(SettingsError, match="labels"):
        KNN(KNN.Options()).score(Pair(nothing, cloud(20, 1)), np.random.default_rng(0))
