"""Compares what a part needs with what a network or a data set gives; a sentence says what is missing. Decided nowhere else."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from ssl_core.backbones.base import Backbone, Build
from ssl_core.functional.rng import global_rng
from ssl_core.parts.catalogues import BACKBONES
from ssl_core.settings import SettingsError
from ssl_core.tasks.base import PretextTask
from ssl_core.types import DataInfo

PREFERRED = ("convnet", "vit", "resnet")  # the first that gives what a task needs is its backbone where none was named
OF_DATA = frozenset({"index", "labels", "captions", "colour", "masks", "boxes"})  # needs that a data set meets, not a network
OF_ANSWER = frozenset({"answer"})  # needs that a network meets only together with its head


def build_backbone(name: str, options: dict[str, Any], build: Build) -> Backbone:
    """An untrained backbone by name; weights come from torch's global generator: call it inside `global_rng`."""
    part = BACKBONES[name]
    return part(part.Options.read(options, f"backbone {name}"), build)


def misfit(task: type[PretextTask], backbone: str, options: dict[str, Any], image_size: int) -> str:
    """Why a backbone can't serve a task, in a sentence; "" where it can."""
    gives, fault = _gives(backbone, json.dumps(options, sort_keys=True), image_size)
    if fault:
        return fault
    return network_lacks(task.name, task.needs, backbone, gives)


def network_lacks(part: str, needs: frozenset[str], network: str, gives: frozenset[str]) -> str:
    """What a part (a task, an explainer) needs and a network doesn't give, in a sentence; "" where nothing is missing."""
    missing = sorted(needs - OF_DATA - OF_ANSWER - gives)
    if not missing:
        return ""
    return f"{part} needs a network that gives {' and '.join(missing)}. {network} gives {', '.join(sorted(gives))}."


def data_lacks(part: str, needs: frozenset[str], dataset: str, info: DataInfo) -> str:
    """What a part (a task, a probe) needs and a data set doesn't give, in a sentence; "" where nothing is missing."""
    if "index" in needs - info.gives:
        return (
            f"{part} has to find each picture again by its index, and '{dataset}' is a stream, whose pictures come in order and without a "
            "length. Choose another task or another data set."
        )
    missing = next((need for need in ("labels", "captions", "colour", "masks", "boxes") if need in needs - info.gives), "")
    if not missing:
        return ""
    return f"{part} needs pictures with {missing}, and '{dataset}' has none. Choose another data set or another task."


@lru_cache(maxsize=64)
def _gives(backbone: str, options: str, image_size: int) -> tuple[frozenset[str], str]:
    """What a network gives, and why it can't be built, "" where it can. Cached: every task asks for the same networks."""
    try:
        with global_rng(0):  # a draw of its own, so that no network that another thread builds gets other weights
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
