"""Which network a file of weights is of: one that is named, built so that it fits, or the nearest of those that are known."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import torch
from torch import Size, Tensor

from ssl_core.backbones._tracing import HEADS, hollow
from ssl_core.backbones.base import Backbone, Build
from ssl_core.models.weight_names import Match, Shapes, match, shapes_of, torchvision_names
from ssl_core.parts.fit import build_backbone
from ssl_core.settings import SettingsError

STEMS = (32, 224)  # pixels a side for which a residual network's first layers differ
OURS = ("resnet&depth=18", "resnet&depth=34", "resnet&depth=50", "convnet", "vit")
THEIRS = (
    *("resnet18", "resnet34", "resnet50", "resnet101", "wide_resnet50_2", "mobilenet_v2", "efficientnet_b0", "convnext_tiny"),
    *("vgg16", "vit_b_16"),
)


def build_fitting(
    part: str, options: dict[str, Any], build: Build, file: Mapping[str, Tensor], prefix: str | None
) -> tuple[Backbone, Match]:
    """A backbone with the match of a file's weights; its first layers are those for this picture size where they fit, else for another."""
    sizes = dict.fromkeys((build.image_size, *(STEMS if part == "resnet" else ())))
    tried = []
    for size in sizes:
        backbone = build_backbone(part, options, build._replace(image_size=size))
        tried.append((backbone, match(shapes_of(file), shapes_of(backbone.state_dict()), torchvision_names(backbone), prefix)))
        if tried[-1][1].fits:
            return tried[-1]
    return max(tried, key=lambda each: len(each[1].taken))


def where_unlike(found: Match) -> str:
    """How far a file is from a network, in words."""
    of = len(found.taken) + len(found.missing) + len(found.unlike)
    first = [*found.unlike, *found.missing][:1]
    example = f", {first[0]} {'has another shape' if found.unlike else 'is missing'}" if first else ""
    return f"{len(found.taken)} of {of} weights have its names and shapes{example}"


def nearest(file: Mapping[str, Tensor], text: str) -> str:
    """A sentence on the known network whose weights a file has the most of; text: the target without its network."""
    shapes = shapes_of(file)
    found: dict[str, float] = {}
    for name in (*THEIRS, *OURS):
        for network in _known(name):
            each = match(shapes, network, {})
            more = sum(other.split(".")[0] not in HEADS for other in each.unexpected)
            found[name] = max(found.get(name, 0.0), len(each.taken) / max(len(network), len(each.taken) + more))
    best = max(found, key=lambda name: found[name])
    if found[best] < 0.5:
        return "No network that is known here comes near: its names or shapes are of another architecture."
    return f"Nearest is '{text}?backbone={best}', which has {found[best]:.0%} in common with it."


@lru_cache(32)
def _known(name: str) -> list[dict[str, Size]]:
    """The shapes of a network's weights without its classifier, by its own and by torchvision's names; of ResNets with either stem."""
    if "&" not in name and name in THEIRS:
        return [_headless({each: value.shape for each, value in hollow(name).state_dict().items()})]
    part, _, option = name.partition("&")
    options: dict[str, Any] = {"depth": int(option.removeprefix("depth="))} if option else {}
    known = []
    for size in STEMS if part == "resnet" else STEMS[:1]:
        try:
            with torch.device("meta"):
                backbone = build_backbone(part, options, Build(size))
        except (SettingsError, NotImplementedError):
            continue
        own, theirs = shapes_of(backbone.state_dict()), torchvision_names(backbone)
        known += [_headless(own), *([_headless({theirs[each]: own[each] for each in theirs})] if theirs and size == STEMS[0] else [])]
    return known


def _headless(shapes: Shapes) -> dict[str, Size]:
    kept = {name: shape for name, shape in shapes.items() if not name.endswith("num_batches_tracked") and name.split(".")[0] not in HEADS}
    return {name: shape for name, shape in kept.items() if name not in ("mean_C", "std_C")}
