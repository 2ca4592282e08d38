"""A target's score class by class: how many of each class are right, and what the others were taken for.

Axes: S test picture, K class of the set, K x K true class by named class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ssl_core.evaluation.scored import Scored
from ssl_core.evaluation.values import interval_of
from ssl_core.functional.metrics.classes import confusion_matrix
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.probes.base import RIGHT


class ClassScore(NamedTuple):
    """The test pictures of one class."""

    name: str
    n: int  # test pictures of the class
    right: Interval  # share named correctly, with its 95 % interval over pictures (Wilson 1927); of several draws or networks their mean
    taken_for: str  # the class that its wrong ones are named most often; "" where none is wrong
    taken: int  # how many of them


class ByClass(NamedTuple):
    """A target's score class by class."""

    classes: tuple[str, ...]  # those among the test pictures or among the answers, in the set's order
    rows: list[ClassScore]  # of classes with test pictures, in the same order
    count_KK: np.ndarray  # int64: pictures of the class of the row that were named as the class of the column; K = len(classes)
    label_K: np.ndarray  # int64: each class as the set counts them

    def as_json(self) -> dict[str, Any]:
        """`classes`, `per_class` with `accuracy` and `ci95` of each, and the `confusion` matrix."""
        rows = [
            {"class": row.name, "n": row.n, "accuracy": row.right.value, "ci95": [row.right.lo, row.right.hi]}
            | ({"taken_for": row.taken_for, "taken": row.taken} if row.taken else {})
            for row in self.rows
        ]
        return {"classes": list(self.classes), "per_class": rows, "confusion": self.count_KK.tolist()}


def by_class(scored: Scored, classes: Sequence[str]) -> ByClass | None:
    """A score class by class; None where no class is named, or each time among a few (episodes). classes: all of the set, by label."""
    if scored.guess_S is None or scored.unit_E is not None:
        return None
    label_K = np.union1d(scored.label_S, scored.guess_S)
    names = tuple(classes[label] for label in label_K)
    count_KK = confusion_matrix(scored.label_S, scored.guess_S, label_K)
    rows = []
    for place, label in enumerate(label_K):
        if (mine_S := scored.label_S == label).any():
            wrong_K = np.where(np.arange(len(label_K)) == place, 0, count_KK[place])
            worst = int(wrong_K.argmax())
            taken = int(wrong_K[worst])
            right = interval_of(scored.values[..., mine_S], RIGHT)
            rows.append(ClassScore(names[place], int(mine_S.sum()), right, names[worst] if taken else "", taken))
    return ByClass(names, rows, count_KK, label_K)
