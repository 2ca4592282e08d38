"""The wall of training pictures that a person names, page by page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ssl_core.datasets.base import BadPicture
from ssl_core.functional.balance import rank_in_class
from ssl_core.functional.rng import key
from ssl_core.library.names import SPLITS
from ssl_core.library.sets import labels as labels_of
from ssl_core.models.targets import Target
from ssl_core.types import PictureId

POOL = 240  # unlabelled pictures among which the most helpful is looked for


def wall_ids(dataset: str, n: int = POOL) -> list[str]:
    """The pictures to name, in a fixed mixed order in which every class comes about equally often; the same every time."""
    data = Target.parse("pixels", dataset).pictures("train")
    label_S, lot_S = labels_of(data), np.random.default_rng(key(0, "wall")).permutation(len(data))
    turn_S = rank_in_class(label_S, lot_S)
    rank_S = np.empty(len(data), np.int64)
    rank_S[lot_S] = np.arange(len(data))
    # two of each class together, then shuffled by lot: neither a pattern to guess by nor a class that stays away
    return PictureId.texts("train", np.lexsort((rank_S, turn_S // 2))[:n])


def walls(dataset: str, size: int = 24) -> int:
    """How many walls of so many pictures there are, one after the other."""
    return math.ceil(min(POOL, len(Target.parse("pixels", dataset).pictures("train"))) / size)


def wall_page(dataset: str, page: int, size: int = 24) -> list[str]:
    """The pictures of one wall, those that can't be read left out."""
    return readable(dataset, wall_ids(dataset, size * (page + 1))[size * page :])


def readable(dataset: str, ids: Sequence[str]) -> list[str]:
    """Those of some pictures that the set has and that can be read; "test-12" and the like, anything else is left out."""
    sets = {split: Target.parse("pixels", dataset).pictures(split) for split in SPLITS}
    return [text for text in ids if (found := PictureId.find(text)) and _opens(sets[found.split], found.index)]


def captions_of(dataset: str, ids: Sequence[str]) -> dict[str, str]:
    """What each picture shows, in words, where somebody said it."""
    sets = {split: Target.parse("pixels", dataset).pictures(split) for split in SPLITS}
    said = {text: sets[found.split].caption(found.index) for text, found in ((text, PictureId.parse(text)) for text in ids)}
    return {text: caption for text, caption in said.items() if caption}


def _opens(data: Any, place: int) -> bool:
    if place >= len(data):
        return False
    try:
        data[place]
    except BadPicture:
        return False
    return True


def classes_of(dataset: str) -> tuple[str, ...]:
    """A data set's own classes, () where it has none."""
    return tuple(Target.parse("pixels", dataset).pictures("train").info.classes)
