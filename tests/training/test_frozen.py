"""A frozen backbone keeps its batch statistics; a preset may set options of its backbone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch

from ssl_core.jobs.worker import work
from ssl_core.models.build import build_task, load_task
from ssl_core.parts.catalogues import TASKS
from ssl_core.parts.menu import menu
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.settings import Recipe
from ssl_core.tasks.base import Preset
from ssl_core.training.request import make_spec, new_run
from ssl_core.training.steps import still_until
from ssl_core.types import ParamGroup
from tests.help.small import small_values

Rotation = TASKS["rotation"]


class HeadAlone(Rotation):  # type: ignore[valid-type, misc]
    """Learn the head alone."""

    name = "headalone"
    presets: ClassVar = {"cpu": Preset(Rotation.Options(), Recipe(backbone="convnet"), "", {"width": 6})}

    def parameters_of(self, phase: str) -> list[ParamGroup]:
        return [ParamGroup(list(self.head.parameters()))]


class HeadFirst(Rotation):  # type: ignore[valid-type, misc]
    """Learn the head alone for an epoch."""

    name = "headfirst"

    def parameters_of(self, phase: str) -> list[ParamGroup]:
        return [ParamGroup(list(self.head.parameters())), ParamGroup(list(self.backbone.parameters()), frozen_epochs=1)]


@pytest.fixture(autouse=True)
def two_tasks(monkeypatch: pytest.MonkeyPatch, clean_folders: Path) -> None:
    for task in (HeadAlone, HeadFirst):
        monkeypatch.setitem(TASKS.parts, task.name, task)


def backbones(task: str, steps: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The backbone's state before and after so many steps, of 8 an epoch."""
    values = small_values("rotation", steps=steps)
    folder = folder_of(new_run({**values, "task": task}))
    status = work(folder)
    assert status.state == "done", status.reason
    return build_task(spec_of(folder)).backbone.state_dict(), load_task(folder).backbone.state_dict()


@pytest.mark.parametrize(("task", "steps"), [("headalone", 3), ("headfirst", 8)])
def test_nothing_of_a_frozen_backbone_changes(task: str, steps: int) -> None:
    before, after = backbones(task, steps)
    assert any(name.endswith("running_mean") for name in before)
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_statistics_move_again_with_the_weights() -> None:
    before, after = backbones("headfirst", 9)
    moved = [name for name, value in before.items() if name.endswith(("running_mean", "weight")) and not torch.equal(value, after[name])]
    assert any(name.endswith("running_mean") for name in moved) and any(name.endswith("weight") for name in moved)


@pytest.mark.parametrize("name", sorted(TASKS))
def test_no_shipped_task_freezes_statistics(name: str) -> None:
    assert not still_until(build_task(make_spec(small_values(name))))


def test_a_preset_sets_options_of_its_backbone() -> None:
    assert make_spec({"task": "headalone", "preset": "cpu"}).backbone_options == {"width": 6}


def test_what_is_asked_for_comes_before_the_preset() -> None:
    assert make_spec({"task": "headalone", "preset": "cpu", "backbone_options": {"width": 4}}).backbone_options == {"width": 4}


def test_another_backbone_than_the_presets_has_its_own_options() -> None:
    assert make_spec({"task": "headalone", "preset": "cpu", "backbone": "resnet"}).backbone_options == {}


def test_the_menu_tells_a_presets_backbone_options() -> None:
    presets = [part.presets for part in menu.__wrapped__("tasks") if part.name == "headalone"]
    assert presets[0]["cpu"]["backbone_options"] == {"width": 6}
