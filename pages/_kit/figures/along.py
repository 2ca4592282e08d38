"""Curves over numbers on a logarithmic axis, such as labels of a class, whose points answer a click."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from pages._kit.figures import charts
from pages._kit.screen.frame import CHANCE, PAGE

ROOM = 0.06  # of a decade beside the first and the last point, so that their marks are whole
TOPS = (0.4, 0.6, 0.8)  # heights that a chart has before 100 %, so that its axis seldom changes


class Curve(NamedTuple):
    """A line with its interval, and what a click on each of its points says."""

    name: str
    at: Sequence[int]
    value: Sequence[float]  # in [0, 1]
    lo: Sequence[float]
    hi: Sequence[float]
    colour: str
    main: bool = False
    keys: Sequence[str] = ()  # one a point; (): published elsewhere, without an interval, and a click says nothing
    dash: str = "solid"


def figure(curves: Sequence[Curve], chance: float, x_title: str, reference: str = "chance", height: int = 360) -> Any:
    """The curves, their 95 % intervals as bands, `reference` dashed; a point's key is the `customdata` of a selection."""
    ticks = sorted({at for curve in curves for at in curve.at})
    lines = [_line(curve) for curve in curves]
    highest = max([chance, *(hi for curve in curves for hi in (*curve.hi, *curve.value))])
    top = next((top for top in TOPS if highest < 0.95 * top), 1.0)
    start, end = math.log10(ticks[0]) - ROOM, math.log10(ticks[-1]) + ROOM
    drawn = charts.curves(lines, chance, x_title, y_top=top, height=height, reference=reference, x_start=start, x_end=end)
    drawn.data = [trace for trace in drawn.data if trace.mode == "lines"]  # marks at the ends would lie on those that answer a click
    drawn.update_traces(hoverinfo="skip", hovertemplate=None)  # lines would say logarithms
    for curve in curves:
        _mark(drawn, curve, x_title)
    shown = _apart(ticks, end - start)
    drawn.update_xaxes(tickvals=[math.log10(at) for at in shown], ticktext=[f"{at:,}".replace(",", " ") for at in shown], dtick=None)
    return drawn


def _line(curve: Curve) -> charts.Line:
    """The curve as lines and band; a published one without an interval is dotted."""
    bands = [(lo, hi) if curve.keys else (None, None) for lo, hi in zip(curve.lo, curve.hi, strict=True)]
    points = [(math.log10(at), value, *band) for at, value, band in zip(curve.at, curve.value, bands, strict=True)]
    return charts.Line(curve.name, points, curve.colour, curve.main, curve.dash if curve.keys else "dot")


def _mark(drawn: Any, curve: Curve, x_title: str) -> None:
    """A mark at each point; published ones are hollow."""
    style = {"size": 11, "color": curve.colour} if curve.keys else {"size": 8, "color": PAGE, "line": {"width": 2, "color": CHANCE}}
    said = [
        f"{charts.safe(curve.name)} {100 * value:.1f} %" + (f" ({100 * lo:.1f} to {100 * hi:.1f})" if curve.keys else "")
        for value, lo, hi in zip(curve.value, curve.lo, curve.hi, strict=True)
    ]
    drawn.add_scatter(
        x=[math.log10(at) for at in curve.at],
        y=[100 * value for value in curve.value],
        mode="markers",
        marker=style,
        customdata=list(curve.keys) or None,
        hovertext=[f"{words}<br>{charts.safe(x_title)}: {at}" for words, at in zip(said, curve.at, strict=True)],
        hoverinfo="text",
    )


def _apart(ticks: Sequence[int], width: float, least: float = 0.06) -> list[int]:
    """Those numbers whose names stand apart on the axis, from the last to the first; least: part of its width between two names."""
    kept: list[int] = []
    for at in reversed(ticks):
        if not kept or math.log10(kept[-1] / at) > least * width:
            kept.append(at)
    return kept[::-1]
