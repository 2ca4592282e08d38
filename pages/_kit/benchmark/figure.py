"""The figure of a comparison: bars; where the protocol has a series of points, that series' table or curve."""

from __future__ import annotations

from collections.abc import Callable

import ssl_core as core
from pages._kit.benchmark import bars, curve, layers
from pages._kit.benchmark.words import Asked, probe_of

# by `series` of a probe; a series without an entry is drawn as bars
FIGURES: dict[str, Callable[[Asked, core.Comparison], None]] = {"layers": layers.show, "points": curve.labels, "episodes": curve.shots}


def show(asked: Asked, found: core.Comparison) -> None:
    """Draws the comparison as its protocol asks."""
    FIGURES.get(probe_of(asked.protocol).series, bars.show)(asked, found)
