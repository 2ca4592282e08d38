"""A run over time: the encoders that it kept, scored, beside its pretext loss; a point opens the pictures that this encoder got wrong."""

from __future__ import annotations

import functools
import math

import streamlit as st

import ssl_core as core
from pages._kit.benchmark import bars, behind
from pages._kit.benchmark import words as benchmark_words
from pages._kit.benchmark.words import Asked
from pages._kit.figures import charts
from pages._kit.screen import fragments, frame, stopping

BUSY = "overtime_busy"  # session: whether jobs score encoders, so that the section is refreshed
CLICKED = "overtime_clicked"  # session: the encoder whose point was clicked last
ABOUT = (
    "A run keeps its encoder at steps each about twice the one before. Each is scored as the bars above are; below stands the loss of its "
    "own game at the same steps."
)
STOPPING = "Stopping: it finishes what it has in hand."


def show(asked: Asked) -> None:
    """The section; refreshed while jobs run. Runs that came with the program kept no encoders."""
    if asked.run.starter:
        return
    frame.heading("Does its own loss predict what its features are worth?", ABOUT)
    fragments.fragment(body, run_every=1 if st.session_state.get(BUSY) else None)(asked)


def body(asked: Asked) -> None:
    """The button, and the curves as far as encoders are scored."""
    try:
        found = core.over_time(asked.run.id, None, asked.protocol)
    except core.SettingsError as error:
        frame.quiet(frame.escape(str(error)))
        return
    act(asked, found)
    if found.moments:
        draw(asked, found)
    for target, reason in found.left_out:
        frame.quiet(f"{frame.escape(target)} is left out. {frame.escape(reason)}")
    if bool(found.waiting) != st.session_state.get(BUSY, False):
        st.session_state[BUSY] = bool(found.waiting)
        st.rerun()


def act(asked: Asked, found: core.OverTime) -> None:
    """The button that starts or stops the scoring, and how far it is."""
    if found.waiting:
        target, status = found.waiting[0]
        done = len(found.moments) + (found.untrained is not None)
        frame.quiet(f"{done} of {done + len(found.waiting) + len(found.missing)} scored; {frame.escape(target)}: {bars.stage(status)}.")
        already = any(each.stopping for _, each in found.waiting)
        stop = functools.partial(core.stop_over_time, asked.run.id, None, asked.protocol)
        stopping.button(st.container(), "Stop", "stop-overtime", already, stop, STOPPING, "secondary", "What is scored already stays.")
    elif found.missing and st.button(call(len(found.missing)), key="overtime", icon=":material/timeline:", help=ABOUT):
        core.request_over_time(asked.run.id, None, asked.protocol)
        st.session_state[BUSY] = True
        st.rerun()


def call(count: int) -> str:
    """The words of the button that scores so many networks."""
    return f"Score {count} {'network' if count == 1 else 'networks'} of its way"


def draw(asked: Asked, found: core.OverTime) -> None:
    """The score with its interval, the pretext loss and the effective rank over the steps, and the conclusion."""
    measure, moments = found.measure, found.moments
    points = [(math.log2(m.step), m.accuracy, m.lo, m.hi) for m in moments]
    line = charts.Line("", points, of=found.n_test if measure.counted else 0)
    percent = measure.unit == "%"
    untrained = found.untrained.accuracy if found.untrained else None
    start, end = points[0][0] - 0.2, points[-1][0] + 0.01
    figure = charts.curves(
        [line], untrained, "step", end, start, percent, measure.top, 260, "" if percent else measure.unit, reference="untrained"
    )
    charts.at_steps(figure, [m.step for m in moments])
    title = benchmark_words.lower(measure.title)
    said = ", ".join(f"step {m.step} {measure.text(m.accuracy)}" for m in moments)
    st.markdown(f"**{measure.title}**")
    event = charts.show(figure, f"overtime-{asked.run.id}-{len(moments)}", f"{title} over steps: {said}.", select=("points",))
    opened(asked, found, [p["point_index"] for p in event.selection.points if p["curve_number"] == charts.SCORE])
    left, right = st.columns(2, gap="large")
    with left:
        small(found, f"Loss of its own game ({found.loss_of} pictures)", [m.loss for m in moments], "loss")
    with right:
        small(found, "Directions in use (effective rank)", [m.rank for m in moments], "rank")
    if found.words:
        st.markdown(frame.escape(found.words))
    else:
        frame.quiet("Of fewer than four encoders no rank correlation is given.")


def small(found: core.OverTime, title: str, values: list[float | None], key: str) -> None:
    """One more number over the same steps, in a chart of its own: other units share no axis."""
    known = [(moment.step, value) for moment, value in zip(found.moments, values, strict=True) if value is not None]
    if len(known) < 2:
        return
    st.markdown(f"**{title}**")
    line = charts.Line("", [(math.log2(step), value, None, None) for step, value in known], frame.INK, main=False)
    start = math.log2(known[0][0]) - 0.2
    figure = charts.curves([line], None, "step", math.log2(known[-1][0]) + 0.01, start, percent=False, height=200)
    charts.at_steps(figure, [step for step, _ in known])
    charts.show(figure, f"overtime-{key}-{found.run}-{len(known)}", ", ".join(f"step {step} {value:.3g}" for step, value in known))


def opened(asked: Asked, found: core.OverTime, places: list[int]) -> None:
    """Opens the pictures that the encoder of a clicked point got wrong, with the answers of the run as it is now."""
    target = found.moments[places[0]].target if places and places[0] < len(found.moments) else ""
    if target and target != st.session_state.get(CLICKED) and found.measure.counted:
        names = {**asked.titles, target: f"Step {core.kept_at(target)[1] or found.moments[-1].step}"}
        pair = asked._replace(targets=list(dict.fromkeys([asked.run.id, target])), titles=names)
        behind.wrong(pair, pair.found(), target)
    st.session_state[CLICKED] = target
