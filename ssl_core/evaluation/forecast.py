"""How long a comparison will take on this machine: measured on a few pictures once, then read from machine.json."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Unpack

import numpy as np
import torch

from ssl_core.evaluation.compare import comparison
from ssl_core.evaluation.layered import AtLayer
from ssl_core.evaluation.protocol import Protocol, ProtocolSettings
from ssl_core.library.names import SPLITS
from ssl_core.models.features import DOTS, cached_features, how_many
from ssl_core.models.layers import Map, map_sizes
from ssl_core.models.targets import SMALL, Target, parse_all
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import Labelled, Pool, Tuned
from ssl_core.settings import SettingsError
from ssl_core.system.measured import recall, remember

WAKING = 4.0  # seconds that a new worker process takes to load torch
LOOKS, ANSWERS = 32, 400  # pictures of the trial: embedded by the network (large ones a quarter), given to the probe for each split
STARTING = 25.0  # seconds before the first step and after the last of a run that teaches a target: the range test among them
CLASSES = 10  # of the random features that the probe is tried on


class Trial:
    """Gaussian clusters of CLASSES classes in place of a target's features: a probe's time depends on their number and width alone."""

    def __init__(self, width: int, rng: np.random.Generator, maps: dict[str, Map] | None = None) -> None:
        """maps: the layers of the target, for a probe that reads them all."""
        self.rng, self.maps, self.parts = rng, maps or {}, _clusters(width, rng)

    @property
    def layers(self) -> Sequence[str]:
        """Names of the target's layers."""
        return list(self.maps)

    def labelled(self, split: str) -> Labelled:
        """Features with classes of a split."""
        return self.parts[split]

    def at(self, layer: str, numbers: int, pool: Pool) -> AtLayer:
        """Features as wide as a layer's."""
        side = self.maps[layer].grid(numbers) if pool == "grid" else 1
        return AtLayer(side, _clusters(self.maps[layer].channels * side**2, self.rng).__getitem__)

    def tuned(self, minutes: float, seed: int) -> Tuned:
        """No network stands behind these features."""
        raise NotImplementedError


def _clusters(width: int, rng: np.random.Generator) -> dict[str, Labelled]:
    """Features with classes of both splits."""
    label_S = np.arange(2 * ANSWERS) % CLASSES
    features_SD = (rng.normal(size=(2 * ANSWERS, width)) + rng.normal(size=(CLASSES, width))[label_S]).astype(np.float32)
    return {"train": Labelled(features_SD[::2], label_S[::2]), "test": Labelled(features_SD[1::2], label_S[1::2])}


def expect_comparison(
    texts: Sequence[str], dataset: str | None = None, protocol: str = "linear", **settings: Unpack[ProtocolSettings]
) -> float:
    """Seconds that the probe jobs missing from a comparison will take on this machine. `settings` as in Protocol.

    Σ over targets of WAKING + Σ over its networks of new · look + train · score, with the seconds a picture of `_pace`; new: train and
    test pictures whose features aren't stored yet. A target whose weights are missing or don't fit counts 0 s: its job ends at once with
    the reason.

    Raises:
        SettingsError: a text names no target, or a setting isn't allowed.
    """
    how, missing = Protocol(protocol, **settings), comparison(texts, dataset, protocol, **settings).missing
    return sum(_seconds(target, how) for target in parse_all(texts, dataset, how.image_size) if target.text in missing)


def expect_looking(texts: Sequence[str], dataset: str | None = None) -> float | None:
    """Seconds that the features of test pictures which are missing will take here; None where a pace wasn't measured yet. Nothing is run.

    Raises:
        SettingsError: a text names no target.
    """
    missing = []
    for target in (network for each in parse_all(texts, dataset) if each.kind != "pixels" for network in each.networks):
        most = min(DOTS, len(target.pictures("test")))
        with contextlib.suppress(SettingsError):  # without weights it is left out at once
            missing += [(target, most)] if cached_features(target, "test", most) is None else []
    paces = [recall("evaluation", _key(target, "linear")) for target, _ in missing]
    if not missing or None in paces:
        return None
    return float(sum(WAKING + most * pace["look"] for (_, most), pace in zip(missing, paces, strict=True)))


def _seconds(target: Target, how: Protocol) -> float:
    try:
        probe = PROBES[how.probe]
        if probe.trains:
            return len(target.networks) * how.seeds * (STARTING + 60 * float(probe.Options.read(how.options).plain()["minutes"]))
        most = dict(zip(SPLITS, how_many(target, how.train, how.test), strict=True))
        pace, networks, again = _pace(target, how), target.networks, PROBES[how.probe].layered  # layers are looked at anew
        new = sum(most[s] for each in networks for s in SPLITS if again or cached_features(each, s, most[s], how.layer) is None)
    except (SettingsError, RuntimeError, OSError):  # no weights, or weights that don't fit: its job will say so
        return 0.0
    return WAKING + new * pace["look"] + len(networks) * most["train"] * pace["score"]


def _pace(target: Target, how: Protocol) -> dict[str, float]:
    """Seconds a picture: `look` for embedding it, reading it anew included, `score` for the probe, per train picture."""
    key = _key(target, PROBES[how.probe].said(how.options) if how.options else how.probe)
    known: dict[str, float] | None = recall("evaluation", key)
    if known is None:
        known = _try(target, how)
        remember("evaluation", key, known)
    return known


def _key(target: Target, probe: str) -> str:
    what = f"run {target.network().backbone.name}" if target.of_run else target.text
    what += f" on {target.dataset}" if target.reads_files else ""  # its files are read anew, and differ in size and format
    return f"{what} at {target.seen_size} px, {probe}"


def _try(target: Target, how: Protocol) -> dict[str, float]:
    looks = LOOKS if target.seen_size <= SMALL else LOOKS // 4
    images_BCHW = torch.rand(looks, 3, target.read_size, target.read_size)
    reading = _reading(target, looks) if target.reads_files else 0.0
    features_BD = target.features(images_BCHW)  # untimed: the first call loads the network
    began = time.perf_counter()
    target.features(images_BCHW)
    looked = time.perf_counter()
    probe = PROBES[how.probe](PROBES[how.probe].Options.read(how.options, how.probe))
    rng, maps = np.random.default_rng(0), map_sizes(target) if probe.layered else None
    probe.score(Trial(features_BD.shape[1], rng, maps), rng)
    return {"look": reading + (looked - began) / looks, "score": (time.perf_counter() - looked) / ANSWERS}


def _reading(target: Target, count: int) -> float:
    """Seconds to read one picture anew from its file."""
    data, began = target.pictures("test"), time.perf_counter()
    data.read_many(range(min(count, len(data))))
    data.close()
    return (time.perf_counter() - began) / count
