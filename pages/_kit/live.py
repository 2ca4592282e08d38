"""How a run stands, as pictures, curve and numbers: what the train screen refreshes and others show at rest."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import streamlit as st

import ssl_core as core
from pages._kit import charts, frame, gallery, loaders

STAGES = {"waking up": "Waking up", "reading pictures": "Reading pictures", "measuring": "Measuring this machine", "testing": "Testing"}
HEIGHT = 300


class Metric(NamedTuple):
    """A held-out metric in words."""

    title: str
    unit: str
    percent: bool
    top: float | None = None  # of the chart; None: whatever the values need


METRICS = {
    "accuracy": Metric("Right answers on new pictures", "%", True),
    "psnr": Metric("Likeness to what was hidden, on new pictures", "dB", False, 30),
    "loss": Metric("Loss on new pictures", "", False),
}


def metric_of(run: core.Run) -> tuple[str, Metric]:
    """Name and words of what a run is judged by."""
    name = str(run.spec.get("metric", "loss"))
    return name, METRICS.get(name, Metric(f"{name} on new pictures".capitalize(), "", False))


def interval(value: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of `count` pictures (Wilson)."""
    z2 = 1.96**2 / count
    middle, reach = (value + z2 / 2) / (1 + z2), math.sqrt(z2 * value * (1 - value) + z2 * z2 / 4) / (1 + z2)
    return middle - reach, middle + reach


def score(run: core.Run) -> str:
    """A finished run's number with unit and, for a share, its interval; "" before the end."""
    name, words = metric_of(run)
    value, count = run.status.metrics.get(name), int(run.status.facts.get("tested") or 0)
    if value is None:
        return ""
    if words.percent:
        return frame.percent(value, *(interval(value, count) if count else ()))
    return frame.number(value, unit=words.unit)


def title(run: core.Run) -> str:
    """The screen's title: what is being learnt, or what came of it."""
    state, number = run.status.state, score(run)
    learning = str(run.spec.get("learning") or run.title)
    if run.status.active:
        return learning
    if state == "done":
        return f"{learning}: {number}" if number else f"{learning}: done"
    return {"failed": "It failed", "stopped": "Stopped, and kept", "interrupted": f"Interrupted at step {run.status.step}. Resume?"}.get(
        state, learning
    )


def stage(status: core.Status) -> None:
    """Where the run stands, in words and as a bar."""
    st.markdown(where(status))
    st.progress(min(1.0, status.step / status.steps) if status.steps else 0.0)


def where(status: core.Status) -> str:
    """Where the run stands, in words."""
    if status.state == "queued" and status.place > 1:
        return f"Waiting: number {status.place} in line"
    words = [STAGES.get(status.stage, status.stage.capitalize() or status.state.capitalize())]
    if status.steps:
        unit = "Picture" if status.stage == "reading pictures" else "Step"
        words.append(f"{unit} {frame.count(status.step)} of {frame.count(status.steps)}")
    text = ". ".join(words)
    if status.active and status.speed and status.stage == "learning":
        text += f", {frame.count(status.speed)} pictures a second"
    if status.active and status.left is not None:
        text += f", {frame.duration(status.left)} left"
    if status.state == "done":
        text += f", in {frame.duration(status.seconds)}"
    return text


def eight(run: core.Run) -> None:
    """The same eight pictures: what it says now, and what it said at first."""
    first, now = loaders.first_look(run), loaders.latest_look(run)
    shown = now or first
    arrows = any(panel.mark for row in shown.rows for panel in row) if shown else False
    frame.heading("The same eight new pictures." + (" The arrow is where it says the top is." if arrows else ""), "new pictures")
    if shown is None:
        gallery.show([gallery.picture(run.dataset, f"test-{place}", "not answered yet") for place in run.spec.get("fixed", [])], columns=4)
        return
    before = first.rows if first is not None and now is not None else None
    tiles = [tile for place, row in enumerate(shown.rows) for tile in _row(shown, place, row, before[place] if before else None)]
    gallery.show(tiles, columns=4 if shown.glance == 1 else 2 * shown.glance)


def _row(shown: core.Shown, place: int, row: list[core.Panel], before: list[core.Panel] | None) -> list[gallery.Tile]:
    picture = shown.ids[place] if place < len(shown.ids) else ""
    glance = row[: shown.glance]
    return [
        gallery.tile(panel, shown.dataset, picture, soft=_at_first(before[k]) if before and panel.right is not None else "")
        for k, panel in enumerate(glance)
    ]


def _at_first(panel: core.Panel) -> str:
    said = {True: "right", False: "wrong", None: ""}[panel.right]
    return f"at first {said}, {gallery.brief(panel.caption)}" if panel.mark or said else f"at first {panel.caption}"


def learning(run: core.Run) -> None:
    """The curve on new pictures, with chance or the simple rivals beside it."""
    name, words = metric_of(run)
    rows = loaders.curve(run.folder)
    frame.heading(words.title, "new pictures")
    ends = run.status.steps or max((row.get("step", 0) for row in rows), default=1)
    lines = [charts.Line("", _points(rows, name, words), frame.THIS_RUN)]
    for rival, title in dict(run.spec.get("reference") or {}).items():
        lines.append(charts.Line(title, _points(rows, rival, words), frame.RANDOM, False))
    lines = [line for line in lines if line.points]
    chance = run.status.chance.get(name)
    unit = words.unit if not words.percent else ""
    figure = charts.curves(lines, chance, "step", ends, percent=words.percent, y_top=words.top, height=HEIGHT, unit=unit)
    last = lines[0].points[-1] if lines else None
    said = (
        f"{words.title}: {frame.percent(last[1]) if words.percent else frame.number(last[1], unit=words.unit)} at step {last[0]:g}"
        if last
        else "Nothing measured yet"
    )
    charts.show(figure, "curve", said + (f"; chance is {frame.percent(chance)}." if chance is not None and words.percent else "."))


def _points(rows: list[dict[str, Any]], name: str, words: Metric) -> list[tuple[float, float, float | None, float | None]]:
    found = []
    for row in rows:
        value, count = (row.get("test") or {}).get(name), row.get("tested")
        if value is not None:
            found.append((float(row["step"]), float(value), *(interval(value, count) if count and words.percent else (None, None))))
    return found


def numbers(run: core.Run) -> None:
    """Two numbers with their references: over chance or the value itself, and the loss."""
    name, words = metric_of(run)
    points = _points(loaders.curve(run.folder), name, words)
    left, right = st.columns(2)
    with left:
        _over_chance(run, name, words, points)
    loss = next((row["train"]["loss"] for row in reversed(loaders.curve(run.folder)) if row.get("train")), None)
    guess = run.status.chance.get("loss")
    if loss is not None:
        note = f"guessing gives {guess:.2f}" if guess is not None else "on training pictures"
        right.metric("Loss", f"{loss:.2f}", note, delta_color="off", delta_arrow="off", help=frame.GLOSSARY["loss"])


def _over_chance(run: core.Run, name: str, words: Metric, points: list[tuple[float, float, float | None, float | None]]) -> None:
    if not points:
        return
    _, value, low, high = points[-1]
    chance = run.status.chance.get(name)
    if words.percent and chance is not None:
        count = next((row["tested"] for row in reversed(loaders.curve(run.folder)) if row.get("tested")), None)
        note = (
            f"± {100 * (high - low) / 2:.0f} on {frame.count(count)} pictures"
            if low is not None and high is not None and count
            else "points of 100"
        )
        st.metric(
            "Over chance",
            f"{100 * (value - chance):+.0f} points",
            note,
            delta_color="off",
            delta_arrow="off",
            help=frame.GLOSSARY["chance"],
        )
        return
    rivals = {title: _points(loaders.curve(run.folder), rival, words) for rival, title in dict(run.spec.get("reference") or {}).items()}
    best = max(((found[-1][1], title) for title, found in rivals.items() if found), default=None)
    note = f"{best[1]}: {best[0]:.1f}" if best else None
    st.metric("Now", frame.number(value, unit=words.unit), note, delta_color="off", delta_arrow="off")
