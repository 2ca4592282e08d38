"""How long a comparison would take on this machine: tried on a few pictures once, then remembered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ssl_core.evaluation.compare import comparison
from ssl_core.evaluation.probe import Protocol
from ssl_core.models.features import BATCH, how_many
from ssl_core.models.targets import Target, parse_all
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import Labelled
from ssl_core.settings import SettingsError
from ssl_core.system.measured import recall, remember

WAKING = 4.0  # seconds until a worker of its own has loaded torch
LOOKS, ANSWERS = 32, 400  # pictures that are looked at and scored on trial
CLASSES = 10


class Trial:
    """Random features where a probe expects a target's own."""

    def __init__(self, width: int, rng: np.random.Generator) -> None:
        label_S = np.arange(2 * ANSWERS) % CLASSES
        features_SD = (rng.normal(size=(2 * ANSWERS, width)) + rng.normal(size=(CLASSES, width))[label_S]).astype(np.float32)
        self.parts = {"train": Labelled(features_SD[::2], label_S[::2]), "test": Labelled(features_SD[1::2], label_S[1::2])}

    def labelled(self, split: str) -> Labelled:
        return self.parts[split]


def expect_comparison(texts: Sequence[str], dataset: str | None = None, protocol: str = "linear", **settings: Any) -> float:
    """Seconds that what a comparison still misses would take here; targets that can't be had cost nothing. `settings` as in Protocol."""
    how, missing = Protocol(protocol, **settings), comparison(texts, dataset, protocol, **settings).missing
    return sum(_seconds(target, how) for target in parse_all(texts, dataset, how.image_size) if target.text in missing)


def _seconds(target: Target, how: Protocol) -> float:
    try:
        train, test = how_many(target, how.train, how.test)
        pace = _pace(target, how.probe)
    except (SettingsError, RuntimeError, OSError):  # no weights, or weights that don't fit: its job will say so
        return 0.0
    return WAKING + (train + test) * pace["look"] + train * pace["score"]


def _pace(target: Target, probe: str) -> dict[str, float]:
    """Seconds a picture for looking at it, and for scoring it."""
    what = target.text if target.kind != "run" else f"run {target.network().backbone.name}"
    key = f"{what} at {target.seen_size} px, {probe}"
    known: dict[str, float] | None = recall("evaluation", key)
    if known is None:
        known = _try(target, probe)
        remember("evaluation", key, known)
    return known


def _try(target: Target, probe: str) -> dict[str, float]:
    images_BCHW = torch.rand(min(LOOKS, BATCH), 3, target.image_size, target.image_size)
    features_BD = target.features(images_BCHW)  # the first time sets things up
    began = time.perf_counter()
    target.features(images_BCHW)
    looked = time.perf_counter()
    trial = Trial(features_BD.shape[1], np.random.default_rng(0))
    PROBES[probe](PROBES[probe].Options()).score(trial, np.random.default_rng(0))
    return {"look": (looked - began) / len(images_BCHW), "score": (time.perf_counter() - looked) / ANSWERS}
