"""Few-shot episodes: classes drawn from many, a few labelled pictures of each (support), others to name (queries).

Axes: S picture, C class, E episode, N class of an episode, K support picture of a class, Q query of a class, D feature.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

AT_ONCE = 100  # episodes computed together: bounds the memory, AT_ONCE N (K + Q) D numbers


class DrawnEpisodes(NamedTuple):
    """Rows of pictures; no picture is in an episode twice."""

    class_EN: np.ndarray  # int64: the class of each place
    support_ENK: np.ndarray  # int64: rows, of which the first k of K are the support of k shots
    query_ENQ: np.ndarray


def drawn_episodes(label_S: np.ndarray, ways: int, shots: int, queries: int, episodes: int, rng: np.random.Generator) -> DrawnEpisodes:
    """Episodes drawn from the labels alone. Each class has no picture or at least shots + queries, and `ways` classes have."""
    known, counts = np.unique(label_S, return_counts=True)
    wide, each = int(counts.max()), shots + queries
    rows_CS = np.zeros((len(known), wide), np.int64)
    for place, label in enumerate(known):
        rows_CS[place, : counts[place]] = np.flatnonzero(label_S == label)
    chosen, classes = [], []
    for start in range(0, episodes, AT_ONCE):
        many = min(AT_ONCE, episodes - start)
        class_EN = rng.random((many, len(known))).argsort(1)[:, :ways]
        key_ENS = rng.random((many, ways, wide))
        key_ENS[np.arange(wide) >= counts[class_EN][..., None]] = 2  # beyond the class's pictures
        some_ENS = np.argpartition(key_ENS, each - 1, 2)[..., :each]
        order = np.take_along_axis(key_ENS, some_ENS, 2).argsort(2)
        chosen.append(rows_CS[class_EN[..., None], np.take_along_axis(some_ENS, order, 2)])
        classes.append(known[class_EN])
    rows_ENM = np.concatenate(chosen)
    return DrawnEpisodes(np.concatenate(classes), rows_ENM[..., :shots], rows_ENM[..., shots:])


def named_by_prototype(unit_SD: Tensor, drawn: DrawnEpisodes, shots: int) -> np.ndarray:
    """E N Q: the place of the class whose mean support feature is nearest to each query (Euclidean distance, SimpleShot 1911.04623)."""
    found = []
    for support_ENKD, query_EQD in _features(unit_SD, drawn, shots):
        mean_END = support_ENKD.mean(2)
        # ‖q - c‖² = ‖q‖² - 2 (q·c - ½ ‖c‖²), and ‖q‖² is the same for all classes
        near_EQN = torch.baddbmm(mean_END.square().sum(2)[:, None], query_EQD, mean_END.transpose(1, 2), beta=-0.5)
        found.append(near_EQN.argmax(2))
    return _by_class(found, drawn)


def named_by_neighbour(unit_SD: Tensor, drawn: DrawnEpisodes, shots: int) -> np.ndarray:
    """E N Q: the place of the class of the support picture with the highest cosine to each query."""
    found = []
    for support_ENKD, query_EQD in _features(unit_SD, drawn, shots):
        near_EQM = torch.bmm(query_EQD, support_ENKD.flatten(1, 2).transpose(1, 2))
        found.append(near_EQM.argmax(2) // shots)
    return _by_class(found, drawn)


def _features(unit_SD: Tensor, drawn: DrawnEpisodes, shots: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Features of the support (E N K D) and of the queries (E, N Q, D), AT_ONCE episodes at a time."""
    for start in range(0, len(drawn.class_EN), AT_ONCE):
        support_ENK, query_ENQ = (
            torch.from_numpy(rows[start : start + AT_ONCE]) for rows in (drawn.support_ENK[..., :shots], drawn.query_ENQ)
        )
        yield unit_SD[support_ENK], unit_SD[query_ENQ.flatten(1)]


def _by_class(found: list[Tensor], drawn: DrawnEpisodes) -> np.ndarray:
    named: np.ndarray = torch.cat(found).numpy().reshape(drawn.query_ENQ.shape)
    return named
