"""Protocols with a series, from the command to the pairs; the hygiene that every protocol keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import ssl_core as core
from ssl_core.evaluation.compare import Comparison, comparison
from ssl_core.evaluation.series import PointPair, crossing, point_pairs
from ssl_core.evaluation.values import interval_of
from ssl_core.functional.metrics.intervals import mean_interval, wilson
from ssl_core.models.targets import parse_all
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import RIGHT
from tests.help.comparing import FLAGS, PLAIN, SMALL, said, score
from tests.help.evaluation import SIZE

LABELS, SHOTS = {"labels": "2, 30%", "draws": 3}, {"ways": 3, "shots": [1, 3], "queries": 4, "episodes": 50}
FEWER: dict[str, dict[str, Any]] = {"fractions": LABELS, "episodes": SHOTS, "forest": {"trees": 50}}


def found(run: str, protocol: str, options: dict[str, Any]) -> Comparison:
    """A run's network untrained, the mean of three, beside raw pixels."""
    texts = [f"untrained:{run}", "pixels"]
    for text in texts:
        score(text, protocol=PLAIN._replace(probe=protocol, options=options))
    return comparison(texts, "digits", protocol, options=options, image_size=SIZE, train=SMALL["train"], test=SMALL["test"])


def test_fractions_have_a_point_a_number_of_labels_with_an_interval_over_draws(run_name: str) -> None:
    means, pixels = found(run_name, "fractions", LABELS).scored
    assert [point.at for point in pixels.points] == [2, 9, 30]
    for point in pixels.points[:-1]:
        assert point.values.shape == (3, 150)
        assert (point.accuracy, point.lo, point.hi) == pytest.approx(interval_of(point.values, RIGHT), abs=1e-6)
    last = pixels.points[-1]
    assert (last.accuracy, last.lo, last.hi) == pytest.approx(wilson(int(pixels.value_S.sum()), 150))
    assert (last.accuracy, last.lo, last.hi) == (pixels.row.accuracy, pixels.row.lo, pixels.row.hi)
    assert means.points[0].values.shape == (3, 150) and len(means.row.by_network) == 3
    assert means.points[-1].accuracy == pytest.approx(means.row.accuracy, abs=1e-6)


def test_episodes_are_scored_over_episodes_and_paired_episode_by_episode(run_name: str) -> None:
    compared = found(run_name, "episodes", SHOTS)
    means, pixels = compared.scored
    assert pixels.unit_E is not None and pixels.unit_E.shape == (50,) and pixels.value_S.shape == (150,)
    assert (pixels.row.accuracy, pixels.row.lo, pixels.row.hi) == pytest.approx(mean_interval(pixels.unit_E))
    (pair,) = compared.pairs
    assert (pair.difference, pair.lo, pair.hi) == pytest.approx(mean_interval(means.unit_E - pixels.unit_E))
    assert pair.mcnemar is None and compared.chance == pytest.approx(1 / 3) and len(compared.right) == 2
    assert [each.at for each in point_pairs(means, pixels)] == [1, 3]
    assert np.mean(means.row.by_network) == pytest.approx(means.row.accuracy)


def test_on_some_of_the_pictures_episodes_leave_each_pictures_share(run_name: str) -> None:
    _, pixels = found(run_name, "episodes", SHOTS).scored
    some = pixels.on(pixels.id_S[5:40])
    assert some.unit_E is None and some.values.shape == (35,) and some.points[0].unit_E is None
    np.testing.assert_array_equal(some.value_S, pixels.value_S[5:40])


def test_the_command_line_has_the_points_of_targets_and_of_pairs(run_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--protocol.labels", "2, 30%", "--protocol.draws", "3"]
    status, answer, _ = said(["compare", f"untrained:{run_name}", "pixels", "--protocol", "fractions", *options, *FLAGS], capsys)
    assert status == 0
    for target in answer["targets"]:
        assert [point["at"] for point in target["points"]] == [2, 9, 30]
        assert set(target["points"][0]) == {"at", "accuracy", "ci95", "labels", "fewest", "C"}
    (pair,) = answer["pairs"]
    assert [point["at"] for point in pair["points"]] == [2, 9, 30] and pair["points"][0]["level"] == pytest.approx(1 - 0.05 / 3)


def test_few_labels_are_not_asked_for_twice(capsys: pytest.CaptureFixture[str]) -> None:
    for protocol in ("fractions", "episodes"):
        status, _, error = said(["probe", "pixels", "--protocol", protocol, "--labels-per-class", "4", *FLAGS], capsys)
        assert status != 0 and f"'labels-per-class' has no say in the protocol {protocol}, which draws few labels itself" in error


def signs(*ahead: int) -> list[PointPair]:
    ends = {1: (0.1, 0.3), 0: (-0.1, 0.1), -1: (-0.3, -0.1)}
    return [PointPair(at, sum(ends[sign]) / 2, *ends[sign], 0.95) for at, sign in zip((4, 25, 100, 1000), ahead, strict=False)]


def test_curves_cross_only_where_both_sides_are_sure() -> None:
    assert crossing(signs(1, 1, -1)) == (25, 100) and crossing(signs(1, 0, 0, -1)) == (4, 1000)
    for none in (signs(1, 1, 0), signs(0, 0), signs(0, -1, -1), []):
        assert crossing(none) is None


def test_no_protocol_changes_the_network_which_is_in_eval_mode(run_name: str) -> None:
    (target,) = parse_all([run_name], "digits", SIZE)
    network = target.network()
    before = {name: value.clone() for name, value in network.backbone.state_dict().items()}
    for protocol in (name for name, probe in PROBES.items() if not probe.trains):  # fine-tuning teaches a copy: test_tuned.py
        score(run_name, protocol=PLAIN._replace(probe=protocol, options=FEWER.get(protocol, {})))
    after = target.network().backbone
    assert not any(part.training for part in after.modules())
    assert before.keys() == after.state_dict().keys()
    assert all(torch.equal(before[name], value) for name, value in after.state_dict().items())


def test_a_notebook_gets_the_points_too(run_name: str) -> None:
    given: dict[str, Any] = {"dataset": "digits", "train_images": 300, "test_images": 150, "image_size": SIZE, "progress": False}
    score("pixels", protocol=PLAIN._replace(probe="episodes", options=SHOTS))
    answer = core.probe("pixels", "episodes", options=SHOTS, **given)
    assert [point.at for point in answer.points] == [1, 3] and answer.points[-1].accuracy == answer.accuracy
    assert answer.chance == pytest.approx(1 / 3) and "points" in repr(answer)
    beside = core.compare(["pixels"], "episodes", options=SHOTS, **given)
    assert [point.at for point in beside.points["pixels"]] == [1, 3]
