"""The layer table as jobs and commands give it: its keys, the chosen layer, several networks, blocks of layers."""

from __future__ import annotations

import numpy as np
import pytest

from ssl_core.evaluation.compare import comparison
from ssl_core.evaluation.probe import read_arrays, read_result
from ssl_core.functional.metrics.intervals import quantile, wilson
from ssl_core.models import layers
from tests.help.comparing import FLAGS, PLAIN, SMALL, said, score
from tests.help.evaluation import SIZE

LAYERED = PLAIN._replace(probe="layers")
STAGES = ["stage1", "stage2", "stage3", "stage4"]


def test_each_target_has_its_layers_beside_its_accuracy(run_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer, _ = said(["compare", run_name, "pixels", "--protocol", "layers", *FLAGS], capsys)
    assert status == 0
    mine, pixels = answer["targets"]
    assert [each["at"] for each in mine["layers"]] == STAGES and [each["at"] for each in pixels["layers"]] == ["pixels"]
    for each in mine["layers"]:
        assert each["ci95"][0] < each["accuracy"] < each["ci95"][1]
        assert {"numbers", "grid", "pool", "held_out", "C", "chosen"} < set(each) and each["numbers"] <= 9600
    (chosen,) = (each for each in mine["layers"] if each["chosen"])
    assert chosen["held_out"] == max(each["held_out"] for each in mine["layers"])
    assert (mine["layer"], mine["accuracy"], mine["ci95"]) == (chosen["at"], chosen["accuracy"], chosen["ci95"])


def test_the_best_of_the_table_has_a_wider_interval_for_so_many_layers() -> None:
    folder = score("random:convnet", protocol=LAYERED)
    rows = read_result(folder)["layers"]
    (best,) = (each for each in rows if "ci" in each)
    assert best["accuracy"] == max(each["accuracy"] for each in rows) and best["level"] == pytest.approx(1 - 0.05 / 4)
    right = read_arrays(folder)["points"][rows.index(best)]
    assert best["ci"] == list(wilson(int(right.sum()), len(right), quantile(best["level"]))[1:])
    assert best["ci"][0] < best["ci95"][0] and best["ci95"][1] < best["ci"][1]


def test_the_chosen_layer_of_several_networks_is_one_and_its_points_are_their_mean(run_name: str) -> None:
    folder = score(f"untrained:{run_name}", protocol=LAYERED)
    result, arrays = read_result(folder), read_arrays(folder)
    place = [each["chosen"] for each in result["layers"]].index(True)
    np.testing.assert_allclose(arrays["points"][place], arrays["right"])
    assert result["accuracy"] == pytest.approx(result["layers"][place]["accuracy"]) == pytest.approx(np.mean(result["by_network"]))
    assert {facts["layer"] for facts in result["facts"]} == {result["layer"]}


def test_layers_in_several_blocks_give_what_one_block_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_result(score("random:convnet@2", protocol=LAYERED))
    monkeypatch.setattr(layers, "BLOCK", 1)
    other = read_result(score("random:convnet@2", protocol=LAYERED._replace(options={"numbers": 9599})))  # another request, equal grids
    assert [each["accuracy"] for each in other["layers"]] == [each["accuracy"] for each in whole["layers"]]


def test_one_layer_may_be_asked_for_and_labels_may_be_few() -> None:
    found = read_result(score("random:convnet", protocol=LAYERED._replace(layer="stage2", labels_per_class=3, seeds=2)))
    assert [each["at"] for each in found["layers"]] == ["stage2"] and found["n_train"] == 30


def test_points_of_a_comparison_keep_the_class_named_for_each_picture() -> None:
    score("random:convnet", protocol=LAYERED)
    found = comparison(["random:convnet"], "digits", "layers", image_size=SIZE, train=SMALL["train"], test=SMALL["test"])
    assert found.series == "layers" and found.protocol == "layer by layer on frozen features"
    for point in found.scored[0].points:
        assert point.guess_S is not None
        np.testing.assert_array_equal(point.guess_S == found.label_S, point.values)
