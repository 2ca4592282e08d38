"""Map: test pictures arranged by what the network finds alike. A lasso opens its pictures, a click the neighbours of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

import ssl_core as core
from pages._kit.data import question
from pages._kit.figures import charts, gallery, shown
from pages._kit.map import colour, neighbours, picked, shares, waiting
from pages._kit.run import ways
from pages._kit.screen import fragments, frame, links, readers

QUESTION = "Which pictures does it find alike?"
HEIGHT, EXAMPLES = 540, 8
TOP = 0.995  # of the best agreement there can be: shown where it is lower
CLICKED = "map_clicked"  # session: the picture whose neighbours were opened last
BUSY = "map_busy"  # session: whether a map is being drawn, so that the screen is refreshed


class NotThere(Exception):
    """There is no map yet: raised so that the cache keeps no answer."""


@st.cache_data(max_entries=8, show_spinner=False)
def _drawn(run_id: str, weights: tuple[int, int], pictures: str, projector: str) -> core.Layout:
    found = core.layout(run_id, projector=projector)
    if found is None:
        raise NotThere
    return found


def drawn(run: core.Run, projector: str) -> core.Layout | None:
    """A run's map, read once and cached; None while there is none."""
    try:
        return _drawn(run.id, *_about(run), projector)
    except NotThere:
        return None


def _about(run: core.Run) -> tuple[tuple[int, int], str]:
    """What a map depends on: the weights and the pictures, as they are now."""
    return readers.stamp(run.folder / "status.json"), core.open_set(run.dataset, "test").digest()


@st.cache_data(max_entries=8, show_spinner=False)
def _shares(run_id: str, weights: tuple[int, int], pictures: str, projector: str, by: str, _layout: core.Layout) -> list[core.ClassShare]:
    return core.class_shares(_layout)


# The map and its projectors


def projectors() -> list[core.PartInfo]:
    """Every projector, the quick ones first: their maps are drawn at once, those of the slow ones by a job."""
    return sorted(readers.menu("projectors"), key=lambda part: part.slow)


def label_of(projector: str) -> str:
    """A projector's short name."""
    return next(part.label for part in projectors() if part.name == projector)


def choose_projector(there: Sequence[str]) -> str:
    """One of the projectors whose map is drawn; at first the last, which is the best drawn one."""
    start = there[-1]
    if len(there) == 1:
        return start
    asked = st.segmented_control(
        "Drawn by",
        there,
        default=start,
        format_func=label_of,
        key="map-projector",
        label_visibility="collapsed",
        required=True,
    )
    return asked or start


def progress(run: core.Run, missing: Sequence[str]) -> None:
    """The jobs of the maps that aren't drawn yet: progress, or why one failed."""
    found = [status for name in missing if (status := core.layout_status(run.id, projector=name)) is not None]
    busy = any(status.active for status in found)
    if busy != st.session_state.get(BUSY, False) or any(status.state == "done" for status in found):
        st.session_state[BUSY] = busy
        st.rerun()
    for status in found:
        standing(status)


def standing(status: core.Status) -> None:
    """One job of a map: progress, or why it failed."""
    if status.active:
        words = f"{(status.stage or 'at work').capitalize()}" + (f", {100 * status.step / status.steps:.0f} %" if status.steps > 1 else "")
        st.markdown(f"The map is being drawn. {words}. The first one on a machine takes about a minute longer.")
        st.progress(status.step / status.steps if status.steps else 0.0)
    if status.reason:
        frame.problem(f"The map could not be drawn. {status.reason}")


def ask_for_map(run: core.Run, projector: str, first: bool) -> None:
    """The main button where there is no map yet, a secondary one where only this slow map is missing."""
    if st.session_state.get(BUSY):
        return
    part, seconds = next(part for part in projectors() if part.name == projector), core.expect_map(run.id, projector)
    words = ("Draw the map" if first else f"Draw the {part.label}") + (f", about {frame.duration(seconds)}" if seconds is not None else "")
    if st.button(words, key=f"draw-{projector}", type="primary" if first else "secondary", help=part.help):
        core.request_layout(run.id, projector=projector)
        st.session_state[BUSY] = True
        st.rerun()


def choose_hand() -> bool:
    """What the mouse does on the map: True for the lasso, False for a click on one dot."""
    words = {True: "Draw around", False: "Click one"}
    asked = st.segmented_control(
        "The mouse", list(words), default=True, format_func=words.__getitem__, key="map-hand", label_visibility="collapsed", required=True
    )
    return asked is not False


def picture(layout: core.Layout, run: core.Run, lasso: bool, only: int | None) -> list[int] | None:
    """The map, with one class in colour where one is chosen. Returns the selected rows, None for no selection."""
    shade = None if layout.value_S is None else charts.Shade(layout.by, layout.value_S)
    figure = charts.scatter(layout.xy_S2, layout.label_S, layout.classes, HEIGHT, lasso, only=only, shade=shade)
    said = f"A map of {layout.n} pictures by {label_of(layout.projector)}: {in_words(layout)}"
    asked = "lasso" if lasso else "click", st.session_state.get(picked.CHART, 0), _about(run)[1]  # other pictures: another widget
    key = "-".join(map(str, ("map", run.id, layout.projector, layout.by, *asked)))
    event = charts.show(figure, key, said, select=("lasso", "box") if lasso else ("points",))
    rows = [_row(point) for point in event.selection.points]
    return sorted({row for row in rows if row is not None}) or None


def _row(point: dict[str, Any]) -> int | None:
    """The row of a selected dot; None for the background of a class's name."""
    held = point.get("customdata")
    held = held[0] if isinstance(held, list | tuple) and held else held
    return int(held) if isinstance(held, int | float) else None


def in_words(layout: core.Layout) -> str:
    """How faithful the map is, as a sentence: the share of the ten nearest dots of the same class, in the features too, and by chance."""
    plane, features = layout.agreement_plane, layout.agreement_features
    if layout.value_S is not None:
        return f"coloured by {layout.by}, {colour.span(layout)}."
    if plane is None:
        return "these pictures have no classes to colour by."
    before = "" if features is None else f" {frame.percent(*features)} before flattening,"
    reference = f"{before} {frame.percent(layout.chance)} by chance{_at_best(layout)}"
    return f"of a dot's ten nearest, {frame.percent(*plane)} are of its {layout.by or 'class'};{reference}."


def _at_best(layout: core.Layout) -> str:
    """The highest share there can be, where classes have too few pictures for ten neighbours of their own."""
    return f", {frame.percent(layout.best)} at best" if layout.best is not None and layout.best < TOP else ""


# Beside the map


def nothing_selected(layout: core.Layout, run: core.Run) -> None:
    """How to read the map, some of its pictures, and the button for a picture of one's own."""
    st.markdown("**Draw around dots** to open their pictures, or **click one** to see what each network finds most like it.")
    frame.quiet(f"{EXAMPLES} of the {frame.count(layout.n)} pictures on the map:")
    rows = np.linspace(0, layout.n - 1, EXAMPLES).astype(int).tolist()
    gallery.show([picked.tile(layout, run, row, 128) for row in rows], columns=4, gap=8, captions=False)
    if st.button("Find what is like my own picture", key="own", type="primary", icon=":material/add_photo_alternate:"):
        neighbours.open_own(run.id, run.dataset)


def believed(layout: core.Layout, run: core.Run) -> None:
    """How faithful the map is: the share of the ten nearest of the same class, on the map, in the features and by chance."""
    plane, features = layout.agreement_plane, layout.agreement_features
    if layout.value_S is not None:
        frame.quiet(f"{frame.escape(layout.by)} goes {colour.span(layout)}; gray where nobody said it.")
        return
    if plane is None:
        frame.quiet("These pictures have no classes: what lies together is all the map can say.")
        return
    note = (
        "Of the ten dots nearest to each dot, how many are of its own class; before flattening: the same among the features, which "
        "have many more than two numbers a picture. ± is a 95 % interval over the pictures."
    )
    before = f"before flattening {frame.percent(*features)}, " if features is not None else ""
    reference = f"{before}chance {frame.percent(layout.chance)}{_at_best(layout)}"
    st.metric(
        f"Ten nearest, same {frame.escape(layout.by) or 'kind'}",
        frame.percent(*plane),
        reference,
        delta_color="off",
        delta_arrow="off",
        help=note,
    )


def whole(layout: core.Layout, run: core.Run) -> None:
    """Which pictures the map leaves out: held-out ones beyond those drawn, and those that the run learnt from; and where all are."""
    words, command = shown.on_the_map(layout.n, readers.how_many(run.dataset), readers.how_many(run.dataset, "train"), run.id)
    shown.say(words, run.dataset)
    if command:
        st.code(command, language=None, wrap_lines=True)


def table(layout: core.Layout, run: core.Run) -> None:
    """The map as a table: how many of the ten nearest dots are of the same class, class by class."""
    rows = _shares(run.id, *_about(run), layout.projector, layout.by, layout)
    if not rows:
        return
    with st.expander("The map as a table"):
        st.markdown(shares.table(rows, layout))


# The screen


def body(run_id: str, projector: str, lasso: bool) -> None:
    """Map at the left, selection at the right; a selection reruns this part alone."""
    run = readers.chosen(run_id)
    plain = drawn(run, projector) if run is not None else None
    if run is None or plain is None:
        st.rerun()
    left, right = st.columns([629, 307], gap="large")
    with right:
        layout = colour.choose(plain, run)
        only = picked.class_picker(layout)
    with left:
        rows = picture(layout, run, lasso, only)
    if rows and only is not None:  # choosing a class empties the chart's selection, so these rows were selected after it
        picked.again(picked.CLASS)
        fragments.again()
    with right:
        if rows:
            picked.wall(layout, run, rows, False, plain)
        elif only is not None:
            picked.wall(layout, run, np.flatnonzero(layout.label_S == only).tolist(), True, plain)
        else:
            nothing_selected(layout, run)
        believed(layout, run)
    whole(layout, run)
    table(layout, run)
    clicked = layout.ids[rows[0]] if rows is not None and len(rows) == 1 and not lasso else ""
    if clicked and rows and clicked != st.session_state.get(CLICKED):
        picked.show_large(layout, run, rows, 0, plain)
    st.session_state[CLICKED] = clicked


def show(run: core.Run) -> None:
    """The maps that are drawn, and buttons for those that aren't."""
    there = [part.name for part in projectors() if drawn(run, part.name) is not None]
    missing = [part.name for part in projectors() if part.slow and part.name not in there]
    if not there:
        frame.header(QUESTION)
        st.markdown("The map lays pictures out so that those with like features lie close together.")
        ids = core.fixed_ids(run.dataset, 16)
        tiles = [gallery.picture(run.dataset, each, "", 128) for each in core.PictureId.texts("test", ids)]
        gallery.show(tiles, columns=8, gap=8, captions=False)
        maker(run, missing)
        ask_for_map(run, finest(missing), True)
        return
    layout = drawn(run, there[-1])
    assert layout is not None
    right = frame.header(f"{frame.part(layout.n, readers.how_many(run.dataset), 'pictures')}, arranged by likeness")
    with right:
        lasso = choose_hand()
        projector = choose_projector(there)
        for name in missing:
            ask_for_map(run, name, False)
    if missing:
        maker(run, missing)
    fragments.fragment(body)(run.id, projector, lasso)
    ways.show(run, "map")


def finest(missing: Sequence[str]) -> str:
    """The projector of the main button where there is no map: the last slow one; without a slow one, a quick one, drawn by a job."""
    return missing[-1] if missing else projectors()[-1].name


def maker(run: core.Run, missing: Sequence[str]) -> None:
    """The jobs of the slow maps, refreshed while one is at work."""
    fragments.fragment(progress, run_every=1 if st.session_state.get(BUSY) else None)(run, missing)


def main() -> None:
    """The map of the chosen run, or why there is none."""
    run = readers.chosen(links.current_run())
    if run is None:
        frame.header("Which pictures does a network find alike?")
        frame.empty("There is no run to draw a map of yet. One takes about a minute.", "train", "Train one")
    elif run.status.active:
        waiting.show(run, QUESTION)
    elif not frame.absent(QUESTION, run.title, readers.missing(run.dataset)) and not question.comes_first(run.dataset, QUESTION):
        show(run)


try:
    main()
except core.SettingsError as error:
    frame.problem(error)
