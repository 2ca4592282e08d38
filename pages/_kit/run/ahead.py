"""Which of several runs is ahead, with its interval, in one sentence; or why their numbers can't be ranked."""

from __future__ import annotations

import math
from collections.abc import Sequence

import ssl_core as core
from pages._kit.run import fair, live, row
from pages._kit.screen import frame

UNRANKED = "Their numbers can’t be ranked side by side"


def words(runs: Sequence[core.Run]) -> str:
    """The best two of these runs compared; why that can't be done, where it can't; "" for fewer than two runs."""
    if len(runs) < 2:
        return ""
    if len({row.kind(run) for run in runs}) > 1:
        return f"{UNRANKED}: they played different games."
    if len({tested_on(run) for run in runs}) > 1:
        return f"{UNRANKED}: they were tested on different pictures."
    measured = [run for run in runs if run.status.state == "done" and run.metric in run.status.metrics]
    if len(measured) < len(runs):
        waits = any(run.status.active for run in runs)
        return "Which is ahead is said once all of them are done." if waits else f"{UNRANKED}: not all of them ran to their end."
    first, second = sorted(runs, key=lambda run: run.status.metrics[run.metric], reverse=not lower(runs[0]))[:2]
    return between(first, second)


def tested_on(run: core.Run) -> tuple[str, str, str]:
    """What two runs must share to be tested on the same pictures: the set, its options, and the digest where a run noted it."""
    return run.dataset, repr(sorted(run.dataset_options.items())), run.held_out


def lower(run: core.Run) -> bool:
    """Whether less is better."""
    return live.metric_of(run)[1].lower_is_better or run.metric == "loss"


def between(first: core.Run, second: core.Run) -> str:
    """The sentence on two runs, the better one first."""
    found = difference(first, second)
    names = [f"“{frame.escape(run.title)}”" for run in (first, second)]
    if found is None:
        return f"{names[0]} has the better number than {names[1]}, and no interval says whether that is chance."
    value, lo, hi = found
    unit = live.metric_of(first)[1].unit
    if lo <= 0 <= hi:
        return f"No clear difference between {names[0]} and {names[1]}: {said(value, lo, hi, unit)} (95 % interval)."
    return f"{names[0]} is ahead of {names[1]} by {said(value, lo, hi, unit)} (95 % interval)."


def said(value: float, lo: float, hi: float, unit: str) -> str:
    """A difference with its interval and unit."""
    return frame.points(value, lo, hi, sign=False) if unit == "%" else frame.number(value, lo, hi, unit)


def difference(first: core.Run, second: core.Run) -> core.Interval | None:
    """How far the first is ahead, with its interval: Newcombe's for shares, else from the errors over batches; None where none was kept."""
    shares = fair.share(first), fair.share(second)
    if shares[0] is not None and shares[1] is not None:
        return core.difference_of_shares(*shares[0], *shares[1])
    halves = [(run.status.facts.get("error") or {}).get(run.metric) for run in (first, second)]
    known = [float(half) for half in halves if half is not None]
    if len(known) < len(halves):
        return None
    value, half = abs(first.status.metrics[first.metric] - second.status.metrics[first.metric]), math.hypot(*known)
    return core.Interval(value, value - half, value + half)
