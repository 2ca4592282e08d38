"""Runs that begin from another network's weights, fine-tuning in two stages, and the range test of the rate."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ssl_core.jobs.worker import work
from ssl_core.models.build import load_task
from ssl_core.models.targets import Target
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.training.range_test import HIGH, LOW, steepest
from ssl_core.training.request import make_spec, new_run, prolong
from tests.help.small import small_run, small_values


@pytest.fixture(autouse=True)
def own(clean_folders: Path) -> None:
    """Folders of this test's own."""


@pytest.fixture
def source() -> str:
    return small_run("rotation", steps=4)[0].name


def tuned(source: str, steps: int, **more: Any) -> Path:
    """The folder of a fine-tuned run, worked to its end."""
    values = small_values("finetune", steps=steps, **{"from": source}, **more)
    folder = folder_of(new_run({**values, "backbone": None, "backbone_options": {}}))
    status = work(folder)
    assert status.state == "done", status.reason
    return folder


def backbone_of(name: str) -> dict[str, torch.Tensor]:
    return load_task(folder_of(name)).backbone.state_dict()


def test_the_head_learns_alone_first_and_the_backbone_stays_identical_to_the_bit(source: str) -> None:
    folder = tuned(source, 4, options={"find_rate": False, "head_first": 0.9})
    before, after = backbone_of(source), backbone_of(folder.name)
    assert before.keys() == after.keys() and all(torch.equal(before[name], value) for name, value in after.items())
    spec = spec_of(folder)
    assert spec.began["from"] == source and (spec.backbone, spec.backbone_options) == (
        "convnet",
        spec_of(folder_of(source)).backbone_options,
    )


def test_then_all_of_it_moves_the_deeper_layers_more(source: str) -> None:
    before, after = backbone_of(source), backbone_of(tuned(source, 12, options={"find_rate": False, "head_first": 0.5}).name)
    banks = [name for name, value in before.items() if value.ndim == 4]
    moved = [float((after[name] - before[name]).norm() / before[name].norm()) for name in (banks[0], banks[-1])]
    assert 0 < moved[0] < moved[1]


def test_it_goes_on_after_its_source_is_deleted_but_does_not_begin_without_it(source: str) -> None:
    folder = tuned(source, 4, options={"find_rate": False})
    values = small_values("finetune", steps=4, **{"from": source}, options={"find_rate": False})
    late = folder_of(new_run({**values, "backbone": None, "backbone_options": {}}))
    shutil.rmtree(folder_of(source))
    prolong(folder.name, None, 8)
    assert work(folder).state == "done" and work(late).state == "failed"


def test_a_source_that_has_learnt_further_is_said(source: str) -> None:
    values = small_values("finetune", steps=4, **{"from": source}, options={"find_rate": False})
    late = folder_of(new_run({**values, "backbone": None, "backbone_options": {}}))
    prolong(source, None, 8)
    assert work(folder_of(source)).state == "done"
    status = work(late)
    assert status.state == "failed" and "has learnt further" in status.reason


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"backbone": "vit"}, "is the backbone convnet"),
        ({"backbone_options": {"width": 8}}, "don't fit this network: .* missing or of another shape"),
        ({"from": "pixels"}, "'from' must be a run, untrained:RUN or imagenet:MODEL. Got pixels"),
        ({"from": "random:convnet"}, "'from' must be"),
        ({"from": "nobody-1"}, "nobody-1"),
    ],
)
def test_what_does_not_fit_is_refused_before_training(source: str, more: dict[str, Any], words: str) -> None:
    values = {**small_values("finetune", **{"from": source}), "backbone": None, "backbone_options": {}, **more}
    with pytest.raises(SettingsError, match=words):
        make_spec(values)


def test_any_task_may_begin_from_a_run_and_its_teacher_does_too(source: str) -> None:
    from ssl_core.models.build import build_task
    from ssl_core.training.beginning import taking

    spec = make_spec({**small_values("moco", **{"from": source}), "backbone": None, "backbone_options": {}})
    task, wanted = build_task(spec, taking(spec.began)), backbone_of(source)
    stored = task.state_dict()
    first = next(name for name, value in wanted.items() if value.ndim == 4)
    copies = [value for name, value in stored.items() if name.endswith(first)]
    assert len(copies) == 2 and all(torch.equal(copy, wanted[first]) for copy in copies)


def test_from_nothing_all_layers_learn_at_the_full_rate_from_the_first_step() -> None:
    options = make_spec(small_values("finetune")).options
    assert (options["head_first"], options["body"], options["fall"]) == (0.0, 1.0, 1.0)


def test_only_labelled_pictures_are_drawn() -> None:
    folder, status = small_run("finetune", steps=3, recipe={"labels_per_class": 1})
    assert status.state == "done"
    label_S = torch.full((64,), -1)
    label_S[[3, 9]] = torch.tensor([0, 1])
    rows = load_task(folder).draw(label_S, 8, torch.Generator())
    assert set(rows.flatten().tolist()) == {3, 9}


def test_the_range_test_writes_its_curve_and_its_rate_once_and_disturbs_nothing(source: str) -> None:
    folder = tuned(source, 4, options={"head_first": 0.9}, recipe={"batch": 8})
    spec = spec_of(folder)
    found = spec.facts["range"]
    assert len(found["rates"]) == len(found["losses"]) > 20 and found["rates"][0] == pytest.approx(LOW)
    assert spec.recipe.rate == found["taken"]
    before, after = backbone_of(source), backbone_of(folder.name)
    assert all(torch.equal(before[name], value) for name, value in after.items())


def test_a_rate_that_was_asked_for_is_not_looked_for(source: str) -> None:
    values = small_values("finetune", **{"from": source}, recipe={"rate": 1e-3})
    spec = make_spec({**values, "options": {}, "backbone": None, "backbone_options": {}})
    assert spec.options["find_rate"] is False and spec.recipe.rate == 1e-3


def test_the_steepest_fall_is_suggested_and_none_where_nothing_falls() -> None:
    rates = [LOW * (HIGH / LOW) ** (n / 99) for n in range(100)]
    falling = [2.3 - 1.5 / (1 + np.exp(-(n - 60) / 5)) for n in range(80)] + [5.0]
    assert steepest(rates[:81], falling) == pytest.approx(rates[60], rel=0.5)
    assert steepest(rates, [2.3] * 100) is None and steepest(rates[:5], falling[:5]) is None


def test_imagenets_network_can_begin_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Target.parse("imagenet:resnet18").text == "imagenet:resnet18"
    from ssl_core.training.beginning import network_of

    assert network_of(Target.parse("imagenet:resnet18")) == ("torchvision", {"model": "resnet18"})
