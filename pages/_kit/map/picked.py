"""What is selected on the map: a class by keyboard, or dots by mouse, as a count and a wall of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

import ssl_core as core
from pages._kit.fewshot import pictures
from pages._kit.figures import gallery
from pages._kit.large import dialog
from pages._kit.map import colour
from pages._kit.screen import frame

PAGE = 16
CLASS = "map_class"  # session: a number in the class picker's key; another number is an empty picker
CHART = "map_chart"  # session: a number in the chart's key; another number is a chart without selection
START = "map_start"  # session: the selection, and the index of the first picture on the wall


def class_picker(layout: core.Layout) -> int | None:
    """The selection by keyboard: the index of a class, None for all."""
    counts = [(layout.label_S == place).sum() for place in range(len(layout.classes))]
    names = [name for name, count in zip(layout.classes, counts, strict=True) if count]
    if not names:
        return None
    look = {name: frame.look_of(layout.classes.index(name)).shape for name in names}
    chosen = st.selectbox(
        "A class",
        names,
        index=None,
        placeholder=f"Or choose a {layout.by or 'class'}",
        format_func=lambda name: f"{look[name]} {name}",
        key=f"map-class-{layout.by}{st.session_state.get(CLASS, 0)}",
        on_change=again,
        args=(CHART,),
        label_visibility="collapsed",
    )
    return layout.classes.index(chosen) if chosen else None


def again(name: str) -> None:
    """Empties the chart's selection (CHART) or the class picker (CLASS): a new key is a new widget."""
    st.session_state[name] = st.session_state.get(name, 0) + 1


def counted(layout: core.Layout, rows: Sequence[int]) -> str:
    """How many rows each class has, the three most frequent by name; of numbers, their range and median."""
    if layout.value_S is not None:
        return f"{frame.escape(layout.by)} {colour.span(layout, rows)}"
    label_S = layout.label_S[list(rows)]
    found = [(int((label_S == c).sum()), int(c)) for c in np.unique(label_S) if c >= 0]
    found.sort(key=lambda pair: -pair[0])
    words = [f"{frame.look_of(c).shape} {frame.escape(layout.classes[c])}: {count}" for count, c in found[:3]]
    rest = len(rows) - sum(count for count, _ in found[:3])
    return " · ".join([*words, *([f"{rest} others"] if rest else [])])


def wall(layout: core.Layout, run: core.Run, rows: list[int], by_class: bool, plain: core.Layout) -> None:
    """The pictures of a selection: how many, of which classes, and a wall of them. plain: the map coloured by its classes."""
    what = frame.escape(layout.classes[layout.label_S[rows[0]]]) if by_class else "In your lasso" if len(rows) > 1 else "You chose"
    frame.heading(f"{what}: {frame.count(len(rows))} {'picture' if len(rows) == 1 else 'pictures'}")
    if not by_class:
        st.markdown(counted(layout, rows))
    start = _turn(rows)
    shown = rows[start : start + PAGE]
    pressed = gallery.pick([tile(layout, run, row, 128) for row in shown], f"map-{len(rows)}", 4)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(_call(len(rows)), type="primary", key="to-fewshot", help="On the few-labels screen, by a click each."):
            pictures.link(run.dataset, [layout.ids[row] for row in rows])
        if len(rows) > PAGE:
            _pages(rows, start)
    if pressed is not None:
        show_large(layout, run, shown, pressed, plain)


def show_large(layout: core.Layout, run: core.Run, rows: Sequence[int], place: int, plain: core.Layout) -> None:
    """The picture of one of these dots large, with its neighbours; where a factor colours the map, with its value.

    Its class comes from `plain`: neighbours are compared by class, whatever colours the map.
    """
    kinds = tuple(name_of(plain, row) for row in rows)
    said = tuple(name_of(layout, row) if layout.by else "" for row in rows)
    dialog.show(dialog.Wall(run.dataset, tuple(layout.ids[row] for row in rows), said, kinds), place, alike=True)


def _call(count: int) -> str:
    """The label of the button that opens the few-labels screen."""
    if count == 1:
        return "Name this picture"
    return f"Name these {count} pictures" if count <= pictures.MOST else f"Name the first {pictures.MOST} of them"


def _turn(rows: Sequence[int]) -> int:
    """The index of the first picture on the wall; a new selection starts at 0."""
    held = st.session_state.get(START, ((), 0))
    if held[0] != (len(rows), rows[0], rows[-1]):
        held = st.session_state[START] = (len(rows), rows[0], rows[-1]), 0
    return int(held[1])


def _pages(rows: Sequence[int], start: int) -> None:
    """The buttons Before and Next."""
    for words, icon, to in (("Before", "arrow_back", start - PAGE), ("Next", "arrow_forward", start + PAGE)):
        held = (len(rows), rows[0], rows[-1]), to
        disabled = not 0 <= to < len(rows)
        st.button("", key=f"map-{words}", icon=f":material/{icon}:", help=words, disabled=disabled, on_click=_put, args=(START, held))


def _put(name: str, value: Any) -> None:
    st.session_state[name] = value


def tile(layout: core.Layout, run: core.Run, row: int, size: int) -> gallery.Tile:
    """A dot's picture."""
    return gallery.picture(run.dataset, layout.ids[row], name_of(layout, row) or layout.ids[row], size)


def name_of(layout: core.Layout, row: int) -> str:
    """A dot's class, or its value of the factor that colours the map; "" where that is unknown."""
    if layout.value_S is not None:
        return "" if np.isnan(layout.value_S[row]) else f"{layout.by} {layout.value_S[row]:.4g}"
    label = int(layout.label_S[row])
    return layout.classes[label] if label >= 0 else ""
