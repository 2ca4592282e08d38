"""What a map is coloured by: the class, or another factor of its pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

import ssl_core as core

CLASS, NOTHING = "class", "nothing"  # the first choice, with classes and without


def choose(layout: core.Layout, run: core.Run) -> core.Layout:
    """The map, coloured by its classes or by the factor that a person chose."""
    digest = core.open_set(run.dataset, "test").digest()
    found = {each.name: each for each in _factors(run.id, digest, layout.projector, layout, run.dataset)}
    if not found:
        return layout
    names = [*([CLASS] if layout.classes else [NOTHING]), *found]
    chosen = st.selectbox(
        "Coloured by", names, format_func=lambda name: f"Coloured by {name}", key=f"map-by-{run.id}", label_visibility="collapsed"
    )
    return core.coloured(layout, found[chosen]) if chosen in found else layout


@st.cache_data(max_entries=4, show_spinner=False)
def _factors(run_id: str, digest: str, projector: str, _layout: core.Layout, dataset: str) -> list[core.Factor]:
    return core.factors(_layout, dataset)


def span(layout: core.Layout, rows: Sequence[int] | None = None) -> str:
    """The range and the median of the numbers of these rows (None: of all), in words."""
    assert layout.value_S is not None
    value_S = layout.value_S if rows is None else layout.value_S[list(rows)]
    value_S = value_S[~np.isnan(value_S)]
    if not len(value_S):
        return "is not known of these"
    return f"from {value_S.min():.4g} to {value_S.max():.4g}, half of them below {np.median(value_S):.4g}"
