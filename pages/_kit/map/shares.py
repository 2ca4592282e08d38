"""How well the map keeps each class together, as a table."""

from __future__ import annotations

from collections.abc import Sequence

import ssl_core as core
from pages._kit.screen import frame

NEAR = 10  # neighbours of a dot that its class is compared with


def table(rows: Sequence[core.ClassShare], layout: core.Layout) -> str:
    """A row a class: its pictures, the share of the nearest that are of the class, and the most that share can be."""
    what = frame.escape(layout.by) or "class"
    lines = [f"| {what} | pictures | of its ten nearest, same {what} | at best |", "|---|---:|---:|---:|"]
    for row in rows:
        shape = frame.look_of(layout.classes.index(row.name)).shape
        lines.append(f"| {shape} {frame.escape(row.name)} | {row.pictures} | {' | '.join(share(row))} |")
    return "\n".join(lines)


def share(row: core.ClassShare) -> tuple[str, str]:
    """How well a class keeps together, and the most there can be with so few of a kind; of fewer than ten pictures both as counts."""
    if row.pictures >= core.FEW:
        return frame.percent(*row.share), frame.percent(row.best)
    neighbours = NEAR * row.pictures
    return f"{row.share.value * neighbours:.0f} of {neighbours} neighbours", f"{row.best * neighbours:.0f} of {neighbours}"
