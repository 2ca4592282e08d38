"""Two networks without labels: a heat map of their layers' likeness, the neighbours that they share, and what may be compared."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import streamlit as st

import ssl_core as core
from pages._kit.benchmark import bars
from pages._kit.benchmark import words as benchmark_words
from pages._kit.figures import charts
from pages._kit.screen import downloads, fragments, frame, stopping

BUSY = "similar_busy"  # session: whether a job compares two networks, so that the section is refreshed
ABOUT = (
    "No labels are used. Each square compares one layer of this run with one of the other network, on the same test pictures (CKA): "
    "1 where both tell pictures apart in the same way, 0 where they have nothing in common."
)
STOPPING = "Stopping: it finishes what it has in hand."


def show(run: core.Run, others: Sequence[str], titles: dict[str, str]) -> None:
    """The section: this run beside one of `others`, or beside itself; refreshed while a job runs."""
    frame.heading("How alike are two networks?", ABOUT)
    fragments.fragment(body, run_every=1 if st.session_state.get(BUSY) else None)(run, [run.id, *others], titles)


def body(run: core.Run, targets: list[str], titles: dict[str, str]) -> None:
    """The other network, the button, and the figure once it is there."""

    def name(target: str) -> str:
        return "itself, layer by layer" if target == run.id else benchmark_words.name_of(target, run.id, titles)

    other = st.selectbox("This run beside", targets, min(1, len(targets) - 1), format_func=name, key=f"similar-{run.id}")
    busy = False
    try:
        found = core.similarity(run.id, other, run.dataset)
        if found is None:
            busy = act(run, other)
        else:
            draw(run, found, name(other))
    except core.SettingsError as error:
        frame.quiet(frame.escape(str(error)))
    if busy != st.session_state.get(BUSY, False):
        st.session_state[BUSY] = busy
        st.rerun()


def act(run: core.Run, other: str) -> bool:
    """The button that compares them or stops that, and why there is no answer; whether a job is at work."""
    status = core.similarity_status(run.id, other, run.dataset)
    if status is not None and status.active:
        frame.quiet(f"{frame.escape(bars.stage(status))}.")
        stop = functools.partial(core.stop_similarity, run.id, other, run.dataset)
        stopping.button(st.container(), "Stop", "stop-similar", status.stopping, stop, STOPPING, "secondary", "Nothing of it is kept.")
        return True
    if status is not None:
        frame.quiet(frame.escape(status.reason or f"It was {status.state}."))
    if other.startswith("imagenet:") and not downloads.here(other):
        downloads.weights([other])
    elif st.button("Compare layer by layer", key="similar", icon=":material/grid_on:", help=ABOUT):
        core.request_similarity(run.id, other, run.dataset)
        st.session_state[BUSY] = True
        st.rerun()
    return False


def draw(run: core.Run, found: core.Similarity, other: str) -> None:
    """The heat map, shared neighbours, and each network's measures with what may be compared."""
    figure = charts.matrix(found.cka, found.a_layers, found.b_layers, "this run", other)
    best = [max(range(len(row)), key=lambda k: row[k]) for row in found.cka]
    said = "; ".join(f"{a}: {found.b_layers[k]} {row[k]:.2f}" for a, row, k in zip(found.a_layers, found.cka, best, strict=True))
    charts.show(figure, f"cka-{run.id}-{found.b.target}", f"Likeness (CKA) of layers. The most alike to each layer of this run: {said}.")
    if found.a.target != found.b.target:
        value, lo, hi = found.neighbours
        share = f"{frame.percent(value, lo, hi)} of the ten nearest pictures of a picture are the same for both"
        st.markdown(f"{share}, by chance {frame.percent(found.chance)} ({frame.count(found.pictures)} test pictures).")
    each = [found.a] if found.a.target == found.b.target else [found.a, found.b]
    rows = [
        {
            "network": "This run" if quality.target == run.id else other,
            "directions in use (rank)": f"{quality.rank:.0f} of at most {frame.count(quality.most)}",
            "alignment": f"{quality.alignment:.2f}",
            "uniformity": f"{quality.uniformity:.2f}",
            "architecture": quality.architecture,
        }
        for quality in each
    ]
    st.table({key: [row[key] for row in rows] for key in rows[0]})
    lines = [charts.Line("", [(k, v, None, None) for k, v in enumerate(found.a.singular_values, 1)], main=True)]
    with st.expander("Spectrum of this run’s features, and what the numbers mean"):
        charts.show(
            charts.curves(lines, None, "direction, of 33 evenly spaced", percent=False, height=220),
            f"spectrum-{run.id}",
            "Singular values of this run's features over the largest, descending.",
        )
        frame.quiet(
            "Alignment: mean squared distance of two edited copies of a picture, 0 where edits change nothing. Uniformity: 0 where all "
            "pictures are alike, down to about −4 where they are spread evenly."
        )
    for note in found.notes:
        frame.quiet(frame.escape(note))
