"""From a spec to a task with its network, untrained or as its run left it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from ssl_core.backbones.base import Backbone, Build
from ssl_core.functional.keys import key
from ssl_core.parts import BACKBONES, TASKS
from ssl_core.saved import WEIGHTS, intact
from ssl_core.saved import latest_checkpoint as latest_checkpoint
from ssl_core.settings import SettingsError
from ssl_core.specs import spec_of
from ssl_core.tasks.base import PretextTask
from ssl_core.types import DataInfo

PREFERRED = ("convnet", "vit", "resnet")  # the first that gives what a task needs is its backbone where none was named
OF_DATA = frozenset({"labels", "captions", "colour"})  # needs that a data set answers, not a backbone


def build_backbone(name: str, options: dict[str, Any], build: Build) -> Backbone:
    """An untrained backbone by name; weights come from torch's global generator."""
    part = BACKBONES[name]
    return part(part.Options.read(options, f"backbone {name}"), build)


def build_task(spec: dict[str, Any]) -> PretextTask:
    """The task of a spec as it is before the first step: the same seed, the same weights, in any process."""
    part = TASKS[spec["task"]]
    data = data_info(spec["data"])
    base = Build(data.image_size, tuple(spec["mean"]), tuple(spec["std"]))

    def make(**overrides: Any) -> Backbone:
        return build_backbone(spec["backbone"], spec.get("backbone_options", {}), base._replace(**overrides))

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(key(spec["seed"], "weights"))
        return part(part.Options.read(spec.get("options", {}), part.name), make, data).eval()


def load_task(folder: Path) -> PretextTask:
    """The task of a run with the weights of its last checkpoint, in eval mode, gradients of weights off.

    Raises:
        SettingsError: where the run has no weights yet, or they don't fit.
    """
    last = latest_checkpoint(folder)
    if last is None:
        raise SettingsError(f"The run '{folder.name}' has no weights yet: it hasn't been trained long enough to save any.")
    if not intact(last, WEIGHTS):
        raise SettingsError(f"The weights of '{folder.name}' at step {int(last.name)} are damaged. Delete '{last}' to use the ones before.")
    task = build_task(spec_of(folder))
    try:
        task.load_state_dict(read_weights(last / WEIGHTS))
    except RuntimeError as error:  # names or shapes differ: another version drew this network otherwise
        raise SettingsError(f"The weights of '{folder.name}' don't fit this version's network. Train it anew.") from error
    return task.eval().requires_grad_(False)


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """A state_dict; half precision, as starter runs ship it, becomes float32."""
    return {name: value.float() if value.dtype == torch.float16 else value for name, value in load_file(path).items()}


def data_info(plain: dict[str, Any]) -> DataInfo:
    """DataInfo from a spec's JSON."""
    known = {name: plain[name] for name in DataInfo._fields if name in plain}
    return DataInfo(**{**known, "classes": tuple(plain["classes"]), "words": tuple(plain.get("words", ()))})


def misfit(task: type[PretextTask], backbone: str, options: dict[str, Any], image_size: int) -> str:
    """Why a backbone can't serve a task, in a sentence; "" where it can."""
    gives, fault = _gives(backbone, json.dumps(options, sort_keys=True), image_size)
    if fault:
        return fault
    missing = sorted(task.needs - OF_DATA - gives)
    if missing:
        return f"{task.name} needs a network that gives {' and '.join(missing)}. {backbone} gives {', '.join(sorted(gives))}."
    return ""


@lru_cache(maxsize=64)
def _gives(backbone: str, options: str, image_size: int) -> tuple[frozenset[str], str]:
    """What a network gives, or why it can't be built; asked about by every task in turn, so it is built once."""
    try:
        return build_backbone(backbone, json.loads(options), Build(image_size)).gives, ""
    except SettingsError as error:
        return frozenset(), str(error)


def first_fit(task: type[PretextTask], image_size: int) -> str:
    """The backbone a task gets where none was named: the first of convnet, vit, resnet that gives what it needs."""
    reasons = []
    for name in PREFERRED:
        if name in BACKBONES:
            reason = misfit(task, name, {}, image_size)
            if not reason:
                return name
            reasons.append(reason)
    raise SettingsError(f"No network fits {task.name}. {' '.join(reasons)}")
