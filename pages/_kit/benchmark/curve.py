"""A comparison as curves: over labels of a class, or over the shots of few-shot episodes; a click on a point opens its pictures."""

from __future__ import annotations

import numpy as np
import streamlit as st

import ssl_core as core
from pages._kit.benchmark import bars, published_labels
from pages._kit.benchmark import words as benchmark_words
from pages._kit.benchmark.words import Asked
from pages._kit.figures import along, charts, gallery
from pages._kit.screen import fragments, frame

CLICKED = "benchmark_point"  # session: the point that was clicked last, as "target|at"
PAGE = 24  # pictures on a page of a point's dialog


def labels(asked: Asked, found: core.Comparison) -> None:
    """Accuracy over the labels of each class, a line a target, what is published beside in grey."""
    _show(asked, found, "labels of each class", published_labels.beside(asked.run.dataset))


def shots(asked: Asked, found: core.Comparison) -> None:
    """The share of queries named correctly over the pictures that each class is known by, a line a target."""
    _show(asked, found, "pictures that each class is known by")


def _show(asked: Asked, found: core.Comparison, axis: str, other: published_labels.PublishedCurve | None = None) -> None:
    drawn = [each for each in found.scored if each.points]
    if not drawn:
        bars.show(asked, found)
        return
    curves = [_curve(asked, each) for each in drawn]
    if other is not None:
        at, value = zip(*other.points, strict=True)
        curves.append(along.Curve(other.name, at, value, value, value, frame.CHANCE))
    line, named = found.rates.reference
    said = benchmark_words.sentence(found, asked.run.id, asked.titles) or "Nothing is scored yet."
    event = charts.show(along.figure(curves, line, axis, named), f"curve-{asked.run.id}-{found.series}-{len(drawn)}", said, ("points",))
    pressed = next((str(point["customdata"]) for point in event.selection.points if point.get("customdata")), "")
    if pressed and pressed != st.session_state.get(CLICKED):
        open_point(asked, found, pressed)
    st.session_state[CLICKED] = pressed
    for target, status in found.waiting:
        frame.quiet(f"{frame.escape(asked.name(target))}: {bars.stage(status)}.")
    st.markdown("  \n".join(crossings(asked, found)))
    frame.quiet(about(found))
    if other is not None:
        frame.quiet(f"Grey: {other.source}. Not the same network, and not the same copy of the pictures.")


def _curve(asked: Asked, each: core.Scored) -> along.Curve:
    points = sorted(each.points, key=lambda point: int(point.at))
    keys = [f"{each.row.target}|{point.at}" for point in points]
    target, at = each.row.target, [int(point.at) for point in points]
    value, lo, hi = ([getattr(point, name) for point in points] for name in ("accuracy", "lo", "hi"))
    dash = "dash" if target == "pixels" else "solid"  # its grey is near the untrained network's
    return along.Curve(asked.name(target), at, value, lo, hi, frame.colour_of(target), target == asked.run.id, keys, dash)


# In words


def crossings(asked: Asked, found: core.Comparison) -> list[str]:
    """Against each rival where this run is ahead and where behind, as far as intervals bear it."""
    by_target = {each.row.target: each for each in found.scored if each.points}
    mine = by_target.pop(asked.run.id, None)
    if mine is None:
        return []
    named = {target: benchmark_words.inside(target, asked.run.id, asked.titles) for target in by_target}
    return [in_words(named[target], core.point_pairs(mine, each), unit_of(found)) for target, each in by_target.items()]


def unit_of(found: core.Comparison) -> str:
    """What a number on the axis counts."""
    return "labels of each class" if found.series == "points" else "pictures of each class"


def in_words(rival: str, pairs: list[core.PointPair], what: str) -> str:
    """This run minus a rival along the points: "Ahead of ImageNet with 4 to 25 labels of each class, behind from 1 000 on."""
    name, signs = frame.escape(rival), {pair.ahead for pair in pairs}
    if not pairs:
        return ""
    if signs == {0}:
        return f"Against {name} these pictures show no difference at any number of {what}."
    if len(signs) == 1:
        return f"This run is {'ahead of' if signs == {1} else 'behind'} {name} at every number of {what}."
    parts = []
    for sign, said in ((1, f"ahead of {name}"), (0, "not to be told apart by these pictures"), (-1, f"behind {name}")):
        at = [int(pair.at) for pair in pairs if pair.ahead == sign]
        if at:
            parts.append(f"{said} with {_numbers(at)}")
    turn = core.crossing(pairs)
    crossed = f" The curves cross between {frame.count(int(turn[0]))} and {frame.count(int(turn[1]))} {what}." if turn else ""
    return f"This run is {', '.join(parts)} {what}.{crossed}"


def _numbers(at: list[int]) -> str:
    """Numbers in words: "4", "4 and 25", "4, 25 and 100"."""
    said = [frame.count(number) for number in at]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def about(found: core.Comparison) -> str:
    """What the bands hold."""
    if found.series == "episodes":
        return "Bands: 95 % intervals of the mean over all episodes of these test pictures, every network with the same ones."
    draws = next((len(point.values) for each in found.scored for point in each.points if point.values.ndim > 1), 1)
    same = f"the same {draws} draws of the labels for every network" if draws > 1 else "with these labels"
    return f"Bands: 95 % intervals over test pictures and draws; {same}. A click on a point opens its pictures."


# The pictures behind a point


@fragments.dialog("The pictures behind the point", width="large")
def open_point(asked: Asked, found: core.Comparison, pressed: str) -> None:
    """The dialog of a point; pressed: "target|at"."""
    mostly_wrong(asked, found, pressed)


def mostly_wrong(asked: Asked, found: core.Comparison, pressed: str) -> None:
    """The test pictures that a target mostly got wrong at a point, the worst first, PAGE at a time; how often each was right."""
    target, _, at = pressed.rpartition("|")
    each = next(each for each in found.scored if each.row.target == target)
    point = next(point for point in each.points if str(point.at) == at)
    share_S = point.share_S
    order = [int(i) for i in np.argsort(share_S, kind="stable") if share_S[i] < 0.5]
    last = max(0, (len(order) - 1) // PAGE)
    head, turn = st.columns([5, 2], vertical_alignment="center")
    what = f"{frame.count(int(at))} {unit_of(found)}"
    name = frame.escape(asked.name(target))
    head.markdown(f"**{name} with {what}: {frame.count(len(order))}** of {frame.count(len(found.ids))} mostly wrong")
    page = turn.number_input("Page", 1, last + 1, 1, help=f"1 to {last + 1}", label_visibility="collapsed") - 1 if last else 0
    part = order[page * PAGE : (page + 1) * PAGE]
    tiles = [gallery.picture(asked.run.dataset, found.ids[i], caption(found, point, i), 192) for i in part]
    gallery.show(tiles, columns=6, gap=8, wrap=True)


def caption(found: core.Comparison, point: core.ScoredPoint, place: int) -> str:
    """A picture's class, and how often it was right."""
    shares = point.values[:, place] if point.values.ndim > 1 else point.values[place : place + 1]
    if found.series == "points" and len(shares) > 1 and (point.values != point.values[:1]).any():
        right = f"right in {shares.sum():.3g} of {len(shares)} draws"
    elif found.series == "points":
        right = "right" if shares[0] >= 0.5 else "wrong"  # with all labels there is one draw
    else:
        right = f"right in {100 * shares[0]:.0f} % of its queries"
    return f"{found.classes[int(found.label_S[place])]}, {right}"
