"""Label fractions: which labels are taken, what C is chosen on, and what the last point is."""

from __future__ import annotations

import numpy as np
import pytest

from ssl_core.probes.base import Labelled, Scores
from ssl_core.probes.fractions import Fractions, LabelledTask, LabelPart
from ssl_core.probes.linear import Linear
from ssl_core.settings import SettingsError
from tests.help.clouds import Clouds


def curve(clouds: Clouds, seed: int = 0, **options: object) -> Scores:
    return Fractions(Fractions.Options.read(options)).score(clouds, np.random.default_rng(seed))


def test_numbers_and_shares_of_each_class_are_taken_at_least_one_and_at_most_all() -> None:
    size_K = np.array([400, 30, 3])
    assert LabelPart.read("25").of(size_K).tolist() == [25, 25, 3]
    assert LabelPart.read(" 10% ").of(size_K).tolist() == [40, 3, 1]
    assert LabelPart.read("100%").of(size_K).tolist() == size_K.tolist()


@pytest.mark.parametrize("labels", ["", "0", "-3", "4, many", "0%", "101%", "10%5", "4.5", "nan%", ",".join(["4"] * 13)])
def test_other_numbers_of_labels_are_refused_by_name(labels: str) -> None:
    with pytest.raises(SettingsError, match="'labels' of fractions: must be 1 to 12 numbers of labels or shares"):
        Fractions.Options.read({"labels": labels}, "fractions")


def test_points_stand_at_the_mean_number_of_labels_of_a_class_each_once_and_all_labels_last() -> None:
    found = curve(Clouds(2), labels="10%, 4, 10, 1000, 50%", draws=2)  # 100 pictures a class: 10 % are 10, and 1000 are all
    assert [point.at for point in found.points] == [4, 10, 50, 100]
    assert [point.facts["labels"] for point in found.points] == [16, 40, 200, 400]


def test_the_last_point_has_all_labels_whatever_is_drawn() -> None:
    found = curve(Clouds(1), labels="4", draws=3)
    assert found.points[-1].values.shape == (3, 300)
    assert (found.points[-1].values == found.value_S).all()
    assert not (found.points[0].values[0] == found.points[0].values[1]).all()


def test_with_all_labels_it_is_the_linear_probe() -> None:
    linear = Linear(Linear.Options()).score(Clouds(1), np.random.default_rng(0))
    found = curve(Clouds(1), labels="4", draws=2)
    assert found.facts["C"] == linear.facts["C"] and (found.guess_S == linear.guess_S).all()


def test_pictures_whose_label_was_not_drawn_say_nothing_of_their_class() -> None:
    """Every label but the drawn ones is turned: what is learnt from the drawn ones stays the same."""
    clouds, taken = Clouds(2), np.zeros(400, bool)
    taken[:20] = True
    train, test = clouds.labelled("train"), clouds.labelled("test")
    from torch import from_numpy

    turned_S = np.where(taken, train.label_S, (train.label_S + 1) % 4)
    one, other = (
        LabelledTask(from_numpy(train.features_SD), label_S, from_numpy(test.features_SD)).taught(taken, np.random.default_rng(0))
        for label_S in (train.label_S, turned_S)
    )
    np.testing.assert_array_equal(one.scores_SK, other.scores_SK)
    assert one.C == other.C


def test_with_fewer_pictures_than_features_the_fit_is_that_of_all_features() -> None:
    from sklearn.linear_model import LogisticRegression
    from torch import from_numpy

    clouds, rows = Clouds(2), np.arange(400) < 20  # 32 features
    train, test = clouds.labelled("train"), clouds.labelled("test")
    ours = LabelledTask(from_numpy(train.features_SD), train.label_S, from_numpy(test.features_SD)).taught(rows, np.random.default_rng(0))
    theirs = LogisticRegression(C=ours.C, tol=1e-8, max_iter=5000).fit(train.features_SD[rows], train.label_S[rows])
    logits_SK = theirs.decision_function(test.features_SD)
    np.testing.assert_allclose(ours.scores_SK - ours.scores_SK.mean(1, keepdims=True), logits_SK, atol=0.01)


def test_more_labels_help() -> None:
    accuracy = [point.values.mean() for point in curve(Clouds(2), labels="1, 10", draws=5).points]
    assert accuracy == sorted(accuracy) and accuracy[-1] > accuracy[0] + 0.1


def test_answers_say_nothing_of_test_labels_at_random_with_few_and_with_all() -> None:
    """1 000 test pictures of 4 classes: 1/4, four standard errors of 0.0137 on either side."""
    clouds = Clouds(8, test=1000)
    test = clouds.labelled("test")
    clouds.parts["test"] = Labelled(test.features_SD, np.random.default_rng(1).permutation(test.label_S))
    for point in curve(clouds, labels="4", draws=2).points:
        assert abs(point.values.mean() - 0.25) < 0.06


def test_every_network_gets_the_same_labels_and_another_seed_others() -> None:
    """The same features in another order are another network's: the draws are those of the labels and the seed alone."""
    clouds = Clouds(1)
    turned = clouds.with_part("train", np.arange(400))
    turned.parts = {split: Labelled(np.ascontiguousarray(part.features_SD[:, ::-1]), part.label_S) for split, part in clouds.parts.items()}
    here, there, other = (curve(each, seed, labels="4", draws=2).points[0].values for each, seed in ((clouds, 0), (turned, 0), (clouds, 1)))
    assert (here == there).mean() > 0.99 > 0.9 > (here == other).mean()


def test_a_class_with_fewer_pictures_than_asked_gives_all_it_has() -> None:
    clouds = Clouds(8)
    label_S = clouds.labelled("train").label_S
    few = clouds.with_part("train", np.flatnonzero((label_S != 2) | (np.arange(400) < 12)))  # 3 of class 2
    assert curve(few, labels="25", draws=2).points[0].facts["fewest"] == 3


def test_a_single_class_is_refused_in_words() -> None:
    clouds = Clouds(8)
    with pytest.raises(SettingsError, match="at least 2 classes"):
        curve(clouds.with_part("train", np.flatnonzero(clouds.labelled("train").label_S == 1)))
