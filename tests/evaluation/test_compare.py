"""Probe jobs and comparisons, in this process and on the command line."""

from __future__ import annotations

import importlib
import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ssl_core.__main__ import main
from ssl_core.evaluation.compare import Comparison, command, comparison, pairs_of, request_comparison
from ssl_core.evaluation.probe import Protocol, View, probe_asked, probe_request
from ssl_core.functional.metrics.intervals import mean_interval, paired_difference
from ssl_core.jobs.folder import ask, job_name
from ssl_core.jobs.status import status_of
from ssl_core.jobs.worker import work
from ssl_core.models.targets import Target, parse_all
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import RIGHT, Probe, ProbeTarget, Scores
from ssl_core.probes.linear import Linear
from ssl_core.records.homes import home_of
from ssl_core.records.runs import folder_of
from ssl_core.settings import SettingsError
from ssl_core.types import Measure
from tests.help.evaluation import SIZE, learn_on, run_with_weights

SMALL = {"train": 300, "test": 150}


PLAIN = Protocol(**SMALL, image_size=SIZE)


def score(text: str, dataset: str = "digits", protocol: Protocol = PLAIN) -> Path:
    """A probe job, worked here; its folder."""
    (target,) = parse_all([text], dataset, protocol.image_size)
    folder = ask("probe", probe_request(target, protocol), home_of(target.text))
    assert work(folder).state == "done"
    return folder


@pytest.fixture(scope="module")
def run_name() -> str:
    return run_with_weights()


@pytest.fixture(scope="module")
def compared(run_name: str) -> Comparison:
    texts = [run_name, "random:convnet@1", "pixels"]
    for text in texts:
        score(text)
    return comparison(texts, image_size=SIZE, **SMALL)


def test_every_target_has_its_row_in_the_order_asked_for(compared: Comparison, run_name: str) -> None:
    assert [row.target for row in compared.rows] == [run_name, "random:convnet@1", "pixels"]
    assert all(0.2 < row.lo < row.accuracy < row.hi <= 1 for row in compared.rows)
    assert [row.layer for row in compared.rows] == ["stage4", "stage4", "pixels"]
    assert (compared.n_train, compared.n_test, compared.left_out, compared.waiting, compared.missing) == (300, 150, [], [], [])


def test_accuracy_is_the_share_of_pictures_that_were_right(compared: Comparison) -> None:
    for row in compared.rows:
        assert row.accuracy == pytest.approx(compared.right[row.target].mean())
        assert len(compared.right[row.target]) == len(compared.ids) == 150


def test_ids_name_the_pictures_that_were_scored(compared: Comparison, run_name: str) -> None:
    """Each test picture's own features, asked alone, give the answer that is marked right or wrong there."""
    (target,) = parse_all([run_name])
    view = View(target, 300, 150, None, None)
    places = [int(name.removeprefix("test-")) for name in compared.ids]
    labels = [target.pictures("test").label(place) for place in places]
    assert view.labelled("test").label_S.tolist() == labels
    alone = np.stack([(target.pictures("test")[place][0].permute(1, 2, 0).numpy()) for place in places[:5]])
    np.testing.assert_allclose(target.embed(list(alone)), view.labelled("test").features_SD[:5], rtol=1e-3, atol=1e-4)


def test_pairs_are_differences_on_the_same_pictures(compared: Comparison, run_name: str) -> None:
    assert [(pair.a, pair.b) for pair in compared.pairs] == [
        (run_name, "random:convnet@1"),
        (run_name, "pixels"),
        ("random:convnet@1", "pixels"),
    ]
    for pair in compared.pairs:
        rows = {row.target: row.accuracy for row in compared.rows}
        assert pair.difference == pytest.approx(rows[pair.a] - rows[pair.b]) and pair.lo <= pair.difference <= pair.hi


def test_pictures_that_one_could_not_read_are_compared_by_nobody(run_name: str, compared: Comparison) -> None:
    folder = score("random:convnet@5")
    with np.load(folder / "result.npz") as file:
        kept = {name: values[::-1][2:] for name, values in file.items()}  # in another order, too
    np.savez_compressed(folder / "result.npz", **kept)
    found = comparison([run_name, "random:convnet@5"], image_size=SIZE, **SMALL)
    assert found.ids == compared.ids[:-2] and {len(each) for each in found.right.values()} == {148}
    (pair,) = found.pairs
    assert pair.difference == pytest.approx(found.right[run_name].mean() - found.right["random:convnet@5"].mean())
    assert found.label_S.tolist() == compared.label_S[:-2].tolist()


def test_chance_is_the_share_of_the_most_frequent_class(compared: Comparison) -> None:
    assert compared.chance == pytest.approx(0.1, abs=0.01)


def test_the_same_features_differ_by_nothing(run_name: str) -> None:
    right = {"a": np.arange(50) % 2 == 0, "b": np.arange(50) % 2 == 0}
    (pair,) = pairs_of(right)
    assert pair.difference == 0 and pair.lo < 0 < pair.hi


def test_a_finished_score_is_not_worked_again(run_name: str, compared: Comparison) -> None:
    folder = score(run_name)
    stamp = (folder / "result.json").stat().st_mtime_ns
    assert score(run_name) == folder and (folder / "result.json").stat().st_mtime_ns == stamp
    assert request_comparison([run_name, "pixels"], image_size=SIZE, **SMALL) == []


def test_reading_a_comparison_starts_nothing(run_name: str, compared: Comparison) -> None:
    found = comparison([run_name, "random:convnet@7"], image_size=SIZE, **SMALL)
    assert found.missing == ["random:convnet@7"] and not (home_of("random:convnet@7") / "jobs").exists()


def test_scores_are_forgotten_when_a_run_learns_on() -> None:
    name = run_with_weights(seed=3)
    score(name)
    learn_on(folder_of(name), step=9, seed=4)
    assert comparison([name], image_size=SIZE, **SMALL).missing == [name]


def test_a_run_that_learnt_on_while_its_job_waited_is_refused_in_words() -> None:
    name = run_with_weights(seed=5)
    (target,) = parse_all([name], None, SIZE)
    folder = ask("probe", probe_request(target, Protocol(**SMALL)), home_of(name))
    learn_on(folder_of(name), step=9, seed=6)
    status = work(folder)
    assert status.state == "failed" and "has learnt on" in status.reason


def test_what_came_with_the_program_is_found_and_never_written(
    run_name: str, compared: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (target,) = parse_all(["pixels"], "digits", SIZE)
    asked = probe_asked(target, Protocol(**SMALL))
    done = asked.finished()
    assert done is not None
    monkeypatch.setattr(importlib.import_module("ssl_core.records.runs"), "STARTER", tmp_path / "starter")
    shipped = tmp_path / "starter" / "baselines" / home_of("pixels").name / "jobs" / done.name
    shutil.copytree(done, shipped)
    monkeypatch.setenv("SSL_CACHE", str(tmp_path / "cache"))
    assert asked.finished() == shipped
    assert comparison(["pixels"], "digits", image_size=SIZE, **SMALL).rows[0].accuracy == compared.rows[2].accuracy
    assert not (tmp_path / "cache" / "targets").exists()


def test_missing_imagenet_weights_leave_it_out_and_the_rest_goes_on(
    run_name: str, compared: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_DATA", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "hub"))
    (target,) = parse_all(["imagenet:mobilenet_v2"], "digits", SIZE)
    work(ask("probe", probe_request(target, Protocol(**SMALL)), home_of(target.text)))
    found = comparison([run_name, "imagenet:mobilenet_v2", "pixels"], "digits", image_size=SIZE, **SMALL)
    assert [row.target for row in found.rows] == [run_name, "pixels"] and len(found.pairs) == 1
    ((text, reason),) = found.left_out
    assert text == "imagenet:mobilenet_v2" and ".pth" in reason and str(tmp_path) in reason


def test_a_run_without_weights_is_left_out_with_the_reason() -> None:
    from ssl_core.training.request import new_run

    name = new_run({"task": "rotation", "dataset": "digits"})
    found = comparison([name, "pixels"], "digits", image_size=SIZE, **SMALL)
    assert found.left_out[0][0] == name and "no weights yet" in found.left_out[0][1]


def test_pictures_without_labels_are_refused_in_words(tmp_path: Path) -> None:
    from PIL import Image

    from ssl_core.library import browse

    for k in range(12):
        Image.fromarray(np.full((16, 16, 3), 20 * k, np.uint8)).save(tmp_path / f"{k}.png")
    name = browse.add_folder("no labels", tmp_path)
    (target,) = parse_all(["pixels"], name, SIZE)
    status = work(ask("probe", probe_request(target, Protocol()), home_of("pixels")))
    assert status.state == "failed" and "no train pictures with labels" in status.reason


def test_few_labels_are_the_same_pictures_for_every_target_and_another_draw_for_another_seed(run_name: str) -> None:
    views = [View(target, 300, 150, None, 3) for target in parse_all([run_name, "pixels"], "digits", SIZE)]
    labels = [view.labelled("train").label_S for view in views]
    assert np.bincount(labels[0]).tolist() == [3] * 10 and (labels[0] == labels[1]).all()
    first = views[1].labelled("train").features_SD
    views[1].seed = 1
    assert np.abs(views[1].labelled("train").features_SD - first).max() > 0


def test_a_mean_over_draws_of_labels_has_an_interval_over_pictures() -> None:
    folder = score("pixels", protocol=Protocol(**SMALL, image_size=SIZE, labels_per_class=5, seeds=3))
    result = json.loads((folder / "result.json").read_text())
    with np.load(folder / "result.npz") as arrays:
        right = arrays["right"]
    assert result["n_train"] == 50 and len(result["facts"]) == 3
    assert set(np.round(right * 3).astype(int)) <= {0, 1, 2, 3} and result["accuracy"] == pytest.approx(right.mean(), abs=1e-6)
    assert result["ci95"][0] < result["accuracy"] < result["ci95"][1]


def test_the_linear_score_is_the_probes_on_the_same_features() -> None:
    (target,) = parse_all(["pixels"], "digits", SIZE)
    C = json.loads((score("pixels") / "result.json").read_text())["facts"][0]["C"]
    right = Linear(Linear.Options(C=C)).score(View(target, 300, 150, None, None), np.random.default_rng(0)).value_S
    assert right.mean() == pytest.approx(json.loads((score("pixels") / "result.json").read_text())["accuracy"])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"protocol": "guess"}, "There is no probe 'guess'"),
        ({"seeds": 0}, "'seeds' must be between 1 and 20"),
        ({"labels_per_class": 0}, "'labels-per-class' must be between"),
        ({"train": -1}, "'train-images' must be at least 1"),
        ({"options": {"C": -1}}, "'C' of linear must be"),
    ],
)
def test_what_is_out_of_range_is_refused_by_name(settings: dict[str, Any], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    (target,) = parse_all(["pixels"], "digits", SIZE)
    given = {"probe" if name == "protocol" else name: value for name, value in settings.items()}
    with pytest.raises(SettingsError, match=words):
        probe_request(target, Protocol(**given))


# Scores of other kinds than right or wrong


class Apart(Probe):
    """How far a test picture lies from the nearest train picture."""

    name, title = "apart", "Nearest distance"
    measure = Measure("Distance to the nearest train picture", "dB", counted=False)

    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        train, test = target.labelled("train").features_SD, target.labelled("test").features_SD
        far_SS = ((test[:, None] - train[None]) ** 2).mean(2)
        return Scores((10 * np.log10(far_SS.min(1) + 1e-9)).astype(np.float32), None, {"train": len(train)})


@pytest.fixture
def apart(run_name: str, monkeypatch: pytest.MonkeyPatch) -> Comparison:
    """A run and raw pixels, compared by a number that is no answer to a question."""
    monkeypatch.setitem(PROBES.parts, "apart", Apart)
    for text in (run_name, "pixels"):
        score(text, protocol=PLAIN._replace(probe="apart"))
    return comparison([run_name, "pixels"], "digits", "apart", image_size=SIZE, **SMALL)


def test_a_number_a_picture_is_averaged_with_the_interval_of_a_mean(apart: Comparison) -> None:
    for row in apart.rows:
        assert row[3:6] == pytest.approx(mean_interval(apart.values[row.target])) and row.measure == Apart.measure


def test_numbers_are_paired_picture_by_picture(apart: Comparison, run_name: str) -> None:
    (pair,) = apart.pairs
    mine_S, pixels_S = (apart.values[text].astype(float) for text in (run_name, "pixels"))
    assert pair[2:5] == pytest.approx(mean_interval(mine_S - pixels_S)) and pair.measure.unit == "dB"


def test_a_number_a_picture_names_no_class_and_nobody_is_right(apart: Comparison) -> None:
    assert (apart.guess, apart.right, apart.chance) == ({}, {}, 0.0)
    assert len(apart.label_S) == len(apart.ids) == 150


def test_the_command_line_says_the_unit(apart: Comparison, run_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", run_name, "--protocol", "apart", *FLAGS]) == 0
    told = capsys.readouterr().out
    assert (
        f"Distance to the nearest train picture: {apart.rows[0].accuracy:.1f} dB (95 % interval " in told
        and "%" not in told.split("95 %")[1]
    )
    assert main(["compare", run_name, "pixels", "--protocol", "apart", *FLAGS]) == 0
    told = capsys.readouterr().out
    assert f"{apart.pairs[0].difference:+.1f} dB" in told and "%" not in told and "chance" not in told


def test_the_same_keys_are_printed_for_every_kind_of_score(apart: Comparison, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer, _ = said(["probe", "pixels", "--protocol", "apart", *FLAGS], capsys)
    assert status == 0 and answer["accuracy"] == apart.rows[1].accuracy
    assert set(answer) == {"target", "protocol", "layer", "n_train", "n_test", "image_size", "accuracy", "ci95", "seconds", "notes"}


def test_a_score_without_finite_values_fails_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(Apart):
        def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
            return Scores(np.full(len(target.labelled("test").label_S), np.inf, np.float32), None, {})

    monkeypatch.setitem(PROBES.parts, "endless", Endless)
    (target,) = parse_all(["pixels"], "digits", SIZE)
    status = work(probe_asked(target, PLAIN._replace(probe="endless")).ask())
    assert status.state == "failed" and "'Distance to the nearest train picture' is a finite number for fewer than 2" in status.reason


@pytest.mark.parametrize("seed", range(3))
def test_pairs_of_right_and_wrong_are_those_of_disagreements(seed: int) -> None:
    rng = np.random.default_rng(seed)
    right = {name: rng.random(40) < 0.6 for name in "ab"}
    (pair,) = pairs_of(right)
    assert pair[2:5] == paired_difference(right["a"], right["b"]) and pair.measure == RIGHT


def test_every_target_is_read_once(run_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    parse = Target.parse
    monkeypatch.setattr(Target, "parse", staticmethod(lambda text, *given: read.append(text) or parse(text, *given)))
    found = parse_all(["pixels", run_name], None, SIZE)
    assert read == ["pixels", run_name]
    assert found == [parse(text, "digits", parse(run_name).dataset_options, SIZE) for text in ("pixels", run_name)]


# On the command line

FLAGS = ["--dataset", "digits", "--train-images", "300", "--test-images", "150", "--image-size", str(SIZE)]


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, Any, str]:
    """Exit status, the JSON of the last line, what went to stderr."""
    status = main([*arguments, "--json"])
    out, err = capsys.readouterr()
    return status, json.loads(out.splitlines()[-1]) if out else None, err


def test_probe_prints_one_object_with_the_agreed_keys(run_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer, _ = said(["probe", run_name, "--protocol", "knn", *FLAGS], capsys)
    assert status == 0
    assert set(answer) == {"target", "protocol", "layer", "n_train", "n_test", "image_size", "accuracy", "ci95", "seconds", "notes"}
    assert (answer["target"], answer["protocol"], answer["n_train"], answer["image_size"]) == (run_name, "knn", 300, SIZE)
    assert answer["ci95"][0] < answer["accuracy"] < answer["ci95"][1]


def test_compare_prints_targets_pairs_and_those_left_out(
    compared: Comparison, run_name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_DATA", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "hub"))
    status, answer, _ = said(["compare", run_name, "pixels", "imagenet:resnet18", *FLAGS], capsys)
    assert status == 0
    assert set(answer) == {"protocol", "n_train", "n_test", "targets", "pairs", "left_out", "notes"}
    assert [row["target"] for row in answer["targets"]] == [run_name, "pixels"]
    (pair,) = answer["pairs"]
    assert (pair["a"], pair["b"]) == (run_name, "pixels") and pair["ci95"][0] <= pair["difference"] <= pair["ci95"][1]
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


def test_what_an_earlier_version_measured_of_imagenet_is_said_and_neither_shown_nor_paired(run_name: str) -> None:
    """A result of before has no version in its request: the size that ImageNet saw then isn't the one of now."""
    how = Protocol(train=290, test=140, image_size=SIZE)  # which no other test asks for
    texts = [run_name, "imagenet:mobilenet_v2", "pixels"]
    (target,) = (each for each in parse_all(texts, "digits", SIZE) if each.kind == "imagenet")
    request = probe_request(target, how)
    assert (request["measure"], request["seen"]) == (2, SIZE)
    assert comparison(texts, image_size=SIZE, train=290, test=140).outdated == []
    old = {key: value for key, value in request.items() if key not in ("measure", "seen")}
    folder = ask("probe", old, home_of(target.text))
    for text in (run_name, "pixels"):
        done = score(text, protocol=how)
    for name in ("result.json", "result.npz"):
        shutil.copy(done / name, folder / name)
    found = comparison(texts, image_size=SIZE, train=290, test=140)
    assert found.missing == found.outdated == [target.text] and [row.target for row in found.rows] == [run_name, "pixels"]
    assert {(pair.a, pair.b) for pair in found.pairs} == {(run_name, "pixels")}
    shutil.rmtree(folder)


def test_rows_say_the_runs_size_and_their_own(compared: Comparison) -> None:
    row = compared.rows[0]
    assert row.run_size == SIZE and row.sizes == f"{SIZE} px"
    assert row._replace(title="ImageNet", run_size=32, image_size=224).sizes == "run 32 px, ImageNet 224 px"
