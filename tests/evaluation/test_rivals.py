"""Several rivals at once: the main one is fixed by its kind, the others get Bonferroni's level."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.coverage import null_family
from ssl_core.evaluation.compare import Comparison, comparison, pairs_of
from ssl_core.evaluation.rivals import level_of, main_rival
from ssl_core.functional.metrics.intervals import mean_interval, paired_difference
from ssl_core.types import Measure
from tests.help.comparing import SMALL
from tests.help.evaluation import SIZE

ALL = ["rotation-1", "pixels", "simclr-2", "untrained:rotation-1", "imagenet:resnet18"]


def test_the_main_rival_is_fixed_by_its_kind() -> None:
    assert main_rival(ALL) == "imagenet:resnet18" and main_rival(ALL[:4]) == "untrained:rotation-1"
    assert main_rival(ALL[:3]) == "pixels" and main_rival(["a-1", "b-2", "c-3"]) == "b-2" and main_rival(["a-1"]) == ""


def test_only_the_main_rival_stays_plain() -> None:
    assert level_of("rotation-1", "imagenet:resnet18", ALL) == level_of("imagenet:resnet18", "rotation-1", ALL) == 0.95
    assert level_of("rotation-1", "pixels", ALL) == pytest.approx(1 - 0.05 / 4)
    assert level_of("pixels", "imagenet:resnet18", ALL) == pytest.approx(1 - 0.05 / 6)  # six pairs of rivals
    assert level_of("a-1", "b-2", ["a-1", "b-2"]) == 0.95


def test_intervals_are_at_their_level_and_at_95_alone() -> None:
    rng = np.random.default_rng(0)
    right = {text: rng.random(60) < 0.6 for text in ALL[:4]}
    for pair in pairs_of(right):
        a_S, b_S = right[pair.a], right[pair.b]
        assert (pair.difference, pair.lo, pair.hi) == paired_difference(a_S, b_S, pair.level)
        assert (pair.difference, *pair.ci95) == paired_difference(a_S, b_S) and (pair.level == 0.95) == ((pair.lo, pair.hi) == pair.ci95)
    numbers = {text: rng.normal(size=60) for text in ALL[:4]}
    for pair in pairs_of(numbers, Measure("Distance", "dB", counted=False)):
        assert pair[2:5] == pytest.approx(mean_interval(numbers[pair.a] - numbers[pair.b], pair.level))


def test_a_level_counts_the_rivals_that_are_still_at_work(run_name: str, compared: Comparison) -> None:
    texts = [run_name, "random:convnet@1", "pixels"]
    assert [pair.level for pair in compared.pairs] == pytest.approx([0.95, 0.975, 0.95])
    found = comparison([*texts, "random:convnet@8"], image_size=SIZE, **SMALL)
    assert found.missing == ["random:convnet@8"] and [pair.level for pair in found.pairs] == pytest.approx([0.95, *[1 - 0.05 / 3] * 2])


def test_a_null_family_excludes_zero_at_most_once_in_twenty() -> None:
    corrected, plain = null_family(5, 200, 600)
    assert corrected <= 0.065 < plain  # 5 % and 1.7 standard errors of 600 families
