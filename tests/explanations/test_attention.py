"""Where networks look: maps of one picture on one scale, and shares of attention on the object."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import t as student

from ssl_core.explainers.gradcam import GradCAM
from ssl_core.explanations import attention, explained, shares
from ssl_core.jobs import warm_worker
from ssl_core.jobs.folder import ask
from ssl_core.library import browse, sets
from ssl_core.models.build import build_task
from ssl_core.models.loaded import model_of
from ssl_core.models.samples import as_samples
from ssl_core.models.targets import Target
from ssl_core.models.untrained import UNTRAINED
from ssl_core.parts.catalogues import TASKS
from ssl_core.predictions.play import play
from ssl_core.records import homes
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json, write_json
from tests.help.evaluation import run_with_weights

IMAGENET = "imagenet:mobilenet_v2"
PICTURE = np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)


class Quiet:
    """A reporter that nobody listens to."""

    def progress(self, stage: str, done: int = 0, of: int = 0) -> None:
        return


@pytest.fixture(autouse=True)
def own(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_DATA", str(clean_folders / "nothing"))
    monkeypatch.setenv("TORCH_HOME", str(clean_folders / "torch"))
    monkeypatch.setattr(shares, "PICTURES", 12)
    monkeypatch.setattr(shares, "BATCH", 5)


def scenes_run() -> str:
    return run_with_weights(dataset="scenes", dataset_options={"n_train": 70, "n_test": 12}, recipe={"image_size": 16, "batch": 8})


def work_asked(text: str, dataset: str = "scenes") -> dict[str, Any]:
    """Works a target's request here and now."""
    folder = ask("explain", shares.share_request(text, dataset), homes.home_of(text))
    shares.work_explain(folder, read_json(folder / "spec.json"), Quiet())
    return read_json(folder / "result.json")


def test_every_map_has_a_mean_of_one_so_that_maps_can_be_compared() -> None:
    (row,) = attention.attention([run_with_weights()], PICTURE)
    assert [each.kind for each in row.maps] == ["stages"] * 4 + ["answer"]
    assert all(each.times_HW.mean() == pytest.approx(1, abs=1e-5) for each in row.maps if each.times_HW.any())


def test_a_map_without_anything_stays_empty() -> None:
    assert not attention.times_average(torch.zeros(4, 4)).any()


def test_the_answer_that_is_explained_is_the_one_that_is_played() -> None:
    name = run_with_weights()
    (row,) = attention.attention([name], PICTURE)
    verdict = play(name, PICTURE, {"turn": 0}).verdict
    assert verdict is not None
    word, sure = max(verdict.bars, key=lambda bar: bar[1])
    assert row.note == f"says “{word}”, {100 * sure:.0f} % sure" and row.maps[-1].name == f"for “{word}”"


def test_a_tasks_answer_is_explained_as_if_its_head_were_asked_directly() -> None:
    spoke = False
    for seed in range(6):  # an untrained network's map may be empty: nothing speaks for its answer
        name = run_with_weights(seed=seed)
        task, _ = model_of(name)
        images_BCHW = as_samples([PICTURE], task.data.image_size).images_BCHW
        (direct,) = GradCAM(GradCAM.Options()).maps(task.encoder, images_BCHW, lambda _, features, task=task: task.head(features.pooled_BD))
        (row,) = attention.attention([name], PICTURE)
        expected_HW = torch.as_tensor(attention.times_average(direct.map_BHW[0]))
        torch.testing.assert_close(torch.from_numpy(row.maps[-1].times_HW), expected_HW)
        spoke = spoke or bool(expected_HW.any())
    assert spoke


def test_no_hook_stays_on_a_shared_network() -> None:
    name = run_with_weights()
    attention.attention([name], PICTURE)
    assert not any(module._forward_hooks for module in model_of(name)[0].modules())


def test_the_twin_has_the_runs_first_weights() -> None:
    name = run_with_weights(seed=4)
    twin = explained.explained_of(UNTRAINED + name)
    first = build_task(spec_of(folder_of(name)))
    assert twin.task is not None
    for (path, weight), other in zip(first.named_parameters(), twin.task.parameters(), strict=True):
        assert torch.equal(weight, other), path


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_task_is_looked_through_before_training_too(task: str) -> None:
    small = {"dataset": "scenes", "dataset_options": {"n_train": 320, "n_test": 12}, "recipe": {"image_size": 16, "batch": 8}}
    (row,) = attention.attention([UNTRAINED + run_with_weights(task=task, **small)], PICTURE)
    assert row.title == "Before training" and row.maps, row.note


def test_a_transformers_heads_are_shown() -> None:
    name = run_with_weights(backbone="vit", backbone_options={"width": 16, "depth": 2, "heads": 2, "patch": 4})
    (row,) = attention.attention([name], PICTURE)
    names = [each.name for each in row.maps if each.kind == "heads"]
    assert names == ["all blocks together", "head 1 of block 2", "head 2 of block 2"]


def test_a_task_without_an_answer_shows_its_stages_and_says_so() -> None:
    (row,) = attention.attention([run_with_weights(task="inpainting", recipe={"image_size": 16, "batch": 64})], PICTURE)
    assert {each.kind for each in row.maps} == {"stages"} and "gives no answer of its own" in row.note


@pytest.mark.parametrize(
    ("target", "sentence"), [("pixels", "it has no network"), ("imagenet:mobilenet_v2", "put 'mobilenet_v2"), ("nobody-9", "no run")]
)
def test_what_cannot_be_looked_into_is_a_row_that_says_why(target: str, sentence: str) -> None:
    (row,) = attention.attention([target], PICTURE)
    assert row.maps == [] and sentence in row.note


def test_an_even_map_puts_a_boxes_area_into_it() -> None:
    box_B4 = torch.tensor([[0.1, 0.2, 0.33, 0.47], [0.0, 0.0, 1.0, 1.0]])
    torch.testing.assert_close(shares.share_inside(torch.ones(2, 7, 5), box_B4).float(), box_B4[:, 2] * box_B4[:, 3])


def test_a_share_is_what_a_slow_loop_over_fine_points_counts() -> None:
    map_HW = torch.rand(4, 4, generator=torch.Generator().manual_seed(1))
    left, top, width, height = 0.13, 0.4, 0.51, 0.37
    inside, fine = 0.0, 400
    for y in range(fine):
        for x in range(fine):
            if left <= (x + 0.5) / fine < left + width and top <= (y + 0.5) / fine < top + height:
                inside += float(map_HW[y * 4 // fine, x * 4 // fine])
    counted = inside / (float(map_HW.sum()) * (fine / 4) ** 2)
    found = shares.share_inside(map_HW[None], torch.tensor([[left, top, width, height]]))
    assert float(found[0]) == pytest.approx(counted, abs=2e-3)


def test_boxes_in_the_middle_keep_their_size() -> None:
    moved = shares.in_the_middle(torch.tensor([[0.7, 0.0, 0.2, 0.6]]))
    torch.testing.assert_close(moved, torch.tensor([[0.4, 0.2, 0.2, 0.6]]))


def test_shares_are_means_over_all_pictures_with_their_interval() -> None:
    name = scenes_run()
    result = work_asked(name)
    data = sets.open_set("scenes", "test", 16)
    images = torch.from_numpy(data.read_many(range(12)).images_NCHW).float() / 255
    box_B4 = torch.tensor([tuple(data.box(i)) for i in range(12)])
    task, _ = model_of(name)
    map_BHW = task.encoder.activations(images, task.encoder.layers[-1:])[task.encoder.layers[-1]].square().sum(1)
    late = 0.5 / map_BHW.shape[-1] - 0.5 / 16
    expected_S = shares.share_inside(map_BHW, box_B4, late).numpy()
    value, lo, hi = result["kinds"]["stages"]["share"]
    assert value == pytest.approx(expected_S.mean(), rel=1e-4)
    assert hi - lo == pytest.approx(2 * student.ppf(0.975, 11) * expected_S.std(ddof=1) / 12**0.5, rel=1e-3)
    assert result["n"] == 12 and result["area"] == pytest.approx(float((box_B4[:, 2] * box_B4[:, 3]).mean()))


def test_a_share_is_compared_with_the_middle_picture_by_picture() -> None:
    share_S = torch.tensor([0.2, 0.5, 0.9, float("nan"), 0.4])
    other_S = share_S - torch.tensor([0.1, 0.1, 0.1, 0.1, 0.2])
    rows_3S = torch.stack([share_S, other_S, other_S])
    found = shares._summary([rows_3S[:, :3], rows_3S[:, 3:]])
    assert found["over_other"] == found["over"] and found["other"] == found["centre"]
    over_S = np.array([0.1, 0.1, 0.1, 0.2])
    half = student.ppf(0.975, 3) * over_S.std(ddof=1) / 2
    assert found["n"] == 4 and found["over"] == pytest.approx([over_S.mean(), over_S.mean() - half, over_S.mean() + half], rel=1e-4)
    assert found["over"][1] > 0 and found["share"][1] < found["centre"][2]  # unpaired, the intervals overlap


def test_maps_that_are_all_empty_have_no_share_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    name = scenes_run()
    monkeypatch.setattr(shares, "share_inside", lambda map_BHW, box_B4, late: torch.full((len(box_B4),), float("nan")))
    assert work_asked(name)["kinds"] == {}
    found = shares.shares([name], "scenes")
    assert not found.rows and found.left_out == [(name, "nothing stands out in its maps, so that they have no shares.")]


def test_shares_of_an_earlier_version_are_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    name = scenes_run()
    request = shares.share_request(name, "scenes")
    assert request["measure"] == shares.MEASURE
    old = {key: value for key, value in request.items() if key != "measure"}
    kinds = {"stages": {"share": [0.6, 0.5, 0.7], "centre": [0.4, 0.3, 0.5]}}
    write_json(ask("explain", old, homes.home_of(name)) / "result.json", {"n": 200, "area": 0.28, "kinds": kinds})
    assert not shares.shares([name], "scenes").rows and shares.outdated_shares([name], "scenes") == [name]


def test_shares_of_a_run_and_its_twin_are_read_back() -> None:
    name = scenes_run()
    targets = [name, UNTRAINED + name]
    for text in targets:
        work_asked(text)
    found = shares.shares([*targets, "pixels"], "scenes")
    assert {(row.target, row.kind) for row in found.rows} == {(text, kind) for text in targets for kind in ("stages", "answer")}
    assert [text for text, _ in found.left_out] == ["pixels"] and not found.waiting


def test_what_was_measured_is_not_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    name = scenes_run()
    started: list[Path] = []
    monkeypatch.setattr(warm_worker, "hand_over", started.append)
    shares.request_shares([name], "scenes")
    assert len(started) == 1
    write_json(started[0] / "result.json", {"n": 1, "area": 0.2, "kinds": {}})
    assert shares.request_shares([name], "scenes") == [] and len(started) == 1


def test_a_set_without_boxes_is_refused_and_scenes_take_its_place() -> None:
    name = run_with_weights()
    with pytest.raises(SettingsError, match="'digits' doesn't say where the object is"):
        shares.share_request(name, "digits")
    assert shares.share_set(name) == "scenes"


def test_a_run_that_learnt_on_is_told_to_be_asked_again() -> None:
    from tests.help.evaluation import learn_on

    name = scenes_run()
    folder = ask("explain", shares.share_request(name, "scenes"), homes.home_of(name))
    learn_on(folder_of(name), step=9, seed=5)
    with pytest.raises(SettingsError, match="has learnt on"):
        shares.work_explain(folder, read_json(folder / "spec.json"), Quiet())


def test_the_door_gives_them_all() -> None:
    core = sys.modules["ssl_core"]
    assert core.attention is attention.attention and core.shares is shares.shares


def test_the_photographs_at_hand_are_scikit_learns_own() -> None:
    from sklearn.datasets import load_sample_images

    from ssl_core.library.browse import sample_pictures

    found, theirs = sample_pictures(), load_sample_images()
    assert [name for name, _ in found] == [Path(file).stem for file in theirs.filenames]
    assert all(np.array_equal(mine, image) for (_, mine), image in zip(found, theirs.images, strict=True))


class Seen(Exception):
    """Raised with the size of the pictures that a network was to look at."""


def sizes_of_imagenet(monkeypatch: pytest.MonkeyPatch, dataset: str, picture: np.ndarray) -> tuple[int, int]:
    """Pixels a side at which ImageNet's maps are shown for a picture, and at which its share is measured on a set."""

    def look(seer: Any, images_BCHW: torch.Tensor) -> Any:
        raise Seen(images_BCHW.shape[-1])

    seer = explained.Explained("ImageNet", torch.nn.Identity(), threading.Lock(), Target.parse(IMAGENET, dataset).seen_size)  # type: ignore[arg-type]
    found = []
    for module, ask_it in ((attention, lambda: attention.attention([IMAGENET], picture)), (shares, lambda: work_asked(IMAGENET, dataset))):
        monkeypatch.setattr(module, "explained_of", lambda *_: seer)
        monkeypatch.setattr(module, "maps_of", look)
        with pytest.raises(Seen) as caught:
            ask_it()
        found.append(int(caught.value.args[0]))
    return found[0], found[1]


def test_imagenets_share_is_measured_at_the_size_at_which_its_map_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = browse.picture("scenes", "test", 0, 512)
    assert sizes_of_imagenet(monkeypatch, "scenes", picture) == (224, 224)
    request = shares.share_request(IMAGENET, "scenes")
    assert (request["image_size"], request["seen"], request["measure"]) == (224, 224, 3)


def test_a_share_measured_at_another_size_is_neither_shown_nor_taken_for_the_new_one(clean_folders: Path) -> None:
    old = {**shares.share_request(IMAGENET, "scenes"), "image_size": 32}
    del old["measure"], old["seen"]
    write_json(ask("explain", old, homes.home_of(IMAGENET)) / "result.json", {"n": 12, "area": 0.2, "kinds": {"stages": {}}})
    found = shares.shares([IMAGENET], "scenes")
    assert not found.rows and shares.outdated_shares([IMAGENET], "scenes") == [IMAGENET]
    name = scenes_run()
    assert shares.outdated_shares([name, "nobody"], "scenes") == []
    new = ask("explain", shares.share_request(IMAGENET, "scenes"), homes.home_of(IMAGENET))
    write_json(new / "result.json", {"n": 12, "area": 0.2, "kinds": {}})
    assert shares.outdated_shares([IMAGENET], "scenes") == []
