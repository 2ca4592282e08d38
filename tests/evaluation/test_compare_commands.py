"""Probes and comparisons on the command line."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pytest

from ssl_core.__main__ import main
from ssl_core.evaluation.compare import Comparison, command
from ssl_core.evaluation.probe import probe_request
from ssl_core.evaluation.protocol import Protocol
from ssl_core.jobs.folder import job_name
from ssl_core.jobs.status import status_of
from ssl_core.models.targets import parse_all
from ssl_core.records.runs import folder_of
from tests.help.comparing import FLAGS, SMALL, said
from tests.help.evaluation import SIZE


def test_probe_prints_one_object_with_the_agreed_keys(run_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer, _ = said(["probe", run_name, "--protocol", "knn", *FLAGS], capsys)
    assert status == 0
    measured = {"target", "protocol", "layer", "n_train", "n_test", "image_size", "accuracy", "ci95", "seconds", "notes"}
    assert set(answer) == {*measured, "chance", "majority"} and answer["chance"] == 0.1 <= answer["majority"]
    assert (answer["target"], answer["protocol"], answer["n_train"], answer["image_size"]) == (run_name, "knn", 300, SIZE)
    assert answer["ci95"][0] < answer["accuracy"] < answer["ci95"][1]


def test_compare_prints_targets_pairs_and_those_left_out(
    compared: Comparison, run_name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_DATA", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "hub"))
    status, answer, _ = said(["compare", run_name, "pixels", "imagenet:resnet18", *FLAGS], capsys)
    assert status == 0
    assert set(answer) == {"protocol", "n_train", "n_test", "chance", "majority", "targets", "pairs", "left_out", "notes"}
    assert [row["target"] for row in answer["targets"]] == [run_name, "pixels"]
    (pair,) = answer["pairs"]
    assert (pair["a"], pair["b"]) == (run_name, "pixels") and pair["ci95"][0] <= pair["difference"] <= pair["ci95"][1]
    assert pair["interval"] == pair["ci95"] and pair["level"] == 0.95  # with one rival nothing is corrected
    assert [row["target"] for row in answer["left_out"]] == ["imagenet:resnet18"]


def test_the_command_of_a_comparison_repeats_it(compared: Comparison, capsys: pytest.CaptureFixture[str]) -> None:
    words = compared.command.split()
    assert words[:3] == ["python", "-m", "ssl_core"]
    _, answer, _ = said(words[3:], capsys)
    assert [row["accuracy"] for row in answer["targets"]] == [row.accuracy for row in compared.rows]
    assert [pair["difference"] for pair in answer["pairs"]] == [pair.difference for pair in compared.pairs]


def test_the_command_of_a_run_with_a_space_in_its_name_can_be_pasted() -> None:
    told = command(["rotation-1 (copy)", "random:convnet@3"], "my pets", Protocol())
    assert shlex.split(told)[3:7] == ["compare", "rotation-1 (copy)", "random:convnet@3", "--dataset"] and "'my pets'" in told


def test_embed_writes_features_labels_and_ids(run_name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "features.npz"
    status, answer, _ = said(["embed", run_name, "--split", "train", "--images", "120", "--out", str(out)], capsys)
    assert status == 0 and answer["n"] == 120
    with np.load(out) as arrays:
        assert arrays["features"].shape == (120, answer["width"]) and arrays["features"].dtype == np.float32
        assert np.bincount(arrays["labels"]).tolist() == [12] * 10
        assert arrays["ids"][0].startswith("train-")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["probe", "nobody"], "There is no run 'nobody'"),
        (["probe", "pixels", "--protocol", "guess"], "There is no probe 'guess'"),
        (["probe", "pixels", "--labels-per-class", "few"], "'labels-per-class' must be a whole number or all"),
        (["probe", "pixels", "--image-size", "4"], "'image-size' must be between 8 and 512"),
        (["probe", "random:convnet", "--layer", "stage9", "--dataset", "digits"], "'layer' of random:convnet must be one of"),
        (["embed", "pixels", "--out", "/nowhere/at/all.npz", "--dataset", "digits"], "'out' must lie in a folder that is there"),
        (["project", "pixels", "--projector", "globe", "--out", "x.npz"], "There is no projector 'globe'"),
        (["compare"], "The following arguments are required: TARGET"),
    ],
)
def test_a_wrong_request_ends_with_2_and_one_sentence(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert words in err and out == "" and len(err.strip().splitlines()) == 1


def test_a_score_that_fails_ends_with_1(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_DATA", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "hub"))
    assert main(["probe", "imagenet:alexnet", *FLAGS]) == 1
    assert "alexnet" in capsys.readouterr().err


def test_jobs_of_a_run_lie_in_its_own_folder(run_name: str, compared: Comparison) -> None:
    (target,) = parse_all([run_name], None, SIZE)
    folder = folder_of(run_name) / "jobs" / job_name("probe", probe_request(target, Protocol(**SMALL)))
    assert status_of(folder).state == "done"
