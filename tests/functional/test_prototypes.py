"""Nearest prototypes against slow loops and scikit-learn's own."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from ssl_core.functional.metrics.prototypes import guesses_by_labels, guesses_left_out, margins, prototypes, unit_directions


@pytest.fixture
def some():
    rng = np.random.default_rng(3)
    centre = rng.normal(size=8)
    label_N = rng.integers(0, 4, 30)
    train_ND = unit_directions(rng.normal(size=(30, 8)) + 2 * np.eye(8)[label_N], centre)
    test_SD = unit_directions(rng.normal(size=(50, 8)) + 2 * np.eye(8)[rng.integers(0, 4, 50)], centre)
    return train_ND, label_N, test_SD


def slowly(train_ND, label_N, picture_D):
    """The class whose mean points most nearly the picture's way, one after the other."""
    scores = {}
    for label in set(label_N.tolist()):
        mean = train_ND[label_N == label].mean(0)
        scores[label] = picture_D @ mean / np.linalg.norm(mean)
    return max(scores, key=scores.get)


def test_directions_have_length_one_as_seen_from_the_centre():
    got = unit_directions(np.array([[3.0, 1.0], [1.0, 5.0]]), np.array([1.0, 1.0]))
    np.testing.assert_allclose(got, [[1, 0], [0, 1]])


def test_a_picture_at_the_very_centre_points_nowhere():
    assert np.all(unit_directions(np.ones((1, 3)), np.ones(3)) == 0)


def test_guesses_after_each_label_are_those_of_a_slow_loop(some):
    train_ND, label_N, test_SD = some
    at = [1, 2, 7, 30]
    for n, guess_S in zip(at, guesses_by_labels(train_ND, label_N, test_SD, 4, at), strict=True):
        assert guess_S.tolist() == [slowly(train_ND[:n], label_N[:n], picture) for picture in test_SD]


def test_guesses_with_all_labels_are_those_of_scikit_learn_between_unit_means(some):
    train_ND, label_N, test_SD = some
    means_KD = prototypes(train_ND, label_N, 4)
    reference = KNeighborsClassifier(1).fit(means_KD, np.arange(4))  # unit vectors: the nearest is the one of the smallest angle
    np.testing.assert_array_equal(guesses_by_labels(train_ND, label_N, test_SD, 4, [30])[0], reference.predict(test_SD))


def test_leaving_one_out_is_that_of_a_slow_loop(some):
    train_ND, label_N, _ = some
    slow = [slowly(np.delete(train_ND, i, 0), np.delete(label_N, i), train_ND[i]) for i in range(30)]
    assert guesses_left_out(train_ND, label_N, 4).tolist() == slow


def test_a_class_of_one_picture_is_never_said_of_it(some):
    train_ND, _, _ = some
    label_N = np.array([0, 1, 1])
    assert guesses_left_out(train_ND[:3], label_N, 4)[0] == 1
    assert guesses_left_out(train_ND[:1], label_N[:1], 4).tolist() == [-1]


def test_a_class_without_labels_is_never_said(some):
    train_ND, label_N, test_SD = some
    few = label_N < 2
    assert set(guesses_by_labels(train_ND[few], label_N[few], test_SD, 4, [int(few.sum())])[0]) <= {0, 1}
    assert np.isnan(prototypes(train_ND[few], label_N[few], 4)[2:]).all()


def test_the_picture_halfway_between_two_prototypes_is_the_least_decided():
    prototypes_KD = np.array([[1.0, 0.0], [0.0, 1.0], [np.nan, np.nan]])
    test_SD = np.array([[1.0, 0.0], [0.5**0.5, 0.5**0.5], [0.8, 0.6]])
    np.testing.assert_allclose(margins(test_SD, prototypes_KD), [1, 0, 0.2], atol=1e-12)
