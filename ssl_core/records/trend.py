"""What a curve on held-out pictures does: how much it changes over its latest part, with a 95 % interval, and since when it is flat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

T_95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23)  # Student's t by degrees of freedom, 1 to 10; about 2 above
FEWEST = 5  # points that a trend is told from
LATEST = 0.5  # share of the steps so far whose change is asked for
FLAT = 0.1  # share of the whole gain that a flat part may still bring, at most
TAIL = 0.25  # share of the steps so far that a flat part has at least

Point = tuple[float, float]  # step, value; more is better


class Rise(NamedTuple):
    """How much a line through points rises from the first to the last, with its 95 % interval."""

    value: float
    lo: float
    hi: float


def change_over(points: Sequence[Point]) -> Rise:
    """The rise of the least-squares line over the points: slope × width ± t × standard error × width; infinite for two points or fewer."""
    n = len(points)
    if n < 3:
        return Rise(math.nan, -math.inf, math.inf)
    x, y = (sum(each[axis] for each in points) / n for axis in (0, 1))
    square = sum((step - x) ** 2 for step, _ in points)
    if not square:
        return Rise(math.nan, -math.inf, math.inf)
    slope = sum((step - x) * (value - y) for step, value in points) / square
    rest = sum((value - y - slope * (step - x)) ** 2 for step, value in points)
    width = points[-1][0] - points[0][0]
    half = width * _t(n - 2) * math.sqrt(rest / (n - 2) / square)
    return Rise(slope * width, slope * width - half, slope * width + half)


def improving(points: Sequence[Point]) -> bool:
    """Whether the latest half of a curve rises, by an interval without zero."""
    latest = [each for each in points if each[0] >= LATEST * points[-1][0]] if points else []
    return len(latest) >= FEWEST and change_over(latest).lo > 0


def flat_since(points: Sequence[Point]) -> int | None:
    """The step from which on a curve is flat; None where it still rises, or where that can't be told.

    Flat is the longest latest part of FEWEST points and a TAIL of the steps or more, over which the upper end of the change's interval is
    less than FLAT of the gain since the first point.
    """
    if len(points) <= FEWEST:
        return None
    level = sorted(value for _, value in points[-FEWEST:])[FEWEST // 2]
    gain = abs(level - points[0][1])
    for at in range(1, len(points) - FEWEST + 1):
        tail = points[at:]
        if tail[-1][0] - tail[0][0] < TAIL * tail[-1][0]:
            return None
        if change_over(tail).hi < FLAT * gain and tail[0][1] + FLAT * gain > level:
            return int(tail[0][0])
    return None


def _t(freedom: int) -> float:
    return T_95[freedom - 1] if freedom <= len(T_95) else 1.96 + 2.5 / freedom
