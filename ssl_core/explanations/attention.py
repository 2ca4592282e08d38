"""Saliency maps of several networks over one picture, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ssl_core.explanations.explained import explained_of, maps_of, title_of
from ssl_core.functional.transforms.resize import as_images
from ssl_core.library.fetch import WEIGHTS
from ssl_core.models.sizes import size_for
from ssl_core.models.untrained import UNTRAINED
from ssl_core.settings import SettingsError

IMAGENET = "imagenet:mobilenet_v2"


class Look(NamedTuple):
    """One map divided by its own mean: 2 is twice the picture's average, so that maps of different networks share a scale."""

    kind: str  # of the explainer: "stages", "answer", "heads", …
    name: str  # in words
    times_HW: np.ndarray  # float32, mean 1; all 0 where the map is 0 everywhere
    late: float = 0.0  # parts of the side by which a grid of equal cells over the picture puts each cell too far down and right


class LookRow(NamedTuple):
    """The maps of one network."""

    target: str
    title: str
    maps: list[Look]
    note: str  # the network's answer in words, or why there are no maps


def companions(run_name: str) -> list[str]:
    """What a run's maps stand beside: itself, the same network with its initial weights, and an ImageNet network."""
    return [run_name, UNTRAINED + run_name, IMAGENET]


def attention(targets: Sequence[str], picture: np.ndarray, dataset: str | None = None) -> list[LookRow]:
    """Saliency maps of each target for a picture, uint8 H W 3; a target that can't be loaded is a row without maps whose note says why."""
    return [_looked(text, picture, dataset) for text in targets]


def _looked(text: str, picture: np.ndarray, dataset: str | None) -> LookRow:
    try:
        seer = explained_of(text, dataset)
    except SettingsError as error:
        return LookRow(text, title_of(text), [], str(error))
    model = text.removeprefix(WEIGHTS)
    size = size_for(model, min(picture.shape[:2])) if text.startswith(WEIGHTS) else seer.size  # as shares are measured
    with seer.lock:
        maps, note = maps_of(seer, as_images([picture], size))
    return LookRow(text, seer.title, [Look(kind, each.name, times_average(each.map_BHW[0]), each.late) for kind, each in maps], note)


def times_average(map_HW: Tensor) -> np.ndarray:
    """H W: a map divided by its own mean, as float32 on the host; all 0 where the mean isn't positive."""
    mean = float(map_HW.mean())
    return (map_HW / mean if mean > 0 else torch.zeros_like(map_HW)).float().cpu().numpy()
