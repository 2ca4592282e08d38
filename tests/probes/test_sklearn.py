"""A classifier of scikit-learn by name: it answers as it does on its own, and names that won't do are refused with others near."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from ssl_core.probes.sklearn import Sklearn
from ssl_core.settings import SettingsError
from tests.help.clouds import Clouds


def guesses(name: str, classes: int = 4) -> np.ndarray:
    found = Sklearn(Sklearn.Options(classifier=name)).score(Clouds(2, classes=classes), np.random.default_rng(0))
    assert (found.score_S is not None) == (classes == 2)
    return found.guess_S


def test_it_answers_as_the_classifier_alone_does_on_standardised_features() -> None:
    clouds = Clouds(2)
    alone = make_pipeline(StandardScaler(), SVC()).fit(*clouds.labelled("train"))
    assert (guesses("SVC") == alone.predict(clouds.labelled("test").features_SD)).mean() > 0.99


@pytest.mark.parametrize("name", ["GaussianNB", "SVC", "KNeighborsClassifier"])
def test_two_classes_have_scores_that_rise_with_the_second(name: str) -> None:
    clouds = Clouds(2, classes=2)
    found = Sklearn(Sklearn.Options(classifier=name)).score(clouds, np.random.default_rng(0))
    assert found.score_S is not None
    assert found.score_S[found.guess_S == 1].mean() > found.score_S[found.guess_S == 0].mean()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("LinearSVM", "must be the name of a classifier of scikit-learn, such as .*LinearSVC.* Got LinearSVM"),
        ("PCA", "must be the name of a classifier"),
        ("VotingClassifier", "made from other classifiers"),
        ("MultinomialNB", "can't learn from these features: .*[Nn]egative"),
    ],
)
def test_a_name_that_will_not_do_is_refused_with_a_way_on(name: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        guesses(name)
