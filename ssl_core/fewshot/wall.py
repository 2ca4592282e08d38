"""The wall: the train pictures that a person labels, page by page."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ssl_core.datasets.base import BadPicture, ImageSet
from ssl_core.functional.balance import rank_in_class
from ssl_core.functional.rng import key
from ssl_core.library.names import SPLITS
from ssl_core.library.sets import labels as labels_of
from ssl_core.models.targets import Target
from ssl_core.types import PictureId

POOL = 240  # pictures of the wall, among which the next one to label is chosen


def wall_ids(dataset: str, n: int = POOL) -> list[str]:
    """The first n picture ids of the wall: a fixed shuffled order in which the classes are balanced, the same at every call."""
    data = Target.parse("pixels", dataset).pictures("train")
    label_S, lot_S = labels_of(data), np.random.default_rng(key(0, "wall")).permutation(len(data))
    turn_S = rank_in_class(label_S, lot_S)
    rank_S = np.empty(len(data), np.int64)
    rank_S[lot_S] = np.arange(len(data))
    # blocks of two pictures a class, each block shuffled: every class comes early, and the order doesn't give the class away
    return PictureId.texts("train", np.lexsort((rank_S, turn_S // 2))[:n])


def walls(dataset: str, size: int = 24) -> int:
    """The number of pages of `size` pictures."""
    return math.ceil(min(POOL, len(Target.parse("pixels", dataset).pictures("train"))) / size)


def wall_page(dataset: str, page: int, size: int = 24) -> list[str]:
    """The picture ids of a page, without those that can't be read."""
    return readable(dataset, wall_ids(dataset, size * (page + 1))[size * page :])


def readable(dataset: str, ids: Sequence[str]) -> list[str]:
    """Those of `ids` that name a picture ("test-12") which the set has and which can be read."""
    sets = {split: Target.parse("pixels", dataset).pictures(split) for split in SPLITS}
    return [text for text in ids if (found := PictureId.find(text)) and _opens(sets[found.split], found.index)]


def captions_of(dataset: str, ids: Sequence[str]) -> dict[str, str]:
    """Picture id -> its caption, without pictures that have none."""
    sets = {split: Target.parse("pixels", dataset).pictures(split) for split in SPLITS}
    said = {text: sets[found.split].caption(found.index) for text, found in ((text, PictureId.parse(text)) for text in ids)}
    return {text: caption for text, caption in said.items() if caption}


def _opens(data: ImageSet, index: int) -> bool:
    if index >= len(data):
        return False
    try:
        data[index]
    except BadPicture:
        return False
    return True


def classes_of(dataset: str) -> tuple[str, ...]:
    """The classes of a data set itself, () where it has none."""
    return tuple(Target.parse("pixels", dataset).pictures("train").info.classes)
