"""Pictures of a set to look at again, by the features of a network: doubtful labels, near duplicates, odd ones out.

Axes: S picture, D feature, L neighbour.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ssl_core.functional.metrics import suspects
from ssl_core.jobs import warm_worker
from ssl_core.jobs.status import Status
from ssl_core.library.names import SPLITS, find
from ssl_core.models.features import SIZES, Embedded, cached_features, embed_asked, embedded
from ssl_core.models.targets import Target, parse_all
from ssl_core.reading import chosen, files
from ssl_core.settings import SettingsError
from ssl_core.types import PictureId

SHOWN = 5  # neighbours named beside a picture
FEWEST = 40  # pictures below which nothing is said: neighbours are too far to say anything


class Suspect(NamedTuple):
    """A picture to look at again."""

    id: str  # "train-12"
    kind: str  # label, twin, odd
    label: str  # its class, "" where it has none
    other: str  # of a doubtful label the class of its neighbours; of a twin the other picture's id
    confidence: float | None  # of a doubtful label: probability of `label` by its neighbours
    near: list[str]  # its nearest others


class Cleaned(NamedTuple):
    """What a network's features say of a set's pictures."""

    target: str
    dataset: str
    pictures: int  # that were compared, of train and test together
    labels: list[Suspect]  # the least likely label first
    twins: list[Suspect]  # the closest pair first
    odd: list[Suspect]  # the farthest first

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        lists = {name: [each._asdict() for each in getattr(self, name)] for name in ("labels", "twins", "odd")}
        return {"target": self.target, "dataset": self.dataset, "pictures": self.pictures, **lists}


def _target(text: str, dataset: str | None) -> Target:
    return parse_all([text], dataset)[0]


def _most(target: Target, split: str) -> int:
    return min(SIZES[split], len(target.pictures(split)))


def asked_clean(text: str, dataset: str | None = None) -> list[Path]:
    """The folders of the embed jobs that are missing; none is started. Raises SettingsError where the target has no weights."""
    target = _target(text, dataset)
    return [embed_asked(target, split, _most(target, split)).ask() for split in SPLITS if _features(target, split) is None]


def request_clean(text: str, dataset: str | None = None) -> None:
    """Hands the embed jobs that are missing to the warm worker. Raises as `asked_clean`."""
    for folder in asked_clean(text, dataset):
        warm_worker.hand_over(folder)


def stop_clean(text: str, dataset: str | None = None) -> None:
    """Asks the embed jobs to end; nothing happens where none is queued or at work."""
    target = _target(text, dataset)
    for split in SPLITS:
        embed_asked(target, split, _most(target, split)).withdraw()


def clean_status(text: str, dataset: str | None = None) -> Status | None:
    """How the features' jobs stand: the first that isn't done; None where nobody has asked for them, or all are there."""
    target = _target(text, dataset)
    standing = [embed_asked(target, s, _most(target, s)).status() for s in SPLITS if _features(target, s) is None]
    return next((status for status in standing if status is not None), None)


def cleaned(text: str, dataset: str | None = None) -> Cleaned | None:
    """The pictures to look at again; None until the features of both splits are computed. Nothing is started.

    Pictures whose class a person has fixed or confirmed aren't named.

    Raises:
        SettingsError: there is no such target or set, or it has fewer than FEWEST pictures.
    """
    target = _target(text, dataset)
    found = {split: _features(target, split) for split in SPLITS}
    parts = {split: part for split, part in found.items() if part is not None}
    if len(parts) < len(SPLITS):
        return None
    ids = [name for split, part in parts.items() for name in PictureId.texts(split, part.id_S)]
    if len(ids) < FEWEST:
        raise SettingsError(f"Features say which pictures are odd from {FEWEST} pictures on. '{target.dataset}' has {len(ids)}.")
    features_SD = np.concatenate([part.features_SD for part in parts.values()])
    label_S = np.concatenate([part.label_S for part in parts.values()])
    return _cleaned(target, ids, features_SD, label_S)


def _cleaned(target: Target, ids: list[str], features_SD: np.ndarray, label_S: np.ndarray) -> Cleaned:
    classes = target.pictures("train").info.classes
    near_SL, distance_SL = suspects.neighbours(features_SD)
    settled = _settled(target.dataset)

    def suspect(row: int, kind: str, other: str, confidence: float | None = None) -> Suspect:
        label = classes[label_S[row]] if label_S[row] >= 0 else ""
        return Suspect(ids[row], kind, label, other, confidence, [ids[near] for near in near_SL[row, :SHOWN]])

    doubted = suspects.doubts(near_SL, distance_SL, label_S)
    rows = np.flatnonzero(doubted.doubted_S)
    rows = rows[np.argsort(doubted.confidence_S[rows], kind="stable")]  # the least likely label first
    labels = [suspect(int(row), "label", classes[doubted.other_S[row]], float(doubted.confidence_S[row])) for row in rows]
    twins = [suspect(a, "twin", ids[b]) for a, b in suspects.near_twins(near_SL, distance_SL)]
    odd = [suspect(int(row), "odd", "") for row in suspects.odd(distance_SL)]
    kept = [each for each in labels if not settled or file_of(target.dataset, each.id) not in settled]
    return Cleaned(target.text, target.dataset, len(ids), kept, twins, odd)


def file_of(dataset: str, picture: str) -> str:
    """The name by which a choice (`Choice.fixed`) means a picture of a folder or an archive; "" of sets that are built in."""
    path = find(dataset).path
    if path is None:
        return ""
    place = PictureId.parse(picture)
    return files.index(path).entries(place.split)[place.index].name


def _settled(dataset: str) -> set[str]:
    path = find(dataset).path
    return set() if path is None else set(chosen.chosen(path).choice.fixed)


def _features(target: Target, split: str) -> Embedded | None:
    most = _most(target, split)
    return embedded(target, split, most) if target.kind == "pixels" else cached_features(target, split, most)
