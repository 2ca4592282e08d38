"""Two targets point by point of a series: at which numbers of labels, shots or layers one is ahead."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ssl_core.evaluation.rivals import corrected
from ssl_core.evaluation.scored import Scored, ScoredPoint
from ssl_core.evaluation.values import difference_of, one_draw


class PointPair(NamedTuple):
    """The mean of a's values minus that of b's at one point of a series, on the same pictures."""

    at: str | int
    difference: float
    lo: float  # its interval at `level`
    hi: float
    level: float  # Bonferroni's of the points: together they hold 95 %

    @property
    def ahead(self) -> int:
        """1 where a's values are surely the larger ones, -1 where b's are, 0 where the interval holds zero."""
        return int(self.lo > 0) - int(self.hi < 0)


def point_pairs(a: Scored, b: Scored) -> list[PointPair]:
    """a minus b at each point that both have, at the level 1 - .05 / points."""
    theirs = {point.at: point for point in b.points}
    both = [(point, theirs[point.at]) for point in a.points if point.at in theirs]
    level, measure = corrected(len(both)), a.row.measure
    return [PointPair(mine.at, *difference_of(*_paired(mine, other), measure, level), level) for mine, other in both]


def _paired(a: ScoredPoint, b: ScoredPoint) -> tuple[np.ndarray, np.ndarray]:
    """The values of both: of episodes, of several draws, of one draw where neither's draws differ."""
    if a.unit_E is not None and b.unit_E is not None:
        return a.unit_E, b.unit_E
    alone = one_draw(a.values), one_draw(b.values)
    return alone if alone[0].ndim == alone[1].ndim == 1 else (a.values, b.values)


def crossing(pairs: Sequence[PointPair]) -> tuple[str | int, str | int] | None:
    """Between which points the one target overtakes the other: the last at which one is surely ahead, the first at which the other is.

    None where intervals don't bear it: the same one is ahead wherever any is.
    """
    sure = [pair for pair in pairs if pair.ahead]
    turns = [(before.at, after.at) for before, after in itertools.pairwise(sure) if before.ahead != after.ahead]
    return turns[0] if turns else None
