"""The points of a protocol with a series, over networks and draws: as JSON and as arrays.

Axes: S test picture, R network, T draw of the labels, E episode.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ssl_core.evaluation.rivals import corrected
from ssl_core.evaluation.values import guess_of, interval_of, mean_of, one_draw
from ssl_core.probes.base import Scores, SeriesPoint
from ssl_core.types import Measure


def merged_points(points_RT: Sequence[Sequence[Sequence[SeriesPoint]]]) -> list[SeriesPoint]:
    """The points of a series whose values are the mean of R networks; several draws of the labels (T > 1) stay apart as T x S.

    A single network's single draw stays as the probe gave it. `facts` are of the first network's first draw.
    """
    if len(points_RT) == 1 and len(points_RT[0]) == 1:
        return list(points_RT[0][0])
    found = []
    for place, first in enumerate(points_RT[0][0]):
        values_RTS = np.array([[points[place].values for points in points_T] for points_T in points_RT], np.float32)
        values = values_RTS.mean(0) if values_RTS.shape[1] > 1 else values_RTS.mean((0, 1))
        units = mean_of([points[place].unit_E for points_T in points_RT for points in points_T])
        found.append(first._replace(values=values, unit_E=units))
    return found


def point_arrays(points: Sequence[SeriesPoint]) -> dict[str, np.ndarray | None]:
    """The arrays of a series: the values of each point's pictures, and those of its episodes where there are any."""
    units = [each.unit_E for each in points if each.unit_E is not None]
    return {"points": np.stack([each.values for each in points]), "point_units": np.stack(units) if units else None}


def points_said(points: Sequence[SeriesPoint], measure: Measure, answers: int = 1, picked: bool = False) -> list[dict[str, Any]]:
    """Points as JSON: `at`, `accuracy` and its 95 % interval as `ci95`, then the facts. answers: as for `interval_of`.

    picked: the best of these test pictures has its interval as `ci` too, at the `level` 1 - .05 / points (Bonferroni): whoever reads the
    highest figure off a table picks among as many.
    """
    found: list[dict[str, Any]] = []
    for each in points:
        score = interval_of(one_draw(each.values) if each.unit_E is None else each.unit_E, measure, answers)
        found.append({"at": each.at, "accuracy": score.value, "ci95": [score.lo, score.hi], **each.facts})
    if picked:
        place = int(np.argmax([(-1 if measure.lower_is_better else 1) * said["accuracy"] for said in found]))
        level = corrected(len(points))
        score = interval_of(points[place].values, measure, answers, level)
        found[place] |= {"ci": [score.lo, score.hi], "level": level}
    return found


def point_guesses(tries: Sequence[Scores], label_S: np.ndarray) -> np.ndarray | None:
    """Points x S: as `guess_of`, at each point; None where a point doesn't keep the classes named."""
    found = [guess_of([each.points[place] for each in tries], label_S) for place in range(len(tries[0].points))]
    return None if any(guess_S is None for guess_S in found) else np.array(found)
