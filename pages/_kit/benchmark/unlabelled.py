"""What can be said of a run whose pictures have no labels: its own test score, and the effective rank of its features."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.benchmark import words as benchmark_words
from pages._kit.run import live
from pages._kit.screen import downloads, fragments, frame, links
from pages._kit.server import api

BUSY = "unlabelled_busy"  # session: whether jobs compute features, so that the screen is refreshed
MEANING = (
    "Features are lists of numbers; a network that finds all pictures alike uses one direction of them, one that tells them apart many "
    "(effective rank, RankMe). More isn't always better: whether they are the right ones only labels can say."
)


def show(run: core.Run) -> None:
    """The button that leads to labels, and what is known without them."""
    frame.header("These pictures have no labels to compare by")
    frame.empty(
        f"Who is right can't be counted on '{frame.escape(run.dataset)}' as long as nobody says what its pictures show. "
        "Name 20 of them, and this run stands beside ImageNet and an untrained network, with intervals.",
    )
    known = api.store().count(run.dataset)
    call = f"Compare by the {known} you named" if known else "Label 20 to compare"
    if st.button(call, type="primary", icon=":material/new_label:"):
        links.go("fewshot", **{links.DATASET: run.dataset})
    frame.heading("What can be said without labels", MEANING)
    st.markdown(f"Its own game, on new pictures. {live.conclusion(run)}.")
    fragments.fragment(directions, run_every=1 if st.session_state.get(BUSY) else None)(run)


def directions(run: core.Run) -> None:
    """The effective rank of each network's features; a button starts the jobs, and the table is refreshed while they run."""
    targets = core.few_shot_targets(run.id)
    found = core.spreads(targets, run.dataset)
    if found.rows:
        st.markdown(
            "\n".join(["| features of | directions they use | of at most |", "|---|---:|---:|", *(line(row, run) for row in found.rows)])
        )
        frame.quiet(f"{in_words(found, run)} Measured on {frame.count(found.rows[0].pictures)} held-out pictures. {MEANING}")
    for target, status in found.waiting:
        frame.quiet(
            f"{name(target, run)}: {status.stage or 'in line'}" + (f", {100 * status.step / status.steps:.0f} %" if status.steps else "")
        )
    for target, reason in found.left_out:
        frame.quiet(f"{name(target, run)} is left out. {frame.escape(reason)}")
    downloads.weights(target for target, _ in found.left_out)
    again = any(downloads.here(target) for target, _ in found.left_out)
    call = "Count the directions they use" if found.missing else "Try again" if again else ""
    if call and not found.waiting and st.button(call, key="directions", help=MEANING):
        core.request_spreads(targets, run.dataset)
        st.session_state[BUSY] = True
        st.rerun()
    if bool(found.waiting) != st.session_state.get(BUSY, False):
        st.session_state[BUSY] = bool(found.waiting)
        st.rerun()


def name(target: str, run: core.Run) -> str:
    """A target's name on the screen."""
    return benchmark_words.name_of(target, run.id, {run.id: run.title})


def line(row: core.Spread, run: core.Run) -> str:
    """A row of the table: target, effective rank, upper bound of the rank."""
    return f"| {frame.escape(name(row.target, run))} | {row.rank:.0f} | {frame.count(row.most)} |"


def in_words(found: core.Spreads, run: core.Run) -> str:
    """This run's effective rank minus that of the same network untrained, as a sentence; "" where either is missing."""
    rank = {row.target.partition(":")[0]: row.rank for row in found.rows}
    if run.id not in rank or "random" not in rank:
        return ""
    more = rank[run.id] - rank["random"]
    words = "as many directions as" if abs(more) < 1 else f"{abs(more):.0f} directions {'more' if more > 0 else 'fewer'} than"
    return f"This run uses {words} the same network untrained."
