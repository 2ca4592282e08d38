"""Attention: where this network looks in a picture, beside the same network untrained, ImageNet's and others, on one scale."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
import streamlit as st

import ssl_core as core
from pages._kit.data import question
from pages._kit.figures import charts, choose, gallery, heat
from pages._kit.large import loose
from pages._kit.run import stranger, ways
from pages._kit.screen import background, downloads, fragments, frame, links, readers

QUESTION = "Where does it look?"
LOOKING = "attention_looking"  # session: whether maps are still to come, so that they are looked for again and again
OTHERS = 3  # ticked runs beside the chosen one, at most
NAMES = {"untrained": "Before training", "imagenet": "ImageNet"}
WAITING = 150  # pixels kept free for a row of maps that is still to come
WIDTH, MAPS = 5, 496  # maps in a row, and the width of the row in pixels
LEAD = (
    "Stages are a network’s layers, fine to coarse; the last map is what spoke for its answer{chance}. "
    "A lit background is a finding, not a fault."
)


def screen(run: core.Run) -> None:
    """Header, maps of one picture, then shares over many."""
    right = frame.header(QUESTION)
    if right.button("Next picture", key="next", type="primary"):
        choose.take(choose.another(run))
    chance = run.status.chance.get("accuracy")
    frame.quiet(LEAD.format(chance=f" (chance {frame.percent(chance)})" if chance is not None else ""))
    looking = st.session_state.get(LOOKING, False)
    fragments.fragment(maps, run_every=background.POLL if looking else None)(run.id, looking)
    ways.show(run, "attention")
    st.divider()
    measured(run)


def maps(run_id: str, looking: bool) -> None:
    """The picture at the left; at the right a row of maps for each network. looking: some were still to come when it was last drawn."""
    run = core.run(run_id)
    picture = choose.current(run)
    left, right = st.columns([300, 636], gap="large")
    with left:
        gallery.big(choose.tile(run, picture))
        if choose.thumbs(run, picture, "pictures", columns=4):
            fragments.again()
        stranger.say_of_picture(run, picture.key)
    with right:
        targets = compared(run)
        rows, scale = st.columns([MAPS, 636 - MAPS - 16], gap="small")
        with rows:
            shown: list[gallery.Tile] = []
            missing = False
            for target in targets:
                there = row_of(target, picture, len(shown), wait=not missing)
                missing |= there is None
                shown += there or []
            loose.keep(shown)
        with scale:
            heat.scale_bar()
    if missing != looking:
        st.session_state[LOOKING] = missing
        st.rerun()


def compared(run: core.Run) -> list[str]:
    """The targets on the screen: this run, its ticked companions, at most OTHERS ticked runs."""
    first, *companions = core.companions(run.id)
    others = [other.id for other in readers.runs() if other.id != run.id and not other.status.active][:8]
    titles = {target: NAMES.get(target.partition(":")[0]) or frame.escape(core.run(target).title) for target in (*companions, *others)}
    ticked = st.pills(
        "Beside it",
        list(titles),
        default=companions,
        selection_mode="multi",
        format_func=titles.__getitem__,
        key=f"beside-{run.id}",
        label_visibility="collapsed",
        wrap=True,
    )
    chosen = [target for target in ticked if target in others]
    if len(chosen) > OTHERS:
        st.caption(f"Shown are {OTHERS} other runs at most.")
    return [first, *(target for target in companions if target in ticked), *chosen[:OTHERS]]


def looked(target: str, image_HWC: np.ndarray, wait: bool) -> Future[core.LookRow]:
    """A target's maps of a picture, by the weights and the picture that decide them."""
    run = readers.chosen(target.removeprefix("untrained:"))
    knows = run.status.weights if run else str(downloads.here(target))
    key = target, knows, hash(image_HWC.tobytes())
    return background.ask("maps", key, lambda: core.attention([target], image_HWC)[0], wait)


def row_of(target: str, picture: choose.Chosen, before: int, wait: bool) -> list[gallery.Tile] | None:
    """A network's title and note, then its maps, each with a name, which open large. Returns these; None: still to come.

    before: maps on the screen before these. wait: for a moment, where they aren't there.
    """
    answer = looked(target, picture.image_HWC, wait)
    if not answer.done():
        with st.container(height=WAITING, border=False):
            st.caption("Looking …")
        return None
    row = answer.result()
    with st.container(gap="xxsmall"):
        st.markdown(f"**{frame.escape(row.title)}** {frame.escape(row.note)}")
        tiles = [gallery.Tile(gallery.source_of(heat.overlay(picture.image_HWC, look.times_HW, look.late)), look.name) for look in row.maps]
        if tiles:
            gallery.show(loose.opening(tiles, before), columns=WIDTH, gap=8)
    downloads.weights([target])
    return [each._replace(caption=f"{row.title}: {each.caption}") for each in tiles]


# Shares over many pictures


def measured(run: core.Run) -> None:
    """Shares of attention inside the object's box; a button starts the job that measures them."""
    targets, dataset = core.companions(run.id), core.share_set(run.id)
    found = core.shares(targets, dataset)
    working = any(status.active for _, status in found.waiting)
    frame.heading("Does it look at the thing, or at the background?", "attention")
    stranger.say(run.id, dataset)
    fragments.fragment(share_part, run_every=1 if working else None)(run.id, dataset, working)


def share_part(run_id: str, dataset: str, working: bool) -> None:
    """The shares and the jobs that measure them; drawn again each second while one is at work."""
    targets = core.companions(run_id)
    found = core.shares(targets, dataset)
    if any(status.active for _, status in found.waiting) != working:
        st.rerun()
    known = {row.target for row in found.rows}
    for target, sentence in found.left_out:
        frame.quiet(frame.escape(f"{NAMES.get(target.partition(':')[0], 'This run')} is left out: {sentence}"))
    downloads.weights(target for target, _ in found.left_out)
    for target, status in found.waiting:
        standing(NAMES.get(target.partition(":")[0], "This run"), status)
    if found.rows:
        share_bars(found, run_id, dataset)
    for target in core.outdated_shares(targets, dataset):
        name = NAMES.get(target.partition(":")[0], "This run")
        frame.quiet(f"{name} was measured by an earlier version, at another size or place than its maps are shown: that share isn’t drawn.")
    missing = len(known) + len(found.left_out) < len(targets)
    if missing and not working and st.button(f"Measure on 200 pictures of {frame.escape(dataset)}, about a minute", key="measure"):
        core.request_shares(targets, dataset)
        st.rerun()


def standing(name: str, status: core.Status) -> None:
    """A progress bar for a measurement at work; the reason of one that failed or was interrupted."""
    if status.state in ("failed", "interrupted"):
        frame.problem(f"{name}: {status.reason or 'the measurement ended without a word.'}")
    elif status.active:
        st.progress(status.step / max(1, status.steps), f"{name}: {status.stage or 'waking up'}")


def share_bars(found: core.Shares, run_id: str, dataset: str) -> None:
    """A bar for each network's share in the object's box, and one for this run's share in a box of that size amid the picture."""
    names = {part.kind: part.label for part in readers.menu("explainers")}
    kinds = [kind for kind in names if any(row.kind == kind and row.target == run_id for row in found.rows)] or ["stages"]
    kind = kinds[0]
    if len(kinds) > 1:
        kind = st.segmented_control("Attention of", kinds, default=kind, format_func=names.__getitem__, key="share-kind", required=True)
    rows = [row for row in found.rows if row.kind == kind]
    colours = {"untrained": frame.RANDOM, "imagenet": frame.IMAGENET}
    bars = [
        charts.Bar(
            row.title,
            row.share.value,
            row.share.lo,
            row.share.hi,
            detail="in the object’s box",
            colour=colours.get(row.target.partition(":")[0], frame.THIS_RUN),
        )
        for row in rows
    ]
    own = next((row for row in rows if row.target == run_id), None)
    if own is not None:
        bars.insert(
            1, charts.Bar(own.title, own.centre.value, own.centre.lo, own.centre.hi, detail="same box, in the middle", colour=frame.MUTE)
        )
        bars.insert(
            2, charts.Bar(own.title, own.other.value, own.other.lo, own.other.hi, detail="where others’ objects lie", colour=frame.MUTE)
        )
        st.markdown(sentence(own, found.area))
    charts.show(
        charts.bars(bars, None, "share of all attention"),
        "shares",
        "; ".join(f"{b.title} {b.detail}: {frame.percent(b.value)}" for b in bars),
    )
    measured = f"{names[kind].capitalize()}, on {counted(rows, readers.how_many(dataset))} of {frame.escape(dataset)}."
    frame.quiet(
        f"{measured} Bars: the mean with its 95 % interval. "
        f"Attention spread evenly would put {frame.percent(found.area)} into the box, which is its area."
    )


def counted(rows: list[core.ShareRow], whole: int) -> str:
    """Of how many pictures the shares are means, and how many there are; a picture whose map has nothing that stands out has no share."""
    least, most = min(row.n for row in rows), max(row.n for row in rows)
    if least == most:
        return frame.part(most, whole, "test pictures")
    return f"{frame.count(least)} to {frame.part(most, whole, 'test pictures')} (maps in which nothing stood out are left out)"


def sentence(own: core.ShareRow, area: float) -> str:
    """A run's share on the object against its share on the middle of the picture, as one sentence."""
    told = f"**{frame.percent(*own.share)}** of its attention falls on the object, whose box is {frame.percent(area)} of the picture"
    middle, over = frame.percent(*own.centre), min(own.over, own.over_other, key=lambda each: each.lo)
    control = "the middle" if over is own.over else "where other pictures have theirs"
    beside = middle if over is own.over else frame.percent(*own.other)
    if over.lo > 0:
        return f"{told}: it looks at the thing rather than at the middle ({middle}) or where other pictures have theirs."
    if over.hi < 0:
        return f"{told}: it looks at {control} ({beside}) rather than at the thing."
    return f"{told}; no clear difference from {control} ({beside})."


chosen = readers.chosen(links.current_run())
if chosen is None:
    frame.header("Where does a network look?")
    frame.empty("There is no run yet, so nobody looks. Train one, it takes a minute.", "train")
elif not question.comes_first(chosen.dataset, QUESTION):
    screen(chosen)
