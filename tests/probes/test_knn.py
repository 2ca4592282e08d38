"""The vote of neighbours against a slow loop."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from ssl_core.functional.metrics.neighbours import nearest_by_angle, unit
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


@pytest.mark.parametrize("k", [1, 4, 30])
def test_uniform_votes_are_scikit_learns_ties_too(k: int) -> None:
    """Of 4 voters for 4 classes many are tied; both take the first class. Cosine on both sides; scikit-learn's own k."""
    train, test = cloud(700, 0), cloud(400, 1)
    ours = KNN(KNN.Options(k=k, votes="uniform")).score(Pair(train, test), np.random.default_rng(0))
    theirs = KNeighborsClassifier(k, metric="cosine", algorithm="brute").fit(train.features_SD, train.label_S)
    votes_SC = theirs.predict_proba(test.features_SD)
    assert k != 4 or (votes_SC == votes_SC.max(1, keepdims=True)).sum(1).max() > 1, "no tie was put to the test"
    np.testing.assert_array_equal(ours.guess_S, theirs.predict(test.features_SD))


def test_neighbours_of_a_large_bank_are_those_of_the_whole_table() -> None:
    """4 000 and 3 rows: looked at in blocks, with a tail that fills none."""
    bank, queries = cloud(4003, 2).features_SD, cloud(70, 3).features_SD
    similar_QK, row_QK = nearest_by_angle(queries, bank, 10)
    table_QS = unit(queries).numpy() @ unit(bank).numpy().T
    np.testing.assert_allclose(similar_QK, -np.sort(-table_QS, 1)[:, :10], rtol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(table_QS, row_QK, 1), similar_QK, rtol=1e-5)


def test_a_bank_asked_about_itself_leaves_each_picture_out() -> None:
    train = cloud(300, 0)
    doubled = Labelled(np.concatenate([train.features_SD, train.features_SD[:5]]), np.concatenate([train.label_S, train.label_S[:5]]))
    found = KNN(KNN.Options(k=1, leave_one_out=True)).score(Pair(doubled, train), np.random.default_rng(0))
    table_SS = unit(train.features_SD).numpy() @ unit(train.features_SD).numpy().T
    np.fill_diagonal(table_SS, -np.inf)
    np.testing.assert_array_equal(found.guess_S, train.label_S[table_SS.argmax(1)])
    assert found.value_S.mean() < 0.9


def test_a_bank_of_one_picture_that_is_left_out_names_something_all_the_same() -> None:
    one = Labelled(np.ones((1, 4), np.float32), np.zeros(1, np.int64))
    assert KNN(KNN.Options(leave_one_out=True)).score(Pair(one, one), np.random.default_rng(0)).guess_S.tolist() == [0]


def test_requests_of_before_keep_their_digest() -> None:
    assert KNN.Options().plain() == {"k": 200, "temperature": 0.07}
    assert KNN.Options(votes="uniform").plain() == {"k": 200, "temperature": 0.07, "votes": "uniform"}
