"""The comparison taken home: the report as one HTML file, its rows as CSV, its figure as SVG."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.benchmark.words import Asked
from pages._kit.server import exports


def show(asked: Asked, found: core.Comparison) -> None:
    """Links to the report, its rows and its figure; nothing as long as nothing is scored."""
    if not found.rows:
        return
    targets, protocol = "\n".join(asked.targets), asked.protocol
    with st.container(horizontal=True, gap="small"):
        note = "One HTML file with the figures, the pictures behind them, versions and commands. It needs no network and no program."
        exports.link("Report, one HTML file", "report.html", help=note, targets=targets, protocol=protocol)
        exports.link("Rows, CSV", "report.csv", targets=targets, protocol=protocol)
        exports.link("Figure, SVG", "report.svg", targets=targets, protocol=protocol)
