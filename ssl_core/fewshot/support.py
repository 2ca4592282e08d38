"""Support set: which of a person's labels count, their features, and the centre of feature space.

Axes: N labelled pictures in the order in which the labels came, D feature.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import numpy as np
import torch

from ssl_core.fewshot.wall import wall_ids
from ssl_core.functional.balance import rank_in_class
from ssl_core.library.names import SPLITS
from ssl_core.models.targets import Target
from ssl_core.settings import SettingsError
from ssl_core.system.memory import Kept
from ssl_core.types import PictureId

MOST = 500  # labels that a curve is made from: each picture is embedded by every target while the screen waits
CENTRE = 96  # unlabelled pictures whose mean feature is subtracted (the base mean of 1911.04623)
BATCH = 64  # pictures embedded at a time
KEPT = 4000  # features of single pictures held in memory, over all targets

Where = tuple[str, str, str, str]  # a target's text and digest, a split and its pictures' digest


def counted_labels(labels: Mapping[str, str], classes: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Ids of the pictures with a label of one of `classes`, in the order given; and N int64, the index of the class."""
    class_of = {name: k for k, name in enumerate(classes)}
    pairs = [(picture, class_of[name]) for picture, name in labels.items() if name in class_of]
    return [picture for picture, _ in pairs], np.array([label for _, label in pairs], np.int64)


def first_of_each(pictures: Sequence[str], label_N: np.ndarray, most: int = MOST) -> tuple[list[str], np.ndarray]:
    """The first pictures of each class, `most` in all and as balanced as the classes allow, in the order given; and their classes."""
    chosen = np.sort(np.argsort(rank_in_class(label_N, np.arange(len(label_N))), kind="stable")[:most])
    return [pictures[n] for n in chosen], label_N[chosen]


_memory: Kept[tuple[Where, int], np.ndarray] = Kept(KEPT)
_lock = threading.Lock()  # one batch at a time, so that two requests for the same pictures compute them once


def features_of(target: Target, pictures: Sequence[str]) -> dict[str, np.ndarray]:
    """Picture id -> D features, for pictures of either split; those that can't be read are left out."""
    named = [PictureId.parse(picture) for picture in pictures]
    known: dict[str, np.ndarray] = {}
    for split in SPLITS:
        indices = [each.index for each in named if each.split == split]
        known |= {str(PictureId(split, i)): row_D for i, row_D in (features(target, indices, split) if indices else {}).items()}
    return known


def features(target: Target, places: Sequence[int], split: str = "train") -> dict[int, np.ndarray]:
    """Index in the split -> D features; pictures that can't be read are left out. KEPT features stay in memory."""
    data = target.pictures(split)
    where = (target.text, target.digest, split, data.digest())
    wanted = [place for place in dict.fromkeys(places) if 0 <= place < len(data)]
    known: dict[int, np.ndarray] = {}
    for start in range(0, len(wanted), BATCH):
        with _lock:  # released after each batch, so that a request for a few pictures doesn't wait for one of thousands
            known |= _batch(target, where, wanted[start : start + BATCH])
    return known


def _batch(target: Target, where: Where, places: Sequence[int]) -> dict[int, np.ndarray]:
    """`features` of one batch: from memory, the rest computed."""
    known = {place: row_D for place in places if (row_D := _memory.known((where, place))) is not None}
    images = _pictures(target, where[2], [place for place in places if place not in known])
    if images:
        rows_BD = target.features(torch.from_numpy(np.stack(list(images.values()))).float() / 255).numpy()
        for place, row_D in zip(images, rows_BD, strict=True):
            known[place] = row_D.copy()  # a view would keep the whole batch in memory
            _memory.put((where, place), known[place])
    return known


def _pictures(target: Target, split: str, places: Sequence[int]) -> dict[int, np.ndarray]:
    """Index -> uint8 C H W, without pictures that can't be read; from the decoded set where the cache has it."""
    pictures = target.picture_set(split)
    if pictures.is_decoded():
        found = pictures.decoded()
        rows_B = found.rows_of(places)
        return dict(zip(found.id_N[rows_B].tolist(), found.images(rows_B), strict=True))
    if not places:
        return {}
    data = target.pictures(split)
    read = data.read_many(places)
    data.close()
    return dict(zip(read.id_N.tolist(), read.images_NCHW, strict=True))


def rows(known: Mapping[str, np.ndarray], pictures: Sequence[str], label_N: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """N D features and N classes of those of the pictures that `known` has."""
    good = [n for n, picture in enumerate(pictures) if picture in known]
    return np.stack([known[pictures[n]] for n in good]) if good else np.zeros((0, 1)), label_N[good]


def centre(target: Target) -> np.ndarray:
    """D: the mean feature of CENTRE train pictures, the origin of directions. Raises SettingsError where no picture can be read."""
    base = features(target, [PictureId.parse(picture).index for picture in wall_ids(target.dataset)[:CENTRE]])
    if not base:
        raise SettingsError(f"No training picture of '{target.dataset}' can be read. Choose another set.")
    centre_D = np.stack(list(base.values())).astype(np.float64).mean(0)  # in single precision the order of the pictures would count
    return np.asarray(centre_D, np.float32)
