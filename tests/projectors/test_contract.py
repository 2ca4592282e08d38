"""What every projector promises, checked on each that is found."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pytest

from ssl_core.controls import Control
from ssl_core.parts.catalogues import PROJECTORS
from ssl_core.settings import SettingsError
from tests.help.clouds import Clouds

NAMES = list(PROJECTORS)
NUMBERS = [(name, control) for name in NAMES for control in PROJECTORS[name].Options.controls() if control.kind in ("int", "float")]


def features(pictures: int = 60) -> np.ndarray:
    return Clouds(6, train=pictures, test=4).labelled("train").features_SD


def drawn(name: str, features_SD: np.ndarray, seed: int = 0) -> np.ndarray:
    return PROJECTORS[name](PROJECTORS[name].Options()).project(features_SD, seed)


@lru_cache
def plane(name: str) -> np.ndarray:
    return drawn(name, features())


def test_every_file_holds_a_projector() -> None:
    assert PROJECTORS.broken == []
    assert {"pca", "umap"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_builds_from_defaults_and_says_what_it_is(name: str) -> None:
    projector = PROJECTORS[name](PROJECTORS[name].Options())
    assert projector.name == name and projector.title and projector.__doc__


@pytest.mark.parametrize("name", NAMES)
def test_options_come_back_from_json(name: str) -> None:
    options = PROJECTORS[name].Options()
    assert PROJECTORS[name].Options.read(options.plain()) == options


@pytest.mark.parametrize(("name", "control"), NUMBERS, ids=[f"{name}-{control.name}" for name, control in NUMBERS])
def test_each_number_has_ends_and_is_refused_by_name_beyond_them(name: str, control: Control) -> None:
    assert control.low is not None and control.high is not None, f"'{control.name}' has no lowest or no highest value"
    for value in (control.low - 1, control.high + 1):
        with pytest.raises(SettingsError, match=f"'{control.name}' of .* must be {re.escape(control.allowed)}"):
            PROJECTORS[name].Options.read({control.name: value})


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_gets_one_finite_point(name: str) -> None:
    assert plane(name).shape == (60, 2) and plane(name).dtype == np.float32
    assert np.isfinite(plane(name)).all() and plane(name).std() > 0


@pytest.mark.parametrize("name", NAMES)
def test_same_features_and_same_seed_give_the_same_map(name: str) -> None:
    np.testing.assert_array_equal(drawn(name, features()), plane(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_features_are_left_as_they_were(name: str) -> None:
    given = features()
    drawn(name, given)
    np.testing.assert_array_equal(given, features())


@pytest.mark.parametrize("pictures", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("name", NAMES)
def test_few_pictures_are_drawn_or_refused_in_words(name: str, pictures: int) -> None:
    try:
        found = drawn(name, features(pictures))
    except SettingsError as error:
        assert "at least" in str(error) and str(pictures) in str(error)
    else:
        assert found.shape == (pictures, 2) and np.isfinite(found).all()


@pytest.mark.parametrize("name", NAMES)
def test_features_that_are_all_equal_are_drawn(name: str) -> None:
    found = drawn(name, np.ones((30, 8), np.float32))
    assert found.shape == (30, 2) and np.isfinite(found).all()
