"""Requests: what wasn't said is filled in, what can't be is refused in a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ssl_core.jobs.status import status_of
from ssl_core.models.export import export
from ssl_core.parts.menu import broken, menu
from ssl_core.predictions.play import play, untrained
from ssl_core.records.runs import folder_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json
from ssl_core.training.preview import transformed
from ssl_core.training.request import expect, make_spec, new_run, prolong, start_training
from tests.help.small import SCENES, small_run, small_values
from tests.help.visiting import wait_for


def test_a_task_alone_is_a_whole_request(clean_folders: Path) -> None:
    spec = make_spec({"task": "rotation"})
    assert (spec.backbone, spec.dataset, spec.recipe.batch) == ("convnet", "scenes", 32)
    assert json.loads(json.dumps(spec.plain())) == spec.plain() and len(spec.fixed) == 8


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"task": "magic"}, "There is no pretext task 'magic'. There are: "),
    ({"task": "rotation", "backbone": "magic"}, "There is no backbone 'magic'"),
    ({"task": "rotation", "dataset": "magic"}, "magic"),
    ({"task": "rotation", "preset": "huge"}, "'preset' of rotation must be one of cpu, gpu, paper. Got huge."),
    ({"task": "rotation", "preset": {"a": []}}, "'preset' of rotation must be one of cpu, gpu, paper. Got {'a': []}."),
    ({"task": "rotation", "options": {"copies": "three"}}, "'copies' of rotation must be one of all, one. Got three."),
    ({"task": "rotation", "options": {"hole": 1}}, "rotation has no setting 'hole'"),
    ({"task": "rotation", "options": [1]}, "'options' must be an object"),
    ({"task": "rotation", "recipe": {"rate": -1}}, "'rate' of the recipe must be above 0 and at most 1000. Got -1."),
    ({"task": "rotation", "recipe": {"rate": float("nan")}}, "'rate' of the recipe must be above 0 and at most 1000. Got nan."),
    ({"task": "rotation", "recipe": {"batch": 10**9}}, "'batch' of the recipe must be between 2 and 16384"),
    ({"task": "rotation", "recipe": {"image_size": "big"}}, "'image_size' of the recipe must be between 8 and 512. Got big."),
    ({"task": "rotation", "steps": 0}, "'steps' must be a whole number between 1"),
    ({"task": "rotation", "seed": -1}, "'seed' must be a whole number"),
    ({"task": "rotation", "device": "abacus"}, "'device' must be one of auto, cpu, cuda, mps. Got abacus."),
    ({"task": "rotation", "speed": 3}, "A training run has no setting 'speed'"),
    ({"task": "inpainting", "backbone": "vit"}, "inpainting needs a network that gives map"),
    ({"task": "inpainting", "options": {"area": 3}}, "'area' of inpainting must be between 0.05 and 0.6. Got 3."),
]


@pytest.mark.parametrize(("values", "sentence"), WRONG)
def test_what_cannot_be_granted_is_refused_in_a_sentence(values: dict[str, Any], sentence: str, clean_folders: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        new_run(values)
    assert sentence in str(refused.value) and "\n" not in str(refused.value)
    assert not list((clean_folders / "runs").glob("*/spec.json"))


def test_supervised_refuses_pictures_without_labels(clean_folders: Path) -> None:
    from PIL import Image

    (clean_folders / "flat").mkdir()
    for k in range(12):
        Image.new("RGB", (16, 16), (k * 20, 0, 0)).save(clean_folders / "flat" / f"{k}.png")
    with pytest.raises(SettingsError, match="supervised needs pictures with labels"):
        make_spec({"task": "supervised", "dataset": str(clean_folders / "flat")})
    assert make_spec({"task": "rotation", "dataset": str(clean_folders / "flat")}).data.classes == ()


def test_the_menu_says_what_fits(clean_folders: Path) -> None:
    tasks = {info.name: info for info in menu("tasks")}
    assert {"rotation", "inpainting", "supervised"} <= set(tasks)
    assert tasks["rotation"].fits["vit"] == "" and "needs a network that gives map" in tasks["inpainting"].fits["vit"]
    assert [control.name for control in tasks["rotation"].play] == ["turn"]
    assert all(info.help and info.title for kind in ("tasks", "backbones", "datasets", "probes") for info in menu(kind))
    assert broken() == []


def test_the_expected_time_is_measured_once(clean_folders: Path) -> None:
    first = expect(small_values())
    assert first > 0 and expect(small_values()) == first
    assert expect(small_values(steps=40)) > first


def test_untrained_pictures_in_the_page_are_the_workers_own(clean_folders: Path) -> None:
    from ssl_core.records.snapshots import load_snapshot

    folder, _ = small_run()
    page, worker = untrained(folder.name).rows, load_snapshot(folder, 0)
    assert [[panel.caption for panel in row] for row in page] == [[panel.caption for panel in row] for row in worker]


def test_a_worker_started_by_a_page_outlives_the_request(clean_folders: Path) -> None:
    name = start_training(small_values())
    wait_for(lambda: not status_of(folder_of(name)).active)
    assert status_of(folder_of(name)).state == "done", (folder_of(name) / "log.txt").read_text()


def test_a_done_run_says_how_to_go_on(clean_folders: Path) -> None:
    folder, _ = small_run()
    with pytest.raises(SettingsError, match="is done. Say up to how many epochs"):
        prolong(folder.name, None)


def test_play_answers_with_panels_and_a_verdict(clean_folders: Path) -> None:
    from ssl_core.library import browse

    folder, _ = small_run()
    picture = browse.picture("scenes", "test", 3, 200)
    answer = play(folder.name, picture, {"turn": 180})
    assert answer.verdict and len(answer.verdict.bars) == 4 and answer.verdict.truth == 2
    assert sum(value for _, value in answer.verdict.bars) == pytest.approx(1, abs=1e-4)
    assert play(folder.name, picture, {"turn": 180}).verdict == answer.verdict
    assert play(folder.name, picture, {"turn": 180}, untrained=True).verdict != answer.verdict
    with pytest.raises(SettingsError, match="'turn' of rotation must be one of 0, 90, 180, 270. Got 45."):
        play(folder.name, picture, {"turn": 45})


def test_transformed_pictures_need_no_training(clean_folders: Path) -> None:
    values = {"task": "inpainting", "options": {"area": 0.5}, "dataset_options": SCENES}
    shown = transformed(values, ["train-0", "test-1"])
    assert [len(row) for row in shown.rows] == [3, 3] and shown.rows[0][0].caption == "the picture"
    again = transformed(values, ["train-0", "test-1"])
    assert all((a.image == b.image).all() for a, b in zip(shown.rows[1], again.rows[1], strict=True))


def test_an_exported_backbone_loads_in_a_fresh_process_with_torch_alone(clean_folders: Path) -> None:
    import torch
    from PIL import Image

    from ssl_core.library import sets
    from ssl_core.models.build import load_task

    folder, _ = small_run()
    out = export(folder.name, clean_folders / "out")
    image = sets.open_set("scenes", "test", 32).picture(0, 32)
    Image.fromarray(image).save(out / "p.png")
    script = (out / "load.py").read_text().splitlines()
    assert len([line for line in script if line and not line.startswith('"""')]) <= 10
    done = subprocess.run([sys.executable, "-W", "ignore", "load.py", "p.png"], cwd=out, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    images_BCHW = torch.from_numpy(image.copy()).permute(2, 0, 1)[None] / 255
    with torch.no_grad():
        own = load_task(folder).encoder(images_BCHW).pooled_BD[0].tolist()
    assert json.loads(done.stdout) == pytest.approx(own, abs=1e-4)
    assert read_json(out / "about.json")["run"] == folder.name
