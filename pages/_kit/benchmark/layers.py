"""A comparison layer by layer: a heat table, a row of cells a target from its first layer to its last, and published rows below."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import ssl_core as core
from pages._kit.benchmark import bars, behind, published
from pages._kit.benchmark.words import Asked
from pages._kit.screen import frame

READ = {"grid": "grid of each layer", "mean": "mean of each layer"}


def show(asked: Asked, found: core.Comparison) -> None:
    """A row a scored target, and where its best layer is; bars as long as nothing is scored, and for the targets still to come."""
    if found.scored:
        st.markdown(sentence(asked, found))
        for each in ordered(found):
            for pool in dict.fromkeys(point.facts["pool"] for point in each.points):
                _row(asked, found, each, pool)
        frame.quiet(legend(found))
    if found.waiting or found.missing:
        bars.show(asked, found._replace(scored=[]))
    _published()


def ordered(found: core.Comparison) -> list[core.Scored]:
    """The scored targets, best first, as bars stand."""
    return sorted(found.scored, key=lambda each: -each.row.accuracy)


def sentence(asked: Asked, found: core.Comparison) -> str:
    """Where the best layer of each target is; one network’s layers aren't another's."""
    said = []
    for each in ordered(found):
        layers = list(dict.fromkeys(point.at for point in each.points))
        if len(layers) > 1:  # raw pixels have one
            where = f"number {layers.index(each.row.layer) + 1} of {len(layers)}"
            said.append(f"{frame.escape(asked.name(each.row.target))} {frame.escape(each.row.layer)} ({where})")
    return "" if not said else f"The best layer, by train pictures kept aside: {'; '.join(said)}."


def legend(found: core.Comparison) -> str:
    """What marks and colours mean, with the level of a best cell's interval."""
    levels = sorted({100 * point.facts["level"] for each in found.scored for point in each.points if "level" in point.facts})
    level = " to ".join(f"{level:.1f}" for level in dict.fromkeys((levels[0], levels[-1]))) if levels else ""
    best = f" ★ the highest of its row on the test pictures, whose interval is at {level} % for that." if levels else ""
    return f"✓ the layer that a network stands for.{best} Each row names its own network’s layers, input to output; bluer is higher."


def cell_words(point: core.ScoredPoint) -> str:
    """A cell’s label: its mark, its accuracy, its layer."""
    mark = ("✓" if point.facts.get("chosen") else "") + ("★" if "ci" in point.facts else "")
    return f"**{100 * point.accuracy:.1f}**{f' {mark}' if mark else ''}  \n{frame.escape(str(point.at))}"


def cell_help(point: core.ScoredPoint) -> str:
    """What stands behind a cell: interval, grid, numbers, the accuracy on train pictures kept aside."""
    grid, numbers = point.facts["grid"], frame.count(point.facts["numbers"])
    read = "the mean over the map" if point.facts["pool"] == "mean" else f"a grid of {grid} × {grid}"
    said = f"95 % interval {100 * point.lo:.1f} to {100 * point.hi:.1f} %; {read}, {numbers} numbers; "
    return f"{said}{100 * point.facts['held_out']:.1f} % on train pictures kept aside. A click opens what it gets wrong."


def shade(value: float, values: Sequence[float]) -> float:
    """How blue a cell is, in %: 6 for the lowest of all cells, 46 for the highest, so that ink stays readable."""
    low, high = min(values), max(values)
    return 6 + 40 * (value - low) / (high - low) if high > low else 26


def at_point(found: core.Comparison, target: str, point: core.ScoredPoint) -> core.Comparison:
    """The comparison with a target at one of its layers in place of the one that it stands for."""
    share_S = point.values.mean(0) if point.values.ndim > 1 else point.values
    scored = [
        each._replace(value_S=share_S, guess_S=point.guess_S, draws_TS=None) if each.row.target == target else each for each in found.scored
    ]
    return found._replace(scored=scored)


def _row(asked: Asked, found: core.Comparison, each: core.Scored, pool: str) -> None:
    points = [point for point in each.points if point.facts["pool"] == pool]
    values = [point.accuracy for every in found.scored for point in every.points]
    target, place = each.row.target, found.scored.index(each)
    more = f", {READ[pool]}" if len(points) < len(each.points) else ""
    parts = [f".st-key-layer-{place}-{pool}-{number} {{ --part: {shade(p.accuracy, values):.0f}%; }}" for number, p in enumerate(points)]
    st.html(f"<style>{' '.join(parts)}</style>")
    st.markdown(f"**{frame.escape(asked.name(target))}**{more}")
    with st.container(horizontal=True, gap="xxsmall", key=f"layers-{place}-{pool}"):
        for number, point in enumerate(points):
            key = f"layer-{place}-{pool}-{number}"
            if st.button(cell_words(point), key=key, help=cell_help(point), width="stretch") and point.guess_S is not None:
                words = f"{frame.escape(asked.name(target))} wrong at {frame.escape(str(point.at))}"
                behind.wrong(asked, at_point(found, target, point), target, words)


def _published() -> None:
    """The published table, greyed, in its own columns."""
    st.markdown(f"**Published** · {frame.escape(published.ABOUT)}")
    head = "".join(f"<th scope='col'>{name}</th>" for name in published.LAYERS)
    rows = "".join(_published_row(row) for row in published.ROWS)
    st.html(f"<table class='layers'><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>")
    frame.quiet(f"Accuracy in %, as printed in {published.SOURCE}.")


def _published_row(row: published.Published) -> str:
    best, every = max(row.percent), [value for each in published.ROWS for value in each.percent]
    shown = [f"<b>{value:.1f}</b>" if value == best else f"{value:.1f}" for value in row.percent]
    cells = "".join(f"<td style='--part:{shade(value, every):.0f}%'>{text}</td>" for value, text in zip(row.percent, shown, strict=True))
    return f"<tr><th scope='row'>{frame.plain_html(row.method)}</th>{cells}</tr>"
