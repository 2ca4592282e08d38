"""What can be said of a run whose pictures have no labels: its own test score, and the effective rank of its features."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.benchmark import similar
from pages._kit.benchmark import words as benchmark_words
from pages._kit.figures import charts
from pages._kit.run import live
from pages._kit.screen import downloads, fragments, frame, links, readers
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
    st.markdown(f"Its own game, on test pictures. {live.conclusion(run)}.")
    fragments.fragment(directions, run_every=1 if st.session_state.get(BUSY) else None)(run)
    similar.show(run, core.few_shot_targets(run.id)[1:], {run.id: run.title})


def directions(run: core.Run) -> None:
    """The effective rank of each network's features; a button starts the jobs, and the table is refreshed while they run."""
    targets = core.few_shot_targets(run.id)
    found = core.spreads(targets, run.dataset)
    if found.rows:
        draw(found, run)
        measured = frame.part(found.rows[0].pictures, readers.how_many(run.dataset), "test pictures")
        frame.quiet(f"{in_words(found, run)} Measured on {measured}. {MEANING}")
    for target, status in found.waiting:
        frame.quiet(
            f"{name(target, run)}: {status.stage or 'in line'}" + (f", {100 * status.step / status.steps:.0f} %" if status.steps else "")
        )
    for target, reason in found.left_out:
        frame.quiet(f"{name(target, run)} is left out. {frame.escape(reason)}")
    downloads.weights(target for target, _ in found.left_out)
    again = any(downloads.here(target) for target, _ in found.left_out)
    call = "Count the directions they use" if found.missing else "Try again" if again else ""
    seconds = core.expect_looking(found.missing, run.dataset) if found.missing else None
    call += f", about {frame.duration(seconds)}" if call and seconds else ""
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


def alike(found: core.Spreads, run: core.Run) -> list[core.Spread]:
    """The rows of this run's architecture: ranks of networks with other numbers of features aren't compared."""
    own = next((row.architecture for row in found.rows if row.target == run.id), None)
    return [row for row in found.rows if row.architecture == own]


def draw(found: core.Spreads, run: core.Run) -> None:
    """A bar for each network of this architecture: its effective rank over the largest possible one; the others in a sentence each."""
    rows = alike(found, run)
    bars = [charts.Bar(name(row.target, run), row.share, detail=detail(row), colour=frame.colour_of(row.target)) for row in rows]
    said = "; ".join(f"{bar.title}: {frame.percent(bar.value)}, {bar.detail}" for bar in bars).replace("\n", ", ")
    if bars:
        charts.show(charts.bars(bars, None, "share of the largest possible rank"), f"directions-{run.id}-{len(bars)}", said)
        st.markdown(f"{said}.")
    for row in found.rows:
        if row not in rows:
            frame.quiet(
                f"{frame.escape(name(row.target, run))}: {detail(row)} ({frame.escape(row.architecture or 'no network')}). "
                "Another architecture, so not compared."
            )


def detail(row: core.Spread) -> str:
    """The effective rank and its maximum; of a mean over seeds the standard deviation of the rank."""
    seeds = f"\nmean of {len(row.by_network)} seeds, sd {row.sd:.1f}" if row.by_network else ""
    return f"{row.rank:.0f} directions of at most {frame.count(row.most)}{seeds}"


def in_words(found: core.Spreads, run: core.Run) -> str:
    """This run's share of the largest rank beside that of the same network untrained, as a sentence; "" where either is missing."""
    share = {row.target.partition(":")[0]: row.share for row in alike(found, run)}
    untrained = share.get("untrained", share.get("random"))
    if run.id not in share or untrained is None:
        return ""
    own, theirs = frame.percent(share[run.id]), frame.percent(untrained)
    return f"This run uses {own} of the directions that it could, the same network untrained {theirs}."
