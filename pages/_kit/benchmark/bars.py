"""A comparison as bars: one for each target, with its interval; those still to come keep their row."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.benchmark import behind
from pages._kit.benchmark import words as benchmark_words
from pages._kit.benchmark.words import Asked
from pages._kit.figures import charts
from pages._kit.screen import frame

NOT_RUNS = ("imagenet", "untrained", "random", "pixels")  # bars in a colour of their own; other runs and networks are drawn softer
CLICKED = "benchmark_clicked"  # session: the target whose bar was clicked last


def show(asked: Asked, found: core.Comparison) -> None:
    """A bar for each scored target, best first, then a row for each other target; a click on a bar opens the pictures it got wrong."""
    measure = found.measure
    scored = sorted(found.rows, key=lambda row: row.accuracy if measure.lower_is_better else -row.accuracy)
    rows = [
        charts.Bar(
            asked.name(row.target),
            row.accuracy,
            row.lo,
            row.hi,
            benchmark_words.detail_of(row),
            frame.colour_of(row.target),
            soft=row.target != asked.run.id and row.target.partition(":")[0] not in NOT_RUNS,
            of=found.n_test if measure.counted else 0,
        )
        for row in scored
    ]
    targets = [row.target for row in scored]
    status = dict(found.waiting)
    for target in [*status, *found.missing]:
        missing = "measured otherwise before" if target in found.outdated else "not compared yet"
        pending = stage(status[target]) if target in status else missing
        rows.append(charts.Bar(asked.name(target), 0.0, detail=benchmark_words.DETAILS.get(target.partition(":")[0], ""), pending=pending))
    if not rows:
        return
    line, named = found.rates.reference
    drawn = charts.bars(rows, line or None, benchmark_words.lower(measure.title), unit=measure.unit, reference=named)
    said = benchmark_words.sentence(found, asked.run.id, asked.titles) or "Nothing is scored yet."
    event = charts.show(drawn, f"bars-{asked.run.id}-{len(rows)}", said, select=("points",))
    places = [point["point_index"] for point in event.selection.points]
    pressed = targets[places[0]] if places and places[0] < len(targets) else ""
    if pressed and pressed != st.session_state.get(CLICKED) and pressed in found.right:
        behind.wrong(asked, found, pressed)
    st.session_state[CLICKED] = pressed


def stage(status: core.Status) -> str:
    """A job's progress in a few words."""
    if status.state == "queued":
        return f"number {status.place} in line" if status.place else "waking up"
    words = status.stage or "starting"
    return f"{words}, {100 * status.step / status.steps:.0f} %" if status.steps else words
