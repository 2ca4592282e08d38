"""Saliency maps of several networks over one picture, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ssl_core.explanations.explained import TWIN, explained_of, maps_of, title_of
from ssl_core.functional.transforms.resize import as_images
from ssl_core.settings import SettingsError

IMAGENET = "imagenet:mobilenet_v2"
FINE = 224  # pixels a side that ImageNet networks see of one picture, where it has as many


class Look(NamedTuple):
    """One map: how many times the picture's average each place gets, so that maps can be compared."""

    kind: str  # "stages", "answer" or "heads"
    name: str  # in words
    times_HW: np.ndarray  # float32, mean 1; all 0 where nothing stood out


class LookRow(NamedTuple):
    """What one network looks at."""

    target: str
    title: str
    maps: list[Look]
    note: str  # its answer in words, or why there is nothing to show


def companions(run_name: str) -> list[str]:
    """A run, the same network before its first step, and ImageNet."""
    return [run_name, TWIN + run_name, IMAGENET]


def attention(targets: Sequence[str], picture: np.ndarray, dataset: str | None = None) -> list[LookRow]:
    """Where each network looks in a uint8 H W 3 picture; one that can't be had is a row without maps that says why."""
    return [_looked(text, picture, dataset) for text in targets]


def _looked(text: str, picture: np.ndarray, dataset: str | None) -> LookRow:
    try:
        seer = explained_of(text, dataset)
    except SettingsError as error:
        return LookRow(text, title_of(text), [], str(error))
    size = max(seer.size, min(FINE, *picture.shape[:2])) if text.startswith("imagenet:") else seer.size
    with seer.lock:
        maps, note = maps_of(seer, as_images([picture], size))
    return LookRow(text, seer.title, [Look(kind, each.name, times_average(each.map_BHW[0])) for kind, each in maps], note)


def times_average(map_HW: Tensor) -> np.ndarray:
    """A map divided by its own mean."""
    mean = float(map_HW.mean())
    return (map_HW / mean if mean > 0 else torch.zeros_like(map_HW)).float().cpu().numpy()
