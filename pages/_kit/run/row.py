"""A run as a row of a list: what it is, when it was, how long it took and what it reached; a click anywhere in the row opens it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

import ssl_core as core
from pages._kit.figures import gallery
from pages._kit.run import eight, live, verdict
from pages._kit.screen import frame, links, readers

STATES = {"done": "green", "running": "blue", "queued": "blue", "stopped": "gray", "interrupted": "orange", "failed": "red"}


@st.cache_data(max_entries=64, show_spinner=False)
def weight(folder: str, stamp: tuple[int, int], step: int) -> int:
    """Bytes of a run on disk, cached by the time and size of its status file."""
    return core.disk_use(Path(folder))


def show(run: core.Run, actions: Callable[[core.Run], None]) -> bool:
    """One run: checkbox, pictures, name and state, number, menu (`actions`). Returns whether it is ticked."""
    with st.container(key=f"row-{run.id}"):
        tick, thumbs, words, number, menu = st.columns([0.3, 2.2, 3.6, 2.7, 0.7], vertical_alignment="center")
        label = f"Compare {frame.escape(run.title)}"
        ticked = tick.checkbox(label, key=f"tick-{run.id}", value=run.id == links.current_run(), label_visibility="collapsed")
        with thumbs:
            gallery.show(pictures(run), columns=4, gap=4, captions=False, folds=False)
        with words.container(gap=None):
            # the style sheet stretches the button over the row, below the checkbox and the menu
            if st.button(f"**{frame.escape(run.title)}**", key=f"open-{run.id}", type="tertiary"):
                open_it(run)
            frame.quiet(badge(run) + frame.escape(about(run)))
            if told := core.shortcut_of(run):
                frame.quiet(f":material/warning: {told}")
            if told := verdict.unlearnt(run):
                frame.quiet(f":material/info: {told}")
        number.markdown(key_number(run))
        with menu:
            actions(run)
    return ticked


def open_it(run: core.Run) -> None:
    """The screen that shows a run: its training, or, of one that came with the program, its answers."""
    links.show_run(run.id)
    links.go("predictions" if run.starter else "train", run=run.id)


def pictures(run: core.Run) -> list[gallery.Tile]:
    """The first four of the run's pictures, as answered last."""
    shown = readers.latest_look(run)
    if shown is None:
        return []
    some = zip(shown.rows[:4], shown.ids, strict=False)
    return [gallery.tile(row[eight.speaker(row)], shown.dataset, picture, 96) for row, picture in some]


def badge(run: core.Run) -> str:
    """The state of a run that isn't done, as a coloured word and a space."""
    state = run.status.state
    place = f", number {run.status.place} in line" if state == "queued" and run.status.place else ""
    return "" if state == "done" else f":{STATES.get(state, 'gray')}-badge[{state}{place}] "


def about(run: core.Run) -> str:
    """Network and data set with the count of unreadable pictures; below it date, duration and disk use."""
    heavy = frame.size(weight(str(run.folder), readers.stamp(run.folder / "status.json"), run.status.step))
    gone = core.left_out_of(run)
    pictures = f"{run.backbone} on {run.dataset}{f' ({frame.count(gone)} left out)' if gone else ''}"
    pictures += f", begun from “{frame.escape(run.began)}”" if run.began else ""
    when = "came with the program" if run.starter else moment(run.created, datetime.now().timestamp(), st.context.timezone)
    took = f"took {frame.duration(run.status.seconds)}" if run.status.seconds and not run.status.active else ""
    return f"{pictures}  \n{', '.join(part for part in (when, took, heavy) if part)}"


def moment(seconds: float, now: float, zone: str | None) -> str:
    """A time as a person says it: "today 14:03", "yesterday 9:10", "3 Nov 14:03", "3 Nov 2025"; "" for 0. zone: None: this machine's."""
    if not seconds:
        return ""
    try:
        place = ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        place = None
    then, today = datetime.fromtimestamp(seconds, place), datetime.fromtimestamp(now, place)
    clock, days = f"{then.hour}:{then.minute:02}", (today.date() - then.date()).days
    if days in (0, 1):
        return f"{('today', 'yesterday')[days]} {clock}"
    day = f"{then.day}{frame.NBSP}{then:%b}"
    return f"{day} {clock}" if then.year == today.year else f"{day} {then.year}"


def key_number(run: core.Run) -> str:
    """The run's number with unit, interval and reference; the reason where the run failed."""
    if run.status.state == "failed":
        return frame.escape(run.status.reason[:120] or "failed without a word")
    words, number = live.metric_of(run)[1], live.score(run)
    if not number:
        return live.where(run.status)
    reference = live.against_rival(run)
    if words.unit == "%":
        reference = live.against(run).removeprefix(", ") or reference
    return f"**{number}**  \n{reference}"


def kind(run: core.Run) -> tuple[str, str, str]:
    """Runs of one kind have numbers that can be ranked: task, metric, and the metric in words."""
    name, words = live.metric_of(run)
    return run.task, name, words.title
