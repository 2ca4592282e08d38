"""Runs: what was trained, how it stands, curves side by side; rename, delete with undo, take home, pack and unpack, clear caches."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.figures import charts
from pages._kit.run import ahead, every, live, row, take
from pages._kit.screen import fragments, frame, links, readers
from pages._kit.server import exports

FIND = "runs_find"
MORE = "runs_more"
RECENT = 3600  # seconds after which a deletion is no longer offered to be undone above the list
SEEDS = "Trains the same run with two other seeds, one after the other. `compare-seeds` gives the mean over them with its interval."
AT_ONCE = 20  # runs drawn at first, and added at each press: a thousand would take twenty seconds
COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
DASHES = ("solid", "dash", "dot", "dashdot")


def actions(run: core.Run) -> None:
    """The menu of one run: show, take home, pack, films, rename, delete."""
    name = f"Actions for {frame.escape(run.title)}"  # read aloud and shown on hover; the style sheet leaves three dots of it
    with st.popover(name, icon=":material/more_vert:", key=f"menu-{run.id}", help=name):
        if st.button("Show it", key=f"show-{run.id}", icon=":material/visibility:", width="stretch"):
            row.open_it(run)
        if run.status.weights or run.starter:
            take.links(run)
        if run.status.step:
            exports.link("Film of its eight pictures", "film.webp", width="stretch", run=run.id)
            exports.link("Film of its curve", "curve.webp", width="stretch", run=run.id)
        if not run.starter:
            # the title is part of the key, so that a field filled before another tab renamed the run doesn't undo that
            title = st.text_input("Name", run.title, key=f"title-{run.id}-{run.title}", max_chars=80)
            if title.split() != run.title.split():
                attempt(core.rename, run.id, title)
        more = run.status.state == "done" and not run.starter
        if more and st.button("Twice more with other seeds", key=f"seeds-{run.id}", icon=":material/replay:", width="stretch", help=SEEDS):
            attempt(core.start_more_seeds, run.id)
        if not run.status.active and st.button(
            "Delete" if not run.starter else "Hide", key=f"delete-{run.id}", icon=":material/delete:", width="stretch"
        ):
            st.session_state[links.DELETED] = run.id
            attempt(core.delete, run.id)


def attempt(action: Any, *given: Any) -> None:
    """Calls an action, then draws the list anew; an error is shown instead."""
    try:
        action(*given)
    except core.SettingsError as error:
        frame.problem(error)
        return
    st.rerun()


def undo() -> None:
    """The button that brings the run back that was deleted last; after a reload too, for RECENT seconds."""
    name = st.session_state.get(links.DELETED)
    if name is None:
        name = next((each.id for each in core.deleted() if time.time() - each.when < RECENT), "")
    if name and st.button(f"Undo: bring '{frame.escape(name)}' back", key="undo", icon=":material/undo:"):
        restore(name)


def restore(name: str) -> None:
    """Brings a run back; another one isn't offered in its place."""
    st.session_state[links.DELETED] = ""
    attempt(core.undelete, name)


def bring_back() -> None:
    """Every deleted or hidden run that is still kept, after a restart too."""
    kept = core.deleted()
    if not kept:
        return
    with st.expander(f"Deleted or hidden: {frame.count(len(kept))}"):
        for each in kept:
            if st.button(f"Bring '{frame.escape(each.title)}' back", key=f"bring-back-{each.id}", icon=":material/undo:", type="tertiary"):
                restore(each.id)


def compare(ticked: list[core.Run]) -> None:
    """Which of the ticked runs is ahead, and their curves, a chart for each task and measure: other kinds don't share an axis."""
    if told := ahead.words(ticked):
        st.markdown(told)
    groups: dict[tuple[str, str, str], list[core.Run]] = {}
    for run in ticked:
        groups.setdefault(row.kind(run), []).append(run)
    for place, group in enumerate(groups.values()):
        drawn = [run for run in group if live.points_of(run)]
        if drawn:
            together(drawn, place, named=len(groups) > 1)


def together(group: list[core.Run], place: int, named: bool) -> None:
    """One chart of runs with one task and measure; chance is drawn where it is the same for all. named: the heading names the task."""
    metric, words = live.metric_of(group[0])
    lines = [
        charts.Line(
            run.title,
            live.points_of(run),
            frame.THIS_RUN if run.id == links.current_run() else frame.INK,
            run.id == links.current_run(),
            DASHES[k % 4],
        )
        for k, run in enumerate(group)
    ]
    chances = [(run.title, run.status.chance[metric]) for run in group if metric in run.status.chance]
    one = chances[0][1] if len({chance for _, chance in chances}) == 1 else None
    frame.heading(f"{words.title} ({frame.escape(group[0].task)})" if named else words.title, words.help)
    figure = charts.curves(lines, one, "step", percent=words.unit == "%", y_top=words.top, height=260, unit=words.unit)
    charts.show(figure, f"curves-{place}-{metric}", f"{words.title} of {', '.join(each.name for each in lines)} over steps.")
    if one is None and chances:
        told = "; ".join(f"{frame.escape(title)} {live.worded(value, words)}" for title, value in chances)
        frame.quiet(f"Chance is not the same for all: {told}.")


def clearing() -> None:
    """The button that deletes what can be rebuilt, and deleted runs."""
    held = sum(core.disk_use(path) for path in core.rebuildable())
    spot = st.empty()
    if held and spot.button(
        f"Clear caches, {frame.size(held)}",
        key="clear",
        icon=":material/mop:",
        help="Decoded pictures, features, encoders kept on the way, deleted runs. The last two can’t be made again.",
    ):
        try:
            spot.caption(f"{frame.size(core.clear_caches())} freed.")
        except core.SettingsError as error:
            frame.problem(error)
        st.session_state[links.DELETED] = ""


def listing(known: list[str], busy: bool) -> None:
    """The list; refreshed while a run is at work. Where other runs are ticked than `known`, or the last one at work has ended,
    the whole screen is drawn again, since its button and title depend on that.
    """
    runs = readers.runs()
    if len(runs) > AT_ONCE:
        st.text_input("Find a run", key=FIND, icon=":material/search:", placeholder="a word of its name, task, network or pictures")
    drawn, rest = in_view(runs)
    ticked = rows(drawn)
    if [run.id for run in ticked] != known or any(run.status.active for run in runs) != busy:
        st.rerun()
    if rest:
        st.button(f"Show {min(rest, AT_ONCE)} more of {frame.count(rest)}", key="more", icon=":material/expand_more:", on_click=draw_more)
    compare(ticked)


def rows(drawn: list[core.Run]) -> list[core.Run]:
    """A row a run, under a heading for each task and measure, since only such numbers can be ranked; the runs that are ticked."""
    groups: dict[tuple[str, str, str], list[core.Run]] = {}
    for run in drawn:
        groups.setdefault(row.kind(run), []).append(run)
    ticked = []
    for (task, _, measure), group in groups.items():
        frame.heading(f"{frame.escape(task.capitalize())}: {measure[:1].lower()}{measure[1:]}")
        ticked += [run.id for run in group if row.show(run, actions)]
    return [run for run in drawn if run.id in ticked]


def draw_more() -> None:
    """Adds AT_ONCE runs to those drawn."""
    st.session_state[MORE] = st.session_state.get(MORE, AT_ONCE) + AT_ONCE


def in_view(runs: list[core.Run]) -> tuple[list[core.Run], int]:
    """The runs that are drawn, which include the chosen one, and how many more were found."""
    wanted = str(st.session_state.get(FIND, "")).casefold().split()
    found = [run for run in runs if all(word in words_of(run) for word in wanted)]
    most = st.session_state.get(MORE, AT_ONCE)
    chosen = [run for run in found[most:] if run.id == links.current_run()]
    return found[:most] + chosen, len(found) - min(most, len(found)) - len(chosen)


def words_of(run: core.Run) -> str:
    """The text in which the search looks for a run, in lower case."""
    return f"{run.title} {run.id} {run.task} {run.backbone} {run.dataset} {run.status.state}".casefold()


def title(runs: list[core.Run]) -> str:
    """How many runs there are, and how many of them are the person's own."""
    own = sum(not run.starter for run in runs)
    if own:
        return f"{frame.count(own)} {'run' if own == 1 else 'runs'} of yours"
    done = sum(run.status.state == "done" for run in runs)
    return f"{in_words(done)} finished {'run' if done == 1 else 'runs'}, none of yours yet" if done else "No run of yours yet"


def lead(runs: list[core.Run]) -> str:
    """A sentence on the runs that came with the program."""
    starters = sum(run.starter for run in runs)
    if not starters:
        return ""
    return "They came with the program." if starters == len(runs) else f"{in_words(starters)} more came with the program."


def in_words(number: int) -> str:
    """A small number as a word."""
    return COUNTS[number] if number < len(COUNTS) else frame.count(number)


def compare_words(ticked: list[str], chosen: str) -> tuple[str, list[str]]:
    """The words of the button that compares, and the runs that stand beside the chosen one."""
    others = [name for name in ticked if name != chosen]
    if not ticked:
        return "Compare", []
    if chosen not in ticked:
        return f"Compare with {len(others)} {'run' if len(others) == 1 else 'runs'}", others
    return ("Compare with ImageNet" if not others else f"Compare {len(ticked)} runs"), others


def main() -> None:
    """Header, list, curves, caches."""
    runs = readers.runs()
    right = frame.header(title(runs), lead(runs))
    undo()
    if not runs:
        frame.empty("A run is one training, with everything it made. It takes about a minute.", "train", "Set one up")
        bring_back()
        take.unpack()
        return
    ticked = [run.id for run in in_view(runs)[0] if st.session_state.get(f"tick-{run.id}", run.id == links.current_run())]
    words, others = compare_words(ticked, links.current_run())
    if right.button(words, key="compare", type="primary", disabled=not ticked, help="" if ticked else "Tick a run first."):
        links.go("benchmark", **{links.WITH: ",".join(others)})  # the chosen run stays chosen
    busy = any(run.status.active for run in runs)
    fragments.fragment(listing, run_every=2 if busy else None)(ticked, busy)
    every.show()
    bring_back()
    with st.container(horizontal=True, vertical_alignment="center"):
        take.unpack()
        clearing()


main()
