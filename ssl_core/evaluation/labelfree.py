"""A measure of features that needs no labels: the effective number of directions that they use (RankMe, 2210.02885, equation 1).

rank = exp(-Σ p log p), p = σ / Σσ + 1e-7 over the singular values σ of the S x D features. Axes: S picture, D feature.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from ssl_core.functional.metrics.collapse import effective_directions
from ssl_core.jobs import warm_worker
from ssl_core.jobs.status import Status
from ssl_core.models.features import DOTS, Embedded, cached_features, embed_asked, embedded
from ssl_core.models.targets import Target, parse_all
from ssl_core.records.asked import Asked, Unfinished
from ssl_core.settings import SettingsError


class Spread(NamedTuple):
    """The directions that a target's features of held-out pictures use."""

    target: str
    title: str
    rank: float  # effective number of directions, between 1 and `most`
    most: int  # min(S, D): no matrix of S features has a larger rank
    pictures: int
    architecture: str = ""  # the network's name with the width of its features: only ranks of one architecture are compared
    by_network: tuple[float, ...] = ()  # the rank of each, where `rank` is the mean of several networks (untrained, by seed)

    @property
    def sd(self) -> float:
        """The standard deviation (n - 1) of the networks' ranks; 0 of a single network."""
        return float(np.std(self.by_network, ddof=1)) if self.by_network else 0.0

    @property
    def share(self) -> float:
        """The rank as a share of the largest possible one, in (0, 1]."""
        return self.rank / self.most


class Spreads(NamedTuple):
    """The spreads of several targets, and the targets without one."""

    rows: list[Spread]
    waiting: list[tuple[str, Status]]  # at work or in line
    missing: list[str]  # targets whose embed job nobody has asked for
    left_out: list[tuple[str, str]]  # target, the reason in a sentence


def spreads(texts: Sequence[str], dataset: str) -> Spreads:
    """How many directions the features of targets use, as far as their features are computed; nothing is started.

    All targets see the same pictures at the same size, that of the first run among them. A text that names no target is left out.
    """
    targets, unknown = _parsed(texts, dataset)
    found = spreads_of(targets)
    return found._replace(left_out=[*unknown, *found.left_out])


def spreads_of(targets: Sequence[Target]) -> Spreads:
    """`spreads` of parsed targets, each on its own data set and at its own picture size."""
    rows, unfinished = [], Unfinished.empty()
    for target in targets:
        try:
            known = [(network, _features(network)) for network in target.networks]
            if unknown := [_asked(network) for network, found in known if found is None]:
                unfinished.add_first(unknown, "Looking at the pictures", "Try again.", target.text)
            else:
                rows.append(_spread(target, [found.features_SD for _, found in known if found is not None]))
        except SettingsError as error:
            unfinished.leave_out(target.text, error)
    return Spreads(rows, *unfinished)


def request_spreads(texts: Sequence[str], dataset: str) -> None:
    """Hands the embed jobs that are missing, and those that ended without features, to the warm worker."""
    for folder in ask_spreads(_parsed(texts, dataset)[0]):
        warm_worker.hand_over(folder)


def ask_spreads(targets: Sequence[Target]) -> list[Path]:
    """The folders of the embed jobs that are missing or ended without features; none is started."""
    found, asked = spreads_of(targets), []
    wanted = {*found.missing, *(text for text, _ in found.left_out)}
    for target in targets:
        with contextlib.suppress(SettingsError):  # `spreads_of` says why
            if target.text in wanted:
                asked += [_asked(network).ask() for network in target.networks if _features(network) is None]
    return asked


def _parsed(texts: Sequence[str], dataset: str) -> tuple[list[Target], list[tuple[str, str]]]:
    """Targets evaluated on the same pictures; and each text that names no target, with the reason."""
    known, unknown = [], []
    for text in texts:
        try:
            known.append(Target.parse(text).text)
        except SettingsError as error:
            unknown.append((text, str(error)))
    return parse_all(known, dataset) if known else [], unknown


def _asked(target: Target) -> Asked:
    return embed_asked(target, "test", _most(target))


def _most(target: Target) -> int:
    return min(DOTS, len(target.pictures("test")))


def _features(target: Target) -> Embedded | None:
    """Features of the held-out pictures; None where they aren't computed yet. Raw pixels are read now."""
    most = _most(target)
    return embedded(target, "test", most) if target.kind == "pixels" else cached_features(target, "test", most)


def _spread(target: Target, features: Sequence[np.ndarray]) -> Spread:
    """The spread of S D features; of several networks their mean."""
    ranks, first_SD = tuple(_rank(features_SD) for features_SD in features), features[0]
    by_network = ranks if len(ranks) > 1 else ()
    rank = float(np.mean(ranks))
    return Spread(target.text, target.title, rank, min(first_SD.shape), len(first_SD), _architecture(target, first_SD.shape[1]), by_network)


def _rank(features_SD: np.ndarray) -> float:
    rank = effective_directions(torch.from_numpy(features_SD))["rank"]
    assert isinstance(rank, float)
    return rank


def _architecture(target: Target, width: int) -> str:
    """A network's name and the width of its features; ranks are compared within one architecture."""
    return "" if target.kind == "pixels" else f"{target.backbone().name}, {width} numbers"
