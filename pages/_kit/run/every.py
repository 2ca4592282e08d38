"""Every method side by side: this machine's runs and the methods measured for the program, only what was measured alike in one picture."""

from __future__ import annotations

from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.figures import charts
from pages._kit.screen import frame, links

OPEN, WHICH, SHOWN = "every_open", "every_group", "every_columns"  # session: whether the section is open, what was measured, columns
COLUMNS = {
    "steps": "steps",
    "seconds": "seconds",
    "linear": "linear probe",
    "knn": "neighbours",
    "held_out": "own game",
    "random": "untrained",
    "difference": "over untrained",
    "pixels": "raw pixels",
}
SHARES = ("linear", "knn", "random", "difference", "pixels")  # columns in [0, 1]
USUAL = ("steps", "seconds", "random")
ABOUT = (
    "Scores stand in one picture only where data set, protocol, picture size and numbers of pictures are the same. The paler bars are "
    "methods that were measured for this program with about a minute of one processor core each; their seconds are of that machine. "
    "Of their scores by neighbours no interval was kept."
)


def show() -> None:
    """The section, closed at first; nothing is read before it is opened."""
    if not st.toggle("Every method side by side", key=OPEN, help=ABOUT):
        return
    groups = core.every_run()
    if not groups:
        frame.quiet("Nothing was scored on this machine yet. Compare a run first.")
        return
    titles = [title(group) for group in groups]
    place = st.selectbox("Measured alike", range(len(groups)), format_func=lambda k: titles[k], key=WHICH) if len(groups) > 1 else 0
    group = groups[place]
    draw(group)
    table(group)
    beside(group)
    frame.quiet(ABOUT)


def title(group: core.Every) -> str:
    """What is the same for all rows of a group, with how many there are."""
    own = sum(row.own for row in group.rows)
    return f"{group.title} ({len(group.rows)} rows, {own} of this machine)"


def draw(group: core.Every) -> None:
    """A bar a row, the best first; a click opens the pictures of a run, or asks whether to start a method's run here."""
    bars = [
        charts.Bar(row.name, row.accuracy, row.lo, row.hi, where(row), frame.THIS_RUN if row.own else frame.RANDOM, soft=not row.own)
        for row in group.rows
    ]
    measure = group.measure
    figure = charts.bars(bars, None, measure.title.lower(), unit=measure.unit)
    said = "; ".join(f"{bar.title}: {measure.text(bar.value)}" for bar in bars)
    event = charts.show(figure, f"every-{group.title}-{len(bars)}", f"{said}.", select=("points",))
    places = [point["point_index"] for point in event.selection.points]
    if places and places[0] < len(group.rows) and (row := group.rows[places[0]]).own:
        open_run(row)


def where(row: core.EveryRow) -> str:
    """Where a row was measured, in a few words."""
    return "a run of this machine" if row.own else "measured for the program"


def open_run(row: core.EveryRow) -> None:
    """The comparison of a run, with the pictures behind its number."""
    links.go("benchmark", **{links.RUN: row.run})


def table(group: core.Every) -> None:
    """The chosen columns, and in each row the button that opens its pictures or starts the same run here."""
    known = [name for name in COLUMNS if name in ("steps", "seconds") or any(name in row.columns for row in group.rows)]
    usual = [name for name in USUAL if name in known]
    chosen = st.multiselect("Columns", known, usual, format_func=COLUMNS.__getitem__, key=f"{SHOWN}-{group.protocol}")
    widths = [3, *[1.2] * len(chosen), 2]
    head = st.columns(widths, vertical_alignment="center")
    head[0].markdown("**Method**")
    for spot, name in zip(head[1:], chosen, strict=False):
        spot.markdown(f"**{COLUMNS[name]}**")
    for k, row in enumerate(group.rows):
        cells = st.columns(widths, vertical_alignment="center")
        cells[0].markdown(frame.escape(row.name) + ("" if row.own else " *(ours)*"))
        for spot, name in zip(cells[1:], chosen, strict=False):
            spot.markdown(worded(row, name))
        if row.own and cells[-1].button("Its pictures", key=f"every-open-{k}", icon=":material/photo_library:"):
            open_run(row)
        if not row.own and cells[-1].button("Train it here", key=f"every-start-{k}", icon=":material/play_arrow:", help=start_words(row)):
            start(row)


def worded(row: core.EveryRow, name: str) -> str:
    """A cell of the table."""
    if name == "steps":
        return frame.count(row.steps)
    if name == "seconds":
        return f"{row.seconds:.0f} s"
    if name not in row.columns:
        return "–"
    return frame.percent(row.columns[name]) if name in SHARES else f"{row.columns[name]:.3g}"


def start_words(row: core.EveryRow) -> str:
    """What the button that trains a method here will do."""
    return f"Trains {row.task} on {row.asked['dataset']} for {frame.count(row.steps)} steps, about {row.seconds:.0f} s of one core there."


def start(row: core.EveryRow) -> None:
    """Starts the run that a method was measured by, and shows it learn; a data set that isn't here is said in a sentence."""
    try:
        run = core.start_training({**row.asked, "title": row.name})
    except core.SettingsError as error:
        frame.problem(error)
        return
    links.go("train", **{links.RUN: run})


def beside(group: core.Every) -> None:
    """The runs on this data set that weren't measured alike, with the button that measures them so."""
    others = core.unlike_measured(group)
    if not others:
        return
    names = ", ".join(frame.escape(run.title) for run in others[:MOST])
    more = f" and {len(others) - MOST} more" if len(others) > MOST else ""
    frame.quiet(f"Not in this picture, since they were never measured so: {names}{more}.")
    if not group.how and st.button(f"Measure {min(MOST, len(others))} alike", key="every-alike", icon=":material/straighten:"):
        core.request_comparison([run.id for run in others[:MOST]], group.dataset, group.protocol, **same(group))
        frame.quiet("They are being measured; they will stand here once they are done.")


def same(group: core.Every) -> dict[str, Any]:
    """The settings under which a group's rows were measured."""
    return {"train": group.n_train, "test": group.n_test, "image_size": None}


MOST = 5  # runs measured at one press
