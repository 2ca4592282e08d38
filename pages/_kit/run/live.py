"""A run's state as curve and numbers: the train screen refreshes them, other screens show them once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.figures import charts
from pages._kit.run import chance as chances
from pages._kit.run import fair, shortcut
from pages._kit.screen import frame, readers

STAGES = {"waking up": "Waking up", "reading pictures": "Reading pictures", "measuring": "Measuring this machine", "testing": "Testing"}
BEFORE = ("", "waking up", "reading pictures", "measuring")  # stages whose step isn't a step of training
HEIGHT = 240
WATCHED = 230  # pixels of the chart's height


OLDER = {  # runs of a version that didn't store its measure
    "accuracy": core.Measure("Right answers on test pictures"),
    "psnr": core.Measure("How close the filling comes", "dB", counted=False, top=30),
}


def metric_of(run: core.Run) -> tuple[str, core.Measure]:
    """The metric by which a run is judged: its name, and its title, unit and help."""
    unsaid = core.Measure(f"{run.metric} on test pictures".capitalize(), "", counted=False)
    return run.metric, run.measure or OLDER.get(run.metric, unsaid)


def interval(value: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of `count` pictures (Wilson)."""
    return core.wilson(value * count, count)[1:]


def counted(measured: Mapping[str, Any], name: str, words: core.Measure) -> int:
    """Of how many pictures a metric is a share, by a line of the log or the facts of a run's end; 0 where it is none, or nobody said.

    `of` holds those that count where these aren't all that were tested: pictures whose class is known, pairs kept apart.
    """
    of = measured.get("of")
    count = of.get(name, measured.get("tested")) if isinstance(of, dict) else measured.get("tested")
    return int(count or 0) if words.counted else 0


def score(run: core.Run) -> str:
    """A finished run's value of its metric with unit and, for a proportion, interval; "" before the end."""
    name, words = metric_of(run)
    value, count = run.status.metrics.get(name), counted(run.status.facts, name, words)
    if value is None:
        return ""
    if words.unit == "%":
        low, high = interval(value, count) if count else (None, None)
        return frame.percent(value, low, high, of=count)
    return worded(value, words)


def beside_chance(run: core.Run) -> str:
    """Where a finished run's proportion lies beside chance: "over", "level", "below"; "" without either."""
    name, words = metric_of(run)
    value, chance, count = run.status.metrics.get(name), run.status.chance.get(name), counted(run.status.facts, name, words)
    if value is None or chance is None or words.unit != "%":
        return ""
    return chances.place(value, chance, *(interval(value, count) if count else (None, None)))


def worded(value: float, words: core.Measure, of: int = 0) -> str:
    """A value of a metric with its unit. of: pictures that it is a share of, 0: not said."""
    return frame.percent(value, of=of) if words.unit == "%" else frame.number(value, unit=words.unit)


def title(run: core.Run) -> str:
    """The screen's title: what is being learnt, or the result."""
    if run.status.active:
        return frame.escape(run.learning or run.title)
    if run.status.state == "done":
        return conclusion(run)
    ends = {"failed": "It failed", "stopped": "Stopped, and kept", "interrupted": f"Interrupted at step {run.status.step}. Resume?"}
    return ends.get(run.status.state, frame.escape(run.title))


def conclusion(run: core.Run) -> str:
    """The result of a finished run, with its reference: chance, or the best simple rival."""
    words = metric_of(run)[1]
    number = score(run)
    if not number:
        return f"{frame.escape(run.title)} is done"
    if words.unit == "%":
        few = " of " in number  # a share of few pictures is a count
        told = (f"Right on {number} test pictures" if few else f"Right {number} of the time") + against(run)
        first = chances.FIRST.get(beside_chance(run), "") or (shortcut.FIRST if core.shortcut_of(run) else "")
        return f"{first}: {told[:1].lower()}{told[1:]}" if first else told
    return ", ".join(part for part in (f"Done: {number}", rivals_at_end(run)) if part)


def against(run: core.Run) -> str:
    """What a proportion is held against, after the number: the fair rival where there is one and it is trained, else chance."""
    rival, chance = fair.beside(run), run.status.chance.get(metric_of(run)[0])
    if rival is not None:
        return f", {fair.in_words(rival)}"
    return f", chance {frame.percent(chance)}" if chance is not None else ""


def stage(status: core.Status, beside: Callable[[], object]) -> None:
    """The run's stage and step, in words and as a bar. beside: draws what stands at the right of the words."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small", key="stage"):
        st.markdown(where(status), width="content")
        beside()
    done, of = (status.done, status.of) if status.of else (status.step, status.steps)
    if of or status.stage in BEFORE:  # a bar without an end would tell of one
        with st.container(key="bar"):  # as high before the bar's script has arrived
            st.progress(min(1.0, done / of) if of else 0.0)


def where(status: core.Status) -> str:
    """The run's stage, step, speed and time left, in words."""
    if status.state == "queued" and status.place > 1:
        return f"Waiting: number {status.place} in line"
    words = [] if status.stage == "learning" else [STAGES.get(status.stage, status.stage.capitalize() or status.state.capitalize())]
    if status.of:
        words.append(f"Picture {frame.count(status.done)} of {frame.count(status.of)}")
    elif status.stage == "learning" and not status.steps:  # until it is stopped
        words.append(f"Step {frame.count(status.step)}, until you stop it")
    elif status.steps:
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


def learning(run: core.Run) -> None:
    """The curve on test pictures, with chance or the simple rivals beside it."""
    name, words = metric_of(run)
    rows = lines_of(run)
    frame.heading(words.title, words.help)
    lines = [charts.Line("", _points(rows, name, words), frame.THIS_RUN)]
    for rival, title in run.rivals.items():
        lines.append(charts.Line(title, _points(rows, rival, words), frame.RANDOM, False))
    lines = [line for line in lines if line.points]
    chance = run.status.chance.get(name)
    unit = "" if words.unit == "%" else words.unit
    figure = charts.curves(lines, chance, "step", _last_step(run), percent=words.unit == "%", y_top=words.top, height=HEIGHT, unit=unit)
    last = lines[0].points[-1] if lines else None
    said = f"{words.title}: {worded(last[1], words)} at step {last[0]:g}" if last else "Nothing measured yet"
    charts.show(figure, "curve", said + (f"; chance is {frame.percent(chance)}." if chance is not None and words.unit == "%" else "."))


def watching(run: core.Run) -> None:
    """Other metrics on held-out pictures that the task has plotted: how many guesses are confident, and how many of these are right."""
    named, rows, colours = run.also_plotted, lines_of(run), (frame.THIS_RUN, frame.RANDOM, frame.PIXELS)
    words = core.Measure("")
    lines = [charts.Line(title, _points(rows, name, words), colour) for (name, title), colour in zip(named.items(), colours, strict=False)]
    lines = [line for line in lines if line.points]
    if not lines:
        return
    frame.heading(
        "Its guesses on test pictures", "How many it is sure of, so that it would learn from them, and how many of those are right."
    )
    said = ", ".join(f"{line.name} {frame.percent(line.points[-1][1])}" for line in lines)
    charts.show(charts.curves(lines, None, "step", _last_step(run), y_top=1, height=WATCHED), "watched", f"Curves over steps: {said} now.")


def _last_step(run: core.Run) -> float:
    """The step at which the run ends; before the worker has written it, the one that its settings give."""
    if run.until_stopped:
        return max(1.0, run.status.step)
    if run.status.steps and run.status.stage not in BEFORE:
        return run.status.steps
    return run.planned_steps


def _points(rows: list[dict[str, Any]], name: str, words: core.Measure) -> list[tuple[float, float, float | None, float | None]]:
    found = []
    for row in rows:
        value, count = (row.get("test") or {}).get(name), counted(row, name, words)
        if value is not None:
            found.append((float(row["step"]), float(value), *(interval(value, count) if count else (None, None))))
    return found


def lines_of(run: core.Run) -> list[dict[str, Any]]:
    """The lines of a run's log. For a finished run, the test on all held-out pictures replaces the last test on a few of them."""
    rows, status = readers.curve(run.folder), run.status
    if status.active or not status.metrics:
        return rows
    end = {"step": status.step, "test": status.metrics, "tested": status.facts.get("tested", 0)}
    end |= {name: status.facts.get(name) for name in ("of", "error")}
    return [*({**row, "test": None} if row["step"] == status.step else row for row in rows), end]


def points_of(run: core.Run) -> list[tuple[float, float, float | None, float | None]]:
    """The run's curve on held-out pictures: (step, value, lo, hi)."""
    name, words = metric_of(run)
    return _points(lines_of(run), name, words)


def rivals_at_end(run: core.Run) -> str:
    """The best simple rival of a finished run, with its value: "border fill 18.2 dB"; "" where there is none."""
    _, words = metric_of(run)
    found = [(run.status.metrics.get(rival), title) for rival, title in run.rivals.items()]
    value, title = max(((value, title) for value, title in found if value is not None), default=(None, ""))
    return f"{title} {frame.number(value, unit=words.unit)}" if title else ""


def against_rival(run: core.Run) -> str:
    """A finished run's number beside the best simple rival's, and which of the two is ahead; more is better."""
    name, words = metric_of(run)
    own = run.status.metrics.get(name)
    values = [run.status.metrics[rival] for rival in run.rivals if rival in run.status.metrics]
    if own is None or not values:
        return ""
    same = worded(own, words) == worded(max(values), words)  # as shown: a difference that nobody can see is none
    ahead = "Level with" if same else "Ahead of" if own > max(values) else "Behind"
    return f"{ahead} {rivals_at_end(run)}; more is better"


def numbers(run: core.Run) -> None:
    """Two numbers with their references: the metric minus chance, or the metric itself, and the loss."""
    left, right = st.columns(2)
    with left:
        _judged(run)
    loss = next((row["train"]["loss"] for row in reversed(lines_of(run)) if row.get("train")), None)
    guess = run.status.chance.get("loss")
    note = f"guessing gives {guess:.2f}" if guess is not None else "on training pictures"
    right.metric("Loss", "–" if loss is None else f"{loss:.2f}", note, delta_color="off", delta_arrow="off", help=frame.GLOSSARY["loss"])


def _judged(run: core.Run) -> None:
    """The latest value on held-out pictures against chance, else against the best simple rival."""
    found = points_of(run)
    if not found:
        st.metric("On test pictures", "–", "not measured yet", delta_color="off", delta_arrow="off")  # as high as the number later
        return
    (name, words), (_, value, low, high) = metric_of(run), found[-1]
    chance = run.status.chance.get(name)
    if words.unit == "%" and chance is not None:
        count = next((counted(row, name, words) for row in reversed(lines_of(run)) if row.get("tested")), 0)
        half = frame.half_width(value, low, high) if low is not None and high is not None else ""
        of = f"on {frame.count(count)} {'picture' if count == 1 else 'pictures'}"
        ends = frame.beyond(value, low, high)
        note = f"{ends[1]} % {of}" if ends else f"± {half} {of}" if half else "points of 100"
        where = chances.place(value, chance, low, high)
        over = f"{100 * (value - chance):+z.0f} points"
        label = {"over": "Over chance", "level": "No more than chance", "below": "Below chance"}[where]
        why = f"{chances.WHY[where]} " if where in chances.WHY else ""
        st.metric(label, over, note, delta_color="off", delta_arrow="off", help=why + frame.GLOSSARY["chance"])
    else:
        st.metric("Now", frame.number(value, unit=words.unit), _rival_now(run, words), delta_color="off", delta_arrow="off")


def _rival_now(run: core.Run, words: core.Measure) -> str | None:
    rows = lines_of(run)
    last = [(_points(rows, rival, words)[-1:], title) for rival, title in run.rivals.items()]
    value, title = max(((points[0][1], title) for points, title in last if points), default=(0.0, ""))
    return f"{title}: {value:.1f} {words.unit}" if title else None
