"""The random forest: what it is right about, what its trees say about themselves, and how few classes it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from ssl_core.probes.forest import Forest
from ssl_core.settings import SettingsError
from tests.help.clouds import Clouds


def test_accuracy_out_of_bag_is_near_that_on_test_pictures() -> None:
    found = Forest(Forest.Options(trees=500)).score(Clouds(2, train=1000, test=1000), np.random.default_rng(0))
    out_of_bag = float(str(found.facts["out_of_bag"]))
    assert 0.5 < out_of_bag < 0.99 and abs(out_of_bag - found.value_S.mean()) < 0.06  # three standard errors of a difference of two shares


def test_features_are_cut_to_their_principal_directions_where_that_is_asked() -> None:
    widths = [
        Forest(Forest.Options(trees=50, components=cut)).score(Clouds(8), np.random.default_rng(0)).facts["components"]
        for cut in (0, 8, 64)
    ]
    assert widths == [32, 8, 32]


def test_a_single_class_is_refused_in_words() -> None:
    clouds = Clouds(2)
    rows = np.flatnonzero(clouds.labelled("train").label_S == 1)
    with pytest.raises(SettingsError, match="random forest needs train pictures of at least 2 classes"):
        Forest(Forest.Options(trees=50)).score(clouds.with_part("train", rows), np.random.default_rng(0))
