"""How long a comparison would take on this machine: tried on a few pictures once, then remembered."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ssl_core.compare import comparison, parse_all
from ssl_core.features import BATCH, how_many
from ssl_core.jobs import cache_root, read_json, runs_root
from ssl_core.machine import recall, remember
from ssl_core.mapping import map_request
from ssl_core.parts import PROBES
from ssl_core.probes.base import Labelled
from ssl_core.probing import Protocol
from ssl_core.settings import SettingsError
from ssl_core.targets import Target

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


def expect_map(text: str, projector: str = "umap") -> float | None:
    """Seconds that drawing a map would take here, as the last one of this kind did; None where none was drawn yet."""
    asked = map_request(Target.parse(text), projector)
    folders = [folder for root in (runs_root(), cache_root() / "targets") for folder in root.glob("*/jobs/project-*")]
    times = []
    for folder in folders:
        spec, status = read_json(folder / "spec.json", {}), read_json(folder / "status.json", {})
        if status.get("state") == "done" and all(spec.get(name) == asked[name] for name in ("projector", "pictures")):
            times.append((status.get("beat", 0.0), float(status.get("wall", 0.0))))
    return max(times)[1] if times else None
