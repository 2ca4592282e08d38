"""Nearest neighbours of a picture in each target's feature space (retrieval by cosine); and how well a map keeps classes together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ssl_core.datasets.base import BadPicture
from ssl_core.functional.metrics.agreement import SPARE, class_agreement
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.functional.metrics.neighbours import nearest_by_angle, nearest_in_plane
from ssl_core.functional.transforms.resize import as_images
from ssl_core.jobs.status import Status
from ssl_core.maps.layout import NEAR, Layout
from ssl_core.models.features import DOTS, Embedded, embed_asked, seen_already
from ssl_core.models.targets import Target, parse_all
from ssl_core.records.asked import Asked
from ssl_core.settings import SettingsError
from ssl_core.system.memory import Kept
from ssl_core.types import PictureId

KIN = 12  # neighbours shown
OWN = 16  # features of a person's own pictures kept in memory: a screen that waits for one network asks for those of all each second


class Alike(NamedTuple):
    """A target's nearest neighbours of one picture."""

    target: str
    title: str
    ids: list[str]  # "test-12", by falling similarity; [] while the features aren't computed
    labels: list[str]  # their classes, "" where unknown
    similarity: list[float]  # cosine
    status: Status | None  # of the embed job of the test pictures; None: nobody has asked for it, or the features are computed
    reason: str  # why this target has no neighbours; "" where it has some, or its job may still compute them


class ClassShare(NamedTuple):
    """How well a map keeps a class together: the mean share of the NEAR neighbours of its dots that are of the class too."""

    name: str
    pictures: int
    share: Interval
    best: float  # the highest share there can be: a class of c pictures gives each at most c - 1 neighbours


def alike(texts: Sequence[str], picture: str | np.ndarray, k: int = KIN) -> list[Alike]:
    """Each target's k nearest test pictures by cosine. picture: an id such as "test-12", never its own neighbour; or uint8 H W 3.

    All targets see the test pictures of the first run among them. No job is started: `request_alike` does that.

    Raises:
        SettingsError: a text names no target.
    """
    return [_of(target, picture, k) for target in parse_all(texts)]


def request_alike(texts: Sequence[str]) -> list[Path]:
    """Hands the embed jobs of the test pictures that are missing to the warm worker; their folders."""
    started = []
    for target in parse_all(texts):
        try:
            asked = _asked(target)
            missing = seen_already(target, _most(target)) is None and not _at_work(asked)
        except SettingsError:
            continue  # `alike` gives the reason
        if missing:
            started.append(asked.hand_over())  # a full disk is said
    return started


def class_shares(layout: Layout) -> list[ClassShare]:
    """How well each class stays together in a plane, by falling share; [] where at most NEAR pictures have a class."""
    known = layout.label_S >= 0
    if known.sum() <= NEAR:
        return []
    label_S = layout.label_S[known]
    found = class_agreement(nearest_in_plane(layout.xy_S2[known], SPARE * NEAR), label_S, NEAR)
    count = {c: int((label_S == c).sum()) for c in found.by_class}
    rows = [ClassShare(layout.classes[c], count[c], share, min(1.0, (count[c] - 1) / NEAR)) for c, share in found.by_class.items()]
    return sorted(rows, key=lambda row: -row.share.value)


def _of(target: Target, picture: str | np.ndarray, k: int) -> Alike:
    try:
        found = seen_already(target, _most(target))
        if found is None:
            return _missing(target)
        similar_1K, near_1K = nearest_by_angle(_features(target, found, picture), found.features_SD, k + 1)
    except SettingsError as error:
        return Alike(target.text, target.title, [], [], [], None, str(error))
    classes = target.pictures("test").info.classes
    own = picture if isinstance(picture, str) else ""
    pairs = [
        (int(row), float(s)) for row, s in zip(near_1K[0], similar_1K[0], strict=True) if str(PictureId("test", found.id_S[row])) != own
    ]
    rows = [row for row, _ in pairs[:k]]
    labels = [classes[found.label_S[row]] if found.label_S[row] >= 0 else "" for row in rows]
    return Alike(target.text, target.title, PictureId.texts("test", found.id_S[rows]), labels, [s for _, s in pairs[:k]], None, "")


def _features(target: Target, found: Embedded, picture: str | np.ndarray) -> np.ndarray:
    """1 x D: the picture's row of `found`, else computed now."""
    if not isinstance(picture, str):
        return _of_own(target, picture)
    asked = PictureId.parse(picture)
    if asked.split == "test" and (rows := np.flatnonzero(found.id_S == asked.index)).size:
        return found.features_SD[rows[:1]]
    try:
        image_CHW = target.pictures(asked.split)[asked.index][0]
    except (BadPicture, IndexError):
        raise SettingsError(f"The picture '{picture}' of '{target.dataset}' can't be read. Choose another.") from None
    return target.features(as_images([image_CHW.permute(1, 2, 0).numpy()], target.read_size)).numpy()


_own: Kept[tuple[str, str, int, str], np.ndarray] = Kept(OWN)


def _of_own(target: Target, picture: np.ndarray) -> np.ndarray:
    """1 x D: features of a person's own picture, uint8 H W 3; the last OWN are kept in memory."""
    key = (target.text, target.digest, target.read_size, hashlib.sha256(f"{picture.shape}".encode() + picture.tobytes()).hexdigest())
    return _own.get(key, lambda: target.embed([picture]))


def _missing(target: Target) -> Alike:
    status = _asked(target).status()
    ended = status is not None and not status.active and status.state != "stopped"
    reason = (status.reason or f"Looking at the test pictures was {status.state}.") if status is not None and ended else ""
    return Alike(target.text, target.title, [], [], [], status, reason)


def _at_work(asked: Asked) -> bool:
    status = asked.status()
    return status is not None and status.active


def _asked(target: Target) -> Asked:
    return embed_asked(target, "test", _most(target))


def _most(target: Target) -> int:
    return min(DOTS, len(target.pictures("test")))
