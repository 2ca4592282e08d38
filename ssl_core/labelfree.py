"""What can be said of features without anybody's labels: how many directions they use."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch

from ssl_core import jobs, warm
from ssl_core.features import cached, embed_request, embedded
from ssl_core.functional.health import directions
from ssl_core.jobs import Status, job_name, status_of
from ssl_core.mapping import DOTS
from ssl_core.runs import home_of
from ssl_core.settings import SettingsError
from ssl_core.targets import Target


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
    """How many directions the features of some targets use, as far as their pictures were looked at; nothing is started."""
    found = Spreads([], [], [], [])
    for text in texts:
        try:
            _sort_in(Target.parse(text, dataset), found)
        except SettingsError as error:
            found.left_out.append((text, str(error)))
    return found


def request_spreads(texts: Sequence[str], dataset: str) -> None:
    """Has the held-out pictures looked at by those targets that haven't yet, and anew by those whose look has ended without an answer."""
    for folder in ask_spreads(texts, dataset):
        warm.hand_over(folder)


def ask_spreads(texts: Sequence[str], dataset: str) -> list[Path]:
    """The jobs of these looks, not yet begun."""
    found, asked = spreads(texts, dataset), []
    for text in (*found.missing, *(text for text, _ in found.left_out)):
        with contextlib.suppress(SettingsError):  # `spreads` says why
            target = Target.parse(text, dataset)
            asked.append(jobs.ask("embed", _request(target), home_of(target.text)))
    return asked


def _request(target: Target) -> dict[str, Any]:
    return embed_request(target, "test", min(DOTS, len(target.pictures("test"))))


def _sort_in(target: Target, found: Spreads) -> None:
    most = min(DOTS, len(target.pictures("test")))
    known = embedded(target, "test", most) if target.kind == "pixels" else cached(target, "test", most)
    if known is not None:
        features_SD = known.features_SD
        rank = directions(torch.from_numpy(features_SD))["rank"]
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
