"""Whether the features collapse: spread, mean cosine and effective rank, and how the singular values decrease."""

from __future__ import annotations

from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.figures import charts
from pages._kit.run import live
from pages._kit.screen import frame

HEIGHT = 190


def show(run: core.Run) -> None:
    """The latest measures and the spectrum; nothing for a method that compares no views."""
    measured = [row["health"] for row in live.lines_of(run) if row.get("health")]
    if not measured:
        return
    numbers(measured[-1])
    spectra = [each["spectrum"] for each in measured if each.get("spectrum")]
    if spectra:
        spectrum(spectra[0], spectra[-1])


def numbers(measured: dict[str, Any]) -> None:
    """Spread, mean cosine and effective rank, with the values of a collapsed network."""
    told = [
        ("Spread", f"{measured['spread']:.2f}", "How far the outputs for different pictures lie apart: 1 is everywhere."),
        ("Alike", frame.percent(measured["cosine"]), "Mean similarity (cosine) of two different pictures."),
    ]
    if "rank" in measured:
        told.append(("Directions", f"{measured['rank']:.0f}", "How many directions the network's features use (RankMe)."))
    for column, (name, value, help_text) in zip(st.columns(len(told)), told, strict=True):
        column.metric(name, value, help=help_text)
    frame.quiet(
        "A collapsed network, the same for every picture, has spread 0, alike 100 %" + (", directions 1." if len(told) > 2 else ".")
    )


def spectrum(first: list[float], now: list[float]) -> None:
    """Singular values as fractions of the largest; after a collapse the curve falls at once."""
    frame.heading("How many directions it uses, the strongest first")
    lines = [charts.Line("now", _places(now), frame.THIS_RUN)]
    if first != now:
        lines.append(charts.Line("first epoch", _places(first), frame.RANDOM, False))
    figure = charts.curves(lines, None, "direction, in parts of all", 1.0, height=HEIGHT, right=92)
    half = sum(value > 0.1 for value in now) / len(now)
    charts.show(figure, "spectrum", f"{frame.percent(half)} of the directions are more than a tenth as strong as the strongest.")


def _places(values: list[float]) -> list[tuple[float, float, None, None]]:
    return [(place / max(1, len(values) - 1), value, None, None) for place, value in enumerate(values)]
