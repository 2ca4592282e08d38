"""Neighbours of one picture by several targets, from features that are there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ssl_core.jobs import warm_worker
from ssl_core.maps.neighbours import alike, request_alike
from ssl_core.models.features import embedded
from ssl_core.models.targets import Target, parse_all
from tests.help.evaluation import run_with_weights


@pytest.fixture(scope="module")
def run_name() -> str:
    name = run_with_weights()
    for target in parse_all([name, "pixels"]):
        embedded(target, "test", len(target.pictures("test")))
    return name


def test_a_picture_is_not_its_own_neighbour_and_the_most_alike_come_first(run_name: str) -> None:
    mine, pixels = alike([run_name, "pixels"], "test-5")
    for found in (mine, pixels):
        assert len(found.ids) == 12 and "test-5" not in found.ids and not found.reason
        assert found.similarity == sorted(found.similarity, reverse=True)


def test_the_nearest_by_pixels_are_those_of_a_plain_loop(run_name: str) -> None:
    (target,) = parse_all([run_name])[:1]
    data = target.pictures("test")
    images = [data[i][0].numpy().astype(np.float64).ravel() for i in range(len(data))]
    mine = images[5]
    cosines = [float(mine @ other / np.linalg.norm(mine) / np.linalg.norm(other)) for other in images]
    order = [i for i in np.argsort([-c for c in cosines], kind="stable") if i != 5]
    (_, pixels) = alike([run_name, "pixels"], "test-5")
    assert {int(name.removeprefix("test-")) for name in pixels.ids} == set(order[:12])
    assert pixels.labels == [data.info.classes[data.label(int(name.removeprefix("test-")))] for name in pixels.ids]


def test_the_nearest_by_a_network_are_those_of_a_plain_loop(run_name: str) -> None:
    (target,) = parse_all([run_name])
    found = embedded(target, "test", len(target.pictures("test")))
    unit_SD = found.features_SD / np.linalg.norm(found.features_SD, axis=1, keepdims=True)
    similar_S = unit_SD @ unit_SD[5]
    similar_S[5] = -2
    (mine,) = alike([run_name], f"test-{found.id_S[5]}")
    assert [int(name.removeprefix("test-")) for name in mine.ids] == found.id_S[np.argsort(-similar_S)[:12]].tolist()
    assert mine.similarity == pytest.approx(np.sort(similar_S)[::-1][:12].tolist(), abs=1e-4)


def test_a_picture_from_outside_is_looked_at_once(run_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    embed = Target.embed
    monkeypatch.setattr(Target, "embed", lambda self, pictures: looked.append(len(pictures)) or embed(self, pictures))
    pictures = np.random.default_rng(3).integers(0, 255, (2, 20, 30, 3), np.uint8)
    first, again, other = (alike([run_name], each)[0] for each in (pictures[0], pictures[0], pictures[1]))
    assert looked == [1, 1] and first == again and other.similarity != first.similarity


def test_a_picture_from_outside_finds_its_twin_first(run_name: str) -> None:
    data = parse_all([run_name])[0].pictures("test")
    mine, pixels = alike([run_name, "pixels"], data[7][0].permute(1, 2, 0).numpy())
    assert mine.ids[0] == pixels.ids[0] == "test-7" and mine.similarity[0] == pytest.approx(1, abs=1e-4)


def test_features_that_are_not_there_are_not_computed_on_the_way(run_name: str) -> None:
    _, other = alike([run_name, "random:convnet@4"], "test-5")
    assert other.ids == [] and other.status is None and other.reason == ""


def test_nothing_is_asked_for_twice(run_name: str) -> None:
    assert request_alike([run_name, "pixels"]) == []


def test_what_is_at_work_is_not_asked_for_again(run_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Path] = []
    monkeypatch.setattr(warm_worker, "hand_over", begun.append)
    assert len(request_alike([run_name, "random:convnet@5"])) == 1 and request_alike([run_name, "random:convnet@5"]) == []
    assert len(begun) == 1 and alike([run_name, "random:convnet@5"], "test-5")[1].status is not None


def test_a_picture_that_is_not_there_is_said(run_name: str) -> None:
    found = alike([run_name], "test-99999")
    assert "can't be read" in found[0].reason
