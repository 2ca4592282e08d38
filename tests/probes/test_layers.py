"""Layer by layer: each layer's classifier against scikit-learn's, and that no test picture chooses a layer."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from ssl_core.probes.base import Labelled, Scores
from ssl_core.probes.layers import Layers
from tests.help.clouds import Clouds
from tests.help.layered import Stack

CLASSES = 3


def scored(target: object, **options: object) -> Scores:
    return Layers(Layers.Options.read(options)).score(target, np.random.default_rng(0))  # type: ignore[arg-type]


def cloud(apart: float, pictures: int, seed: int) -> Labelled:
    rng = np.random.default_rng(seed)
    label_S = np.arange(pictures) % CLASSES
    return Labelled((apart * np.eye(CLASSES, 8)[label_S] + rng.normal(size=(pictures, 8))).astype(np.float32), label_S)


def test_a_layers_guesses_are_those_of_scikit_learn_at_the_chosen_penalty() -> None:
    train, test = cloud(1.5, 300, 0), cloud(1.5, 400, 1)
    (point,) = scored(Stack({"only": (train, test)})).points
    mean_D, std_D = train.features_SD.mean(0), train.features_SD.std(0)
    oracle = LogisticRegression(C=point.facts["C"], max_iter=1000, tol=1e-6).fit((train.features_SD - mean_D) / std_D, train.label_S)
    assert (point.guess_S == oracle.predict((test.features_SD - mean_D) / std_D)).mean() > 0.99


def test_the_layer_is_chosen_on_train_pictures_even_where_another_is_better_on_test_pictures() -> None:
    found = scored(Stack({"told": (cloud(4, 300, 0), cloud(0, 300, 1)), "better": (cloud(0, 300, 2), cloud(0, 300, 1))}))
    lucky = Stack({"told": (cloud(4, 300, 0), cloud(0, 300, 1)), "better": (cloud(1, 300, 2), cloud(4, 300, 1))})
    assert found.facts["layer"] == "told" and [point.facts["chosen"] for point in found.points] == [True, False]
    again = scored(lucky)
    assert again.facts["layer"] == "told" and again.points[1].values.mean() > again.value_S.mean() + 0.3
    np.testing.assert_array_equal(again.value_S, again.points[0].values)


def test_several_networks_stand_at_the_layer_that_is_best_on_their_mean() -> None:
    one = scored(Stack({"a": (cloud(4, 300, 0), cloud(4, 90, 1)), "b": (cloud(2, 300, 2), cloud(2, 90, 1))}))
    two = scored(Stack({"a": (cloud(0, 300, 0), cloud(0, 90, 1)), "b": (cloud(2, 300, 2), cloud(2, 90, 1))}))
    assert (one.facts["layer"], two.facts["layer"]) == ("a", "b")
    agreed = Layers(Layers.Options()).agreed([one, two])
    assert [each.facts["layer"] for each in agreed] == ["b", "b"]
    np.testing.assert_array_equal(agreed[0].value_S, one.points[1].values)
    mean = np.mean([each.points[1].facts["held_out"] for each in (one, two)])
    assert [each.facts["held_out"] for each in agreed] == [pytest.approx(mean)] * 2


def test_both_ways_to_read_a_layer_stand_side_by_side() -> None:
    points = scored(Clouds(2), pool="both").points
    assert [(point.at, point.facts["pool"]) for point in points] == [(at, pool) for at in ("half", "whole") for pool in ("grid", "mean")]


def test_a_hidden_layer_reads_what_no_straight_line_can() -> None:
    """Class 1 where two numbers differ in sign: chance for any straight border."""
    rng = np.random.default_rng(0)
    parts = []
    for pictures in (800, 400):
        x_S2 = rng.normal(size=(pictures, 2)).astype(np.float32)
        parts.append(Labelled(x_S2, (x_S2[:, 0] * x_S2[:, 1] < 0).astype(np.int64)))
    stack = Stack({"only": (parts[0], parts[1])})
    assert scored(stack).value_S.mean() < 0.65
    assert scored(stack, head="mlp").value_S.mean() > 0.85
