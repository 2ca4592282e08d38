"""The linear probe against scikit-learn on its own, and against what theory says."""

from __future__ import annotations

import time

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ssl_core.functional.penalty import held_out_fifth
from ssl_core.probes.base import Labelled
from ssl_core.probes.linear import Linear
from ssl_core.settings import SettingsError


class Cloud:
    """Classes as overlapping clouds: about two of three can be told apart."""

    def __init__(self, train: int = 2000, test: int = 1000, width: int = 48, classes: int = 5, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        centre_KD = rng.normal(size=(classes, width)) * 0.25
        label_S = rng.integers(0, classes, train + test)
        # some features are a thousand times larger than others, and off-centre
        features_SD = (centre_KD[label_S] + rng.normal(size=(train + test, width))) * np.logspace(-1, 2, width) + 3
        self.parts = {
            "train": Labelled(features_SD[:train].astype(np.float32), label_S[:train]),
            "test": Labelled(features_SD[train:].astype(np.float32), label_S[train:]),
        }

    def labelled(self, split: str) -> Labelled:
        return self.parts[split]


def test_accuracy_is_scikit_learns_on_the_same_features_and_C() -> None:
    cloud = Cloud()
    for C in (1e-3, 1e-1, 1.0):
        ours = Linear(Linear.Options(C=C)).score(cloud, np.random.default_rng(0)).value_S.mean()
        reference = make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=5000, tol=1e-8))
        theirs = reference.fit(*cloud.labelled("train")).score(*cloud.labelled("test"))
        assert abs(ours - theirs) <= 0.005, (C, ours, theirs)


def test_chosen_C_is_near_the_best_of_all_tried() -> None:
    cloud = Cloud(train=400, width=200)  # few pictures, many features: a wrong C costs many points
    chosen = Linear(Linear.Options()).score(cloud, np.random.default_rng(0))
    each = [Linear(Linear.Options(C=C)).score(cloud, np.random.default_rng(0)).value_S.mean() for C in (1e-5, 1e-3, 1e-1, 10)]
    assert chosen.value_S.mean() >= max(each) - 0.03 and max(each) - min(each) > 0.03
    assert len(chosen.facts["held_out"]) >= 3


def test_a_constant_feature_does_no_harm() -> None:
    cloud = Cloud()
    before = Linear(Linear.Options(C=0.1)).score(cloud, np.random.default_rng(0)).guess_S
    for split, part in cloud.parts.items():
        cloud.parts[split] = Labelled(np.pad(part.features_SD, ((0, 0), (0, 1)), constant_values=7), part.label_S)
    after = Linear(Linear.Options(C=0.1)).score(cloud, np.random.default_rng(0)).guess_S
    assert (before == after).mean() > 0.999


def test_shuffled_labels_end_at_chance() -> None:
    cloud = Cloud(train=1000, test=2000)
    train = cloud.parts["train"]
    cloud.parts["train"] = Labelled(train.features_SD, np.random.default_rng(1).permutation(train.label_S))
    right_S = Linear(Linear.Options()).score(cloud, np.random.default_rng(0)).value_S
    assert abs(right_S.mean() - 0.2) < 0.05


def test_the_test_labels_are_never_looked_at_for_the_answer() -> None:
    cloud = Cloud()
    guess_S = Linear(Linear.Options()).score(cloud, np.random.default_rng(0)).guess_S
    test = cloud.parts["test"]
    cloud.parts["test"] = Labelled(test.features_SD, (test.label_S + 1) % 5)
    assert (Linear(Linear.Options()).score(cloud, np.random.default_rng(0)).guess_S == guess_S).all()


def test_held_out_fifth_leaves_every_class_something_to_learn_from() -> None:
    label_S = np.array([0] * 50 + [1] * 2 + [2])
    held = held_out_fifth(label_S, np.random.default_rng(0))
    assert [int(held[label_S == k].sum()) for k in range(3)] == [10, 1, 0]


def test_one_picture_a_class_still_gives_an_answer() -> None:
    cloud = Cloud()
    train = cloud.parts["train"]
    rows = [int(np.flatnonzero(train.label_S == k)[0]) for k in range(5)]
    cloud.parts["train"] = Labelled(train.features_SD[rows], train.label_S[rows])
    assert Linear(Linear.Options()).score(cloud, np.random.default_rng(0)).value_S.mean() > 0.2


def test_a_single_class_is_refused_in_words() -> None:
    cloud = Cloud()
    train = cloud.parts["train"]
    cloud.parts["train"] = Labelled(train.features_SD, np.zeros_like(train.label_S))
    with pytest.raises(SettingsError, match="at least 2 classes"):
        Linear(Linear.Options()).score(cloud, np.random.default_rng(0))


def test_ten_thousand_pictures_take_seconds() -> None:
    cloud = Cloud(train=10_000, test=2_000, width=192, classes=10)
    began = time.process_time()
    Linear(Linear.Options()).score(cloud, np.random.default_rng(0))
    assert time.process_time() - began < 3 * 15
