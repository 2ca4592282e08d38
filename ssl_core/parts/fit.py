"""Which backbone, data set and task go together, and the sentence where they don't."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from ssl_core.backbones.base import Backbone, Build
from ssl_core.parts.catalogues import BACKBONES
from ssl_core.settings import SettingsError
from ssl_core.tasks.base import PretextTask

PREFERRED = ("convnet", "vit", "resnet")  # the first that gives what a task needs is its backbone where none was named
OF_DATA = frozenset({"labels", "captions", "colour", "masks", "boxes"})  # needs that a data set answers, not a backbone


def build_backbone(name: str, options: dict[str, Any], build: Build) -> Backbone:
    """An untrained backbone by name; weights come from torch's global generator."""
    part = BACKBONES[name]
    return part(part.Options.read(options, f"backbone {name}"), build)


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
