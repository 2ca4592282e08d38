"""Very many labels: a curve is drawn from the first of each class, the classifier takes them all; and how many walls there are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from ssl_core.fewshot import support, wall
from ssl_core.fewshot.classifier import export_classifier
from ssl_core.fewshot.curve import few_shot
from ssl_core.fewshot.suggest import best_next
from ssl_core.fewshot.support import MOST, centre, features, first_of_each
from ssl_core.fewshot.wall import wall_page, walls
from ssl_core.functional.metrics.prototypes import prototypes, unit_directions
from ssl_core.library import browse, sets
from ssl_core.models.targets import Target
from tests.help.folders import fill
from tests.help.small import small_run


@pytest.fixture
def by_class() -> dict[str, str]:
    """Every training picture of `digits` by its true name, one class after the other, as a table sorted by class has them."""
    data = sets.open_set("digits", "train")
    places = sorted(range(len(data)), key=data.label)
    return {f"train-{i}": data.info.classes[data.label(i)] for i in places}


def test_a_table_sorted_by_class_gives_a_curve_of_all_classes(clean_folders: Path, by_class: dict[str, str]) -> None:
    few = few_shot("digits", ["pixels"], by_class)
    assert (few.labels, few.given) == (MOST, len(by_class)) and few.given > MOST
    assert few.lines[0].points[-1].labels == MOST and few.lines[0].points[-1].accuracy > 0.8
    assert few.each == {name: list(by_class.values()).count(name) for name in few.classes}
    assert set(best_next("digits", "pixels", by_class)) == set(wall.wall_ids("digits")) - set(by_class)


def test_the_first_of_each_class_count_in_the_order_given() -> None:
    pictures, label_N = [f"train-{i}" for i in range(9)], np.array([0, 0, 0, 0, 1, 1, 0, 2, 1])
    chosen, of = first_of_each(pictures, label_N, 6)
    assert chosen == ["train-0", "train-1", "train-2", "train-4", "train-5", "train-7"] and of.tolist() == [0, 0, 0, 1, 1, 2]
    assert first_of_each(pictures, label_N, 99) == (pictures, pytest.approx(label_N))


def test_a_named_test_picture_is_not_tested_even_where_no_curve_is_drawn_from_it(clean_folders: Path, by_class: dict[str, str]) -> None:
    data = sets.open_set("digits", "test")
    more = by_class | {f"test-{i}": data.info.classes[data.label(i)] for i in (3, 8, 9)}  # the last of their classes: beyond the first 500
    assert few_shot("digits", ["pixels"], more).n_test == few_shot("digits", ["pixels"], by_class).n_test - 3


def test_the_classifier_to_take_home_learns_from_every_label(clean_folders: Path, tmp_path: Path) -> None:
    folder, _ = small_run(steps=2)
    data = sets.open_set("scenes", "train")
    places = sorted(range(MOST + 200), key=data.label)
    named = {f"train-{i}": data.info.classes[data.label(i)] for i in places}
    home = export_classifier(folder.name, "scenes", named, tmp_path / "home")
    target = Target.parse(folder.name, "scenes", {})
    known = features(target, places)
    label_N = np.array([data.label(i) for i in places])
    mine_ND = unit_directions(np.stack([known[i] for i in places]), centre(target))
    slow_KD = prototypes(mine_ND, label_N, len(data.info.classes))
    np.testing.assert_allclose(load_file(home / "prototypes.safetensors")["prototypes_KD"], slow_KD, atol=1e-5)
    assert json.loads((home / "classes.json").read_text()) == list(data.info.classes)


def test_who_asks_for_thousands_leaves_room_for_others_after_each_batch(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    whole = support._batch
    monkeypatch.setattr(support, "_batch", lambda *asked: held.append(len(asked[2]) <= support.BATCH) or whole(*asked))
    assert len(features(Target.parse("pixels", "digits"), range(200))) == 200
    assert held == [True] * 4 and not support._lock.locked()


@pytest.mark.parametrize(("pictures", "count"), [(40, 2), (24, 1), (5, 1)])
def test_no_wall_of_a_small_set_is_empty(clean_folders: Path, pictures: int, count: int) -> None:
    name = browse.add_folder("mine", fill(clean_folders / "mine", [f"train/{k:03}.png" for k in range(pictures)] + ["test/a.png"]))
    assert walls(name) == count and all(wall_page(name, page) for page in range(count)) and not wall_page(name, count)


def test_large_sets_have_ten_walls(clean_folders: Path) -> None:
    assert walls("digits") == 10
