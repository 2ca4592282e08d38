"""What can be said of features without anybody's labels: how many directions they use."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch

from ssl_core.functional.metrics.collapse import effective_directions
from ssl_core.jobs import warm_worker
from ssl_core.jobs.folder import ask, job_name
from ssl_core.jobs.status import Status, status_of
from ssl_core.models.features import DOTS, cached_features, embed_request, embedded
from ssl_core.models.targets import Target, parse_all
from ssl_core.records.homes import home_of
from ssl_core.settings import SettingsError


class Spread(NamedTuple):
    """A target's directions on held-out pictures."""

    target: str
    title: str
    rank: float  # effective number of directions (RankMe, 2210.02885)
    most: int  # that there could be: the features' numbers, or the pictures where they are fewer
    pictures: int


class Spreads(NamedTuple):
    """Targets side by side."""

    rows: list[Spread]
    waiting: list[tuple[str, Status]]  # at work or in line
    missing: list[str]  # targets whose pictures nobody asked to be looked at
    left_out: list[tuple[str, str]]  # target, the reason in a sentence


def spreads(texts: Sequence[str], dataset: str) -> Spreads:
    """How many directions the features of some targets use, as far as their pictures were looked at; nothing is started.

    They see the same pictures, as in a comparison.
    """
    targets, unknown = _parsed(texts, dataset)
    found = spreads_of(targets)
    return found._replace(left_out=[*unknown, *found.left_out])


def spreads_of(targets: Sequence[Target]) -> Spreads:
    """The same of targets that are known, each on the pictures and at the size that it says."""
    found = Spreads([], [], [], [])
    for target in targets:
        try:
            _sort_in(target, found)
        except SettingsError as error:
            found.left_out.append((target.text, str(error)))
    return found


def request_spreads(texts: Sequence[str], dataset: str) -> None:
    """Has the held-out pictures looked at by those targets that haven't yet, and anew by those whose look has ended without an answer."""
    for folder in ask_spreads(_parsed(texts, dataset)[0]):
        warm_worker.hand_over(folder)


def ask_spreads(targets: Sequence[Target]) -> list[Path]:
    """The jobs of these looks, not yet begun."""
    found, asked = spreads_of(targets), []
    wanted = {*found.missing, *(text for text, _ in found.left_out)}
    for target in targets:
        with contextlib.suppress(SettingsError):  # `spreads_of` says why
            if target.text in wanted:
                asked.append(ask("embed", _request(target), home_of(target.text)))
    return asked


def _parsed(texts: Sequence[str], dataset: str) -> tuple[list[Target], list[tuple[str, str]]]:
    """Targets that see the same pictures, and which texts name none, with the reason."""
    known, unknown = [], []
    for text in texts:
        try:
            known.append(Target.parse(text).text)
        except SettingsError as error:
            unknown.append((text, str(error)))
    return parse_all(known, dataset) if known else [], unknown


def _request(target: Target) -> dict[str, Any]:
    return embed_request(target, "test", min(DOTS, len(target.pictures("test"))))


def _sort_in(target: Target, found: Spreads) -> None:
    most = min(DOTS, len(target.pictures("test")))
    known = embedded(target, "test", most) if target.kind == "pixels" else cached_features(target, "test", most)
    if known is not None:
        features_SD = known.features_SD
        rank = effective_directions(torch.from_numpy(features_SD))["rank"]
        assert isinstance(rank, float)
        found.rows.append(Spread(target.text, target.title, rank, min(features_SD.shape), len(features_SD)))
        return
    folder = home_of(target.text) / "jobs" / job_name("embed", _request(target))
    status = status_of(folder) if (folder / "spec.json").exists() else None
    if status is None:
        found.missing.append(target.text)
    elif status.active:
        found.waiting.append((target.text, status))
    else:
        found.left_out.append((target.text, status.reason or f"Looking at the pictures was {status.state}. Try again."))
