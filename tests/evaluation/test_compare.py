"""Probe jobs and comparisons, in this process and on the command line."""

from __future__ import annotations

import importlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from ssl_core.evaluation.compare import Comparison, comparison, pairs_of, request_comparison
from ssl_core.evaluation.probe import probe_asked, probe_request
from ssl_core.evaluation.protocol import Protocol
from ssl_core.evaluation.view import View
from ssl_core.functional.metrics.draws import difference_over_draws, share_over_draws
from ssl_core.functional.metrics.intervals import paired_difference
from ssl_core.jobs.folder import ask
from ssl_core.jobs.worker import work
from ssl_core.models.targets import Target, parse_all
from ssl_core.probes.base import RIGHT
from ssl_core.probes.linear import Linear
from ssl_core.records.homes import home_of
from ssl_core.records.runs import folder_of
from ssl_core.settings import SettingsError
from tests.help.comparing import SMALL, score
from tests.help.evaluation import SIZE, learn_on, run_with_weights


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


def test_chance_is_one_in_ten_and_majority_the_share_of_the_most_frequent_class(compared: Comparison) -> None:
    assert compared.chance == 0.1 and compared.majority == np.bincount(compared.label_S).max() / 150


def test_beside_accuracy_stand_chance_and_majority_and_of_two_uneven_classes_balanced_accuracy_and_area(tmp_path: Path) -> None:
    from PIL import Image

    from ssl_core.library import browse

    rng = np.random.default_rng(0)
    for split, each in (("train", (30, 10)), ("test", (36, 6))):
        for kind, count in enumerate(each):
            (tmp_path / split / "ab"[kind]).mkdir(parents=True)
            for k in range(count):
                pixels = rng.integers(0, 200, (16, 16, 3)) + 40 * kind
                Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / split / "ab"[kind] / f"{k}.png")
    name = browse.add_folder("uneven", tmp_path)
    for probe in ("linear", "knn"):
        how = Protocol(probe=probe, image_size=SIZE)
        score("pixels", name, how)
        (each,) = comparison(["pixels"], name, probe, image_size=SIZE).scored
        guess_S, label_S = each.guess_S, each.label_S
        assert guess_S is not None and each.score_RTS is not None and each.balanced is not None and each.auc is not None
        assert each.rates == (0.5, 36 / 42) and each.balanced.value == pytest.approx(balanced_accuracy_score(label_S, guess_S))
        assert each.auc.value == pytest.approx(roc_auc_score(label_S, each.score_RTS[0, 0])) and each.auc.value > 0.5
        assert set(each.beside()) == {"chance", "majority", "balanced", "balanced_ci95", "auc", "auc_ci95"}
        request = probe_request(parse_all(["pixels"], name, SIZE)[0], how)
        assert request["auc"] == 1  # results of before kept no scores, and have another request


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


def test_a_mean_over_draws_of_labels_has_an_interval_over_draws_and_pictures() -> None:
    how = Protocol(**SMALL, image_size=SIZE, labels_per_class=5, seeds=3)
    folder = score("pixels", protocol=how)
    result = json.loads((folder / "result.json").read_text())
    with np.load(folder / "result.npz") as arrays:
        right, draws_TS = arrays["right"], arrays["draws"]
    assert result["n_train"] == 50 and len(result["facts"]) == 3 and draws_TS.shape == (3, 150)
    assert set(np.round(right * 3).astype(int)) <= {0, 1, 2, 3} and result["accuracy"] == pytest.approx(right.mean(), abs=1e-6)
    assert (result["accuracy"], *result["ci95"]) == pytest.approx(share_over_draws(draws_TS))
    few = {"labels_per_class": 5, "seeds": 3}
    score("random:convnet@1", protocol=how)
    found = comparison(["pixels", "random:convnet@1"], "digits", image_size=SIZE, **SMALL, **few)
    (pair,) = found.pairs
    assert pair[2:5] == pytest.approx(difference_over_draws(found.scored[0].values, found.scored[1].values))


def test_one_draw_of_the_labels_is_said_and_an_interval_of_before_is_not_shown() -> None:
    few = {"image_size": SIZE, "labels_per_class": 5, **SMALL}
    assert "with these labels: another draw of 5 a class gives another figure" in comparison(["pixels"], "digits", **few).notes[-1]
    assert comparison(["pixels"], "digits", seeds=3, **few).notes == []
    (target,) = parse_all(["pixels"], "digits", SIZE)
    request = probe_request(target, Protocol(**few, seeds=4))
    folder = ask("probe", {key: value for key, value in request.items() if key not in ("measure", "seen")}, home_of("pixels"))
    for name in ("result.json", "result.npz"):
        shutil.copy(score("pixels") / name, folder / name)
    found = comparison(["pixels"], "digits", seeds=4, **few)
    assert (found.rows, found.missing, found.outdated) == ([], ["pixels"], ["pixels"])
    shutil.rmtree(folder)


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
