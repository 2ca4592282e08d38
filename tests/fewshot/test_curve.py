"""What few labels are worth: the same as a slow reckoning, on pictures nobody named; and a classifier that works elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import roc_auc_score

from ssl_core.fewshot import support
from ssl_core.fewshot.classifier import export_classifier
from ssl_core.fewshot.curve import few_shot, few_shot_targets, request_few_shot
from ssl_core.fewshot.suggest import best_next
from ssl_core.fewshot.support import CENTRE, centre, features
from ssl_core.fewshot.wall import classes_of, wall_ids
from ssl_core.functional.metrics.intervals import wilson
from ssl_core.functional.metrics.prototypes import unit_directions
from ssl_core.jobs import status, warm_worker
from ssl_core.jobs.worker import work
from ssl_core.library import browse, sets
from ssl_core.models.features import embedded, how_many
from ssl_core.models.targets import Target
from ssl_core.records.homes import home_of
from ssl_core.settings import SettingsError
from ssl_core.types import PictureId
from tests.help.small import small_run

UNTRAINED = "random:convnet"


@pytest.fixture
def named() -> dict[str, str]:
    """The true names of the first 30 pictures on the wall of `digits`."""
    data = sets.open_set("digits", "train")
    return {picture: data.info.classes[data.label(PictureId.parse(picture).index)] for picture in wall_ids("digits", 30)}


@pytest.fixture
def unnamed(clean_folders: Path) -> str:
    """A flat folder of two kinds of pictures, bright and dark, as a set of one's own."""
    folder, rng = clean_folders / "photos", np.random.default_rng(0)
    folder.mkdir()
    for i in range(30):
        pixels = rng.integers(0, 60, (24, 24, 3)) + 180 * (i % 2) * np.array([1, 0, 1])
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{i:02}.png")
    return browse.add_folder("photos", folder)


def points(few: Any) -> list[tuple[int, float]]:
    return [(point.labels, point.accuracy) for point in few.lines[0].points]


def slowly(target: Target, places: list[int], label_N: np.ndarray) -> float:
    """Accuracy on all test pictures: class means of directions, one picture after the other."""
    known, middle = features(target, places), centre(target)
    train_ND = unit_directions(np.stack([known[i] for i in places]), middle)
    test = embedded(target, "test", how_many(target)[1])
    means = {k: train_ND[label_N == k].mean(0) for k in sorted(set(label_N.tolist()))}
    right = 0
    for feature_D, label in zip(unit_directions(test.features_SD, middle), test.label_S, strict=True):
        right += max(means, key=lambda k: feature_D @ means[k] / np.linalg.norm(means[k])) == label
    return right / len(test.label_S)


def test_the_curve_is_that_of_a_slow_reckoning(clean_folders: Path, named: dict[str, str]) -> None:
    few = few_shot("digits", ["pixels"], named)
    target, places = Target.parse("pixels", "digits"), [PictureId.parse(picture).index for picture in named]
    label_N = np.array([classes_of("digits").index(name) for name in named.values()])
    assert [n for n, _ in points(few)] == list(range(1, 31))
    for n in (1, 9, 30):
        assert points(few)[n - 1][1] == pytest.approx(slowly(target, places[:n], label_N[:n]), abs=1e-9)
    last = few.lines[0].points[-1]
    assert (last.accuracy, last.lo, last.hi) == wilson(round(last.accuracy * few.n_test), few.n_test)
    assert last.accuracy > 0.6 > few.chance  # three pictures a digit name most of the others


def test_a_named_test_picture_counts_as_a_label_and_is_not_tested(clean_folders: Path, named: dict[str, str]) -> None:
    data = sets.open_set("digits", "test")
    more = {**named, **{f"test-{i}": data.info.classes[data.label(i)] for i in (3, 8, 9)}}
    few, without = few_shot("digits", ["pixels"], more), few_shot("digits", ["pixels"], named)
    assert (few.labels, few.n_test) == (len(named) + 3, without.n_test - 3)
    target = Target.parse("pixels", "digits")
    test = embedded(target, "test", how_many(target)[1])
    middle, known = centre(target), features(target, [PictureId.parse(picture).index for picture in named])
    mine = [*known.values(), *test.features_SD[[np.flatnonzero(test.id_S == i)[0] for i in (3, 8, 9)]]]
    train_ND, label_N = unit_directions(np.stack(mine), middle), np.array([classes_of("digits").index(name) for name in more.values()])
    means_KD = np.stack([train_ND[label_N == k].mean(0) / np.linalg.norm(train_ND[label_N == k].mean(0)) for k in range(10)])
    others_S = ~np.isin(test.id_S, (3, 8, 9))
    right_S = (unit_directions(test.features_SD[others_S], middle) @ means_KD.T).argmax(1) == test.label_S[others_S]
    assert points(few)[-1][1] == pytest.approx(right_S.mean(), abs=1e-9)


def test_when_every_test_picture_is_named_nothing_is_claimed(clean_folders: Path) -> None:
    data = sets.open_set("digits", "test")
    labels = {f"test-{i}": data.info.classes[data.label(i)] for i in range(len(data))}
    few = few_shot("digits", ["pixels"], labels)
    assert few.lines == [] and "none is left to test on" in few.left_out[0][1]


def test_unknown_classes_do_not_count(clean_folders: Path, named: dict[str, str]) -> None:
    more = {**named, "train-9999999": "cow"}
    assert few_shot("digits", ["pixels"], more).labels == len(named)
    assert points(few_shot("digits", ["pixels"], more)) == points(few_shot("digits", ["pixels"], named))


def test_no_labels_give_no_points(clean_folders: Path) -> None:
    few = few_shot("digits", ["pixels"], {})
    assert (few.labels, few.lines[0].points, few.hidden) == (0, [], True)


def test_a_picture_that_is_not_there_is_left_out(clean_folders: Path, named: dict[str, str]) -> None:
    assert points(few_shot("digits", ["pixels"], {**named, "train-9999999": "0"})) == points(few_shot("digits", ["pixels"], named))


def test_nothing_long_starts_until_it_is_asked_for(clean_folders: Path, named: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Path] = []
    monkeypatch.setattr(warm_worker, "hand_over", started.append)
    few = few_shot("digits", [UNTRAINED, "pixels"], named)
    assert (few.missing, started, [line.target for line in few.lines]) == ([UNTRAINED], [], ["pixels"])
    assert request_few_shot("digits", [UNTRAINED, "pixels"]) == started
    assert len(started) == 1
    assert work(started[0]).state == "done"
    assert [line.target for line in few_shot("digits", [UNTRAINED, "pixels"], named).lines] == [UNTRAINED, "pixels"]
    assert request_few_shot("digits", [UNTRAINED, "pixels"]) == []


def test_what_can_not_be_had_is_left_out_with_its_reason(clean_folders: Path, named: dict[str, str]) -> None:
    few = few_shot("digits", ["no-such-run", "pixels"], named)
    assert [target for target, _ in few.left_out] == ["no-such-run"]
    assert "There is no run 'no-such-run'" in few.left_out[0][1]
    assert len(few.lines) == 1


def test_a_job_that_failed_says_why(clean_folders: Path, named: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    full = status.Status(state="failed", reason="The disk is full.")
    monkeypatch.setattr(warm_worker, "hand_over", lambda folder: status.write_status(folder, full))
    request_few_shot("digits", [UNTRAINED])
    assert few_shot("digits", [UNTRAINED], named).left_out == [(UNTRAINED, "The disk is full.")]
    assert home_of(UNTRAINED).exists()


def test_without_classes_each_label_is_left_out_once(unnamed: str) -> None:
    pictures = sorted(wall_ids(unnamed, 8))
    data = sets.open_set(unnamed, "train")
    names = {picture: "bright" if data.picture(PictureId.parse(picture).index, 8)[..., 0].mean() > 120 else "dark" for picture in pictures}
    few = few_shot(unnamed, ["pixels"], names, own_classes=("bright", "dark"))
    assert (few.hidden, few.labels, few.n_test) == (False, 8, 8)
    assert few.each == {kind: list(names.values()).count(kind) for kind in ("bright", "dark")}
    assert few.lines[0].points[0].accuracy == 0  # one label: nothing else to name it by
    assert few.lines[0].points[-1].accuracy == 1


def test_eighteen_to_two_is_seen_against_the_larger_class_and_balanced(unnamed: str) -> None:
    dark_first = sorted(wall_ids(unnamed, 30), key=lambda picture: PictureId.parse(picture).index % 2)
    names = {picture: "b" if n >= 18 else "a" for n, picture in enumerate(dark_first[:20])}
    few = few_shot(unnamed, ["pixels"], names, own_classes=("a", "b"))
    assert (few.hidden, few.chance, few.majority, few.rates.reference) == (False, 0.5, 0.9, (0.9, "largest class"))
    balanced, end = few.lines[0].balanced, few.lines[0].points[-1]
    assert balanced is not None and balanced.lo <= balanced.value <= balanced.hi and balanced.value != end.accuracy
    target = Target.parse("pixels", unnamed, {})
    known = features(target, [PictureId.parse(picture).index for picture in names])
    train_ND = unit_directions(np.stack([known[PictureId.parse(picture).index] for picture in names]), centre(target))
    label_N, score_N = np.array([name == "b" for name in names.values()]), []
    for n in range(20):
        means = [train_ND[(label_N == k) & (np.arange(20) != n)].mean(0) for k in (False, True)]
        score_N.append(np.diff([train_ND[n] @ mean / np.linalg.norm(mean) for mean in means])[0])
    assert few.lines[0].auc is not None and few.lines[0].auc.value == pytest.approx(roc_auc_score(label_N, score_N))
    even = few_shot(unnamed, ["pixels"], {picture: "ab"[n % 2] for n, picture in enumerate(dark_first[:20])}, own_classes=("a", "b"))
    assert even.rates.reference == (0.5, "chance") and even.lines[0].balanced is None


def test_the_wall_is_mixed_the_same_every_time_and_has_every_class_early(clean_folders: Path) -> None:
    data = sets.open_set("digits", "train")
    first = wall_ids("digits", 24)
    assert first == wall_ids("digits")[:24] and len(set(wall_ids("digits"))) == 240
    label = [data.label(PictureId.parse(picture).index) for picture in first]
    assert np.bincount(label, minlength=10).min() >= 2
    assert label != sorted(label)


def test_the_most_helpful_picture_is_the_least_decided_of_those_unnamed(clean_folders: Path, named: dict[str, str]) -> None:
    order = best_next("digits", "pixels", named)
    assert not set(order) & set(named) and len(order) == len(set(order)) == 240 - 30
    target = Target.parse("pixels", "digits")
    label_N = np.array([classes_of("digits").index(name) for name in named.values()])
    known, middle = features(target, [PictureId.parse(picture).index for picture in (*named, *order)]), centre(target)
    train_ND = unit_directions(np.stack([known[PictureId.parse(picture).index] for picture in named]), middle)
    means = [train_ND[label_N == k].mean(0) for k in range(10)]

    def margin(picture: str) -> float:
        feature_D = unit_directions(known[PictureId.parse(picture).index][None], middle)[0]
        near = sorted(feature_D @ mean / np.linalg.norm(mean) for mean in means)
        return near[-1] - near[-2]

    found = [margin(picture) for picture in order]
    assert found == sorted(found)


def test_before_any_label_the_wall_itself_comes_next(clean_folders: Path) -> None:
    assert best_next("digits", "pixels", {}, seen={"train-0"}) == [picture for picture in wall_ids("digits") if picture != "train-0"]


def test_the_middle_is_that_of_unlabelled_pictures(clean_folders: Path) -> None:
    target = Target.parse("pixels", "digits")
    known = features(target, [PictureId.parse(picture).index for picture in wall_ids("digits", CENTRE)])
    for order in (list(known.values()), list(known.values())[::-1]):  # features come in the order in which they were asked for
        np.testing.assert_array_equal(centre(target), np.mean(order, 0, dtype=np.float64).astype(np.float32))


def test_features_in_memory_stay_few(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support._memory, "most", 50)
    support._memory.forget()
    features(Target.parse("pixels", "digits"), range(80))
    assert len(support._memory) == 50


def test_a_run_is_compared_with_imagenet_and_its_untrained_self(clean_folders: Path) -> None:
    folder, _ = small_run(steps=2)
    assert few_shot_targets(folder.name) == [folder.name, "imagenet:mobilenet_v2", f"untrained:{folder.name}"]


def test_the_classifier_to_take_home_names_pictures_in_a_fresh_process_as_here(clean_folders: Path, tmp_path: Path) -> None:
    folder, _ = small_run(steps=2)
    data = sets.open_set("scenes", "train")
    wall = wall_ids("scenes", 24)
    named = {picture: data.info.classes[data.label(PictureId.parse(picture).index)] for picture in wall[:12]}
    home = export_classifier(folder.name, "scenes", named, tmp_path / "home")
    target, new = Target.parse(folder.name, "scenes", {}), [PictureId.parse(picture).index for picture in wall[12:15]]
    middle, classes = centre(target), sorted(set(named.values()))
    mine = features(target, [PictureId.parse(picture).index for picture in named])
    train_ND = unit_directions(np.stack(list(mine.values())), middle)
    names = np.array(list(named.values()))
    files = [tmp_path / f"{place}.png" for place in new]
    for place, file in zip(new, files, strict=True):
        Image.fromarray(data[place][0].numpy().transpose(1, 2, 0)).save(file)
    command = [sys.executable, str(home / "classify.py"), *map(str, files)]
    said = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True).stdout.splitlines()
    for place, line in zip(new, said, strict=True):
        file, word, _ = line.split("\t")
        assert file == str(tmp_path / f"{place}.png")
        feature_D = unit_directions(features(target, [place])[place][None], middle)[0]
        near = {name: feature_D @ (mean := train_ND[names == name].mean(0)) / np.linalg.norm(mean) for name in classes}
        assert word == max(near, key=lambda name: near[name])
    assert len((home / "classify.py").read_text().splitlines()) <= 14
    assert set(json.loads((home / "classes.json").read_text())) == set(classes)


def test_a_classifier_of_one_class_is_refused(clean_folders: Path, tmp_path: Path) -> None:
    folder, _ = small_run(steps=2)
    with pytest.raises(SettingsError, match="at least 2 classes. There are labels of 1"):
        export_classifier(folder.name, "scenes", {wall_ids("scenes")[0]: classes_of("scenes")[0]}, tmp_path / "home")
    assert not (tmp_path / "home").exists()
