"""What every probe promises, checked on each that is found."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ssl_core.controls import Control
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import Scores
from ssl_core.settings import SettingsError
from tests.help.clouds import Clouds

NAMES = list(PROBES)
COUNTED = [name for name in NAMES if PROBES[name].measure.counted]  # scores are right or wrong, so chance is known
DRAWN = {"episodes"}  # each test picture's share is over episodes, which are drawn by its place: another order, other episodes
FEWER = {"fractions": {"labels": "4", "draws": 2}}  # as good as all points of the curve, and ten times as fast
NUMBERS = [(name, control) for name in NAMES for control in PROBES[name].Options.controls() if control.kind in ("int", "float")]


def scores(name: str, clouds: Clouds, seed: int = 0) -> Scores:
    return PROBES[name](PROBES[name].Options.read(FEWER.get(name, {}))).score(clouds, np.random.default_rng(seed))


def test_every_file_holds_a_probe() -> None:
    assert PROBES.broken == []
    assert {"knn", "linear"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_builds_from_defaults_and_says_what_it_is(name: str) -> None:
    probe = PROBES[name](PROBES[name].Options())
    assert probe.name == name and probe.title and probe.__doc__ and probe.measure.title


@pytest.mark.parametrize("name", NAMES)
def test_options_come_back_from_json(name: str) -> None:
    options = PROBES[name].Options()
    assert PROBES[name].Options.model_validate_json(options.model_dump_json()) == options
    assert PROBES[name].Options.read(options.plain()) == options


@pytest.mark.parametrize(("name", "control"), NUMBERS, ids=[f"{name}-{control.name}" for name, control in NUMBERS])
def test_each_number_has_ends_and_is_refused_by_name_beyond_them(name: str, control: Control) -> None:
    assert control.low is not None and control.high is not None, f"'{control.name}' has no lowest or no highest value"
    for value in (control.low - 1, control.high + 1):
        with pytest.raises(SettingsError, match=f"'{control.name}' of .* must be {re.escape(control.allowed)}"):
            PROBES[name].Options.read({control.name: value})


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_option_is_refused_by_name(name: str) -> None:
    with pytest.raises(SettingsError, match="has no setting 'nonsense'"):
        PROBES[name].Options.read({"nonsense": 1})


@pytest.mark.parametrize("name", NAMES)
def test_there_is_one_value_for_each_test_picture_of_the_kind_that_the_measure_says(name: str) -> None:
    found = scores(name, Clouds(3, test=41))
    assert found.value_S.shape == (41,) and np.isfinite(found.value_S).any()
    assert (found.value_S.dtype == bool) == PROBES[name].measure.counted
    if found.guess_S is not None:
        assert found.guess_S.shape == (41,) and found.guess_S.dtype == np.int64


@pytest.mark.parametrize("name", NAMES)
def test_same_features_and_same_rng_give_the_same_scores(name: str) -> None:
    first, again = scores(name, Clouds(2)), scores(name, Clouds(2))
    np.testing.assert_array_equal(first.value_S, again.value_S)
    np.testing.assert_array_equal(first.guess_S, again.guess_S)
    assert first.facts == again.facts


@pytest.mark.parametrize("name", [name for name in NAMES if name not in DRAWN])
def test_values_keep_the_order_of_the_test_pictures(name: str) -> None:
    clouds, order = Clouds(2, test=100), np.random.default_rng(5).permutation(100)
    straight, mixed = scores(name, clouds), scores(name, clouds.with_part("test", order))
    np.testing.assert_allclose(mixed.value_S.astype(float), straight.value_S[order].astype(float), rtol=1e-4, atol=1e-5)
    assert straight.value_S.astype(float).std() > 0  # else every order looks alike


@pytest.mark.parametrize("name", NAMES)
def test_the_features_are_left_as_they_were(name: str) -> None:
    clouds, kept = Clouds(2), Clouds(2)
    scores(name, clouds)
    for split in ("train", "test"):
        for now, before in zip(clouds.labelled(split), kept.labelled(split), strict=True):
            np.testing.assert_array_equal(now, before)


@pytest.mark.parametrize("name", COUNTED)
def test_right_is_where_the_class_named_is_the_pictures(name: str) -> None:
    clouds = Clouds(2)
    found = scores(name, clouds)
    if found.guess_S is not None:
        np.testing.assert_array_equal(found.value_S, found.guess_S == clouds.labelled("test").label_S)


@pytest.mark.parametrize("name", COUNTED)
def test_classes_that_lie_apart_are_told_apart(name: str) -> None:
    assert scores(name, Clouds(8)).value_S.mean() > 0.95


@pytest.mark.parametrize("name", COUNTED)
def test_labels_at_random_end_at_chance(name: str) -> None:
    """1 000 test pictures of 4 classes: 1/4, four standard errors of 0.0137 on either side."""
    assert abs(scores(name, Clouds(8, test=1000).shuffled()).value_S.mean() - 0.25) < 0.06


@pytest.mark.parametrize("name", NAMES)
def test_points_are_of_a_series_have_a_value_a_test_picture_and_end_at_the_score(name: str) -> None:
    found = scores(name, Clouds(2, test=83))
    assert bool(found.points) == bool(PROBES[name].series) and len({point.at for point in found.points}) == len(found.points)
    for point in found.points:
        assert point.values.shape[-1] == 83 and (point.unit_E is None) == (found.unit_E is None)
    if found.points:
        ends = [np.array_equal(np.atleast_2d(point.values)[0], found.value_S, equal_nan=found.unit_E is not None) for point in found.points]
        assert any(ends), "the probe stands for one of its points"


@pytest.mark.parametrize("name", NAMES)
def test_two_classes_are_enough(name: str) -> None:
    found = scores(name, Clouds(8, classes=2, test=50))
    assert len(found.value_S) == 50
    if name in COUNTED or found.unit_E is not None:
        assert np.nanmean(found.value_S) > 0.95


@pytest.mark.parametrize("name", NAMES)
def test_a_class_may_be_missing_among_the_test_pictures(name: str) -> None:
    clouds = Clouds(8)
    rows = np.flatnonzero(clouds.labelled("test").label_S != 2)
    found = scores(name, clouds.with_part("test", rows))
    assert len(found.value_S) == len(rows)
    if name in COUNTED:
        assert found.value_S.mean() > 0.95


@pytest.mark.parametrize("name", NAMES)
def test_a_class_may_be_missing_among_the_train_pictures(name: str) -> None:
    clouds = Clouds(8)
    label_S, test_S = clouds.labelled("train").label_S, clouds.labelled("test").label_S
    found = scores(name, clouds.with_part("train", np.flatnonzero(label_S != 2)))
    assert len(found.value_S) == len(test_S)
    if name in COUNTED and found.guess_S is not None:
        assert not found.value_S[test_S == 2].any() and found.value_S[test_S != 2].mean() > 0.95
