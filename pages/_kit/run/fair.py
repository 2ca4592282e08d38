"""What a finished run is fairly compared with: a run of the same settings without what its method adds (FixMatch without its guesses)."""

from __future__ import annotations

from typing import Any, NamedTuple

import ssl_core as core
from pages._kit.screen import form, frame, links, readers


class Beside(NamedTuple):
    """A run's share of right answers minus that of its fair rival."""

    rival: core.Run
    words: str  # the rival, inside a sentence
    difference: core.Interval


def beside(run: core.Run) -> Beside | None:
    """A finished run beside its fair rival, where both have been trained; the parts are loaded only where a run may be the rival."""
    own = share(run)
    near = [(each, found) for each in readers.runs() if each.id != run.id and each.like(run) and (found := share(each)) is not None]
    task = part_of(run) if near and own is not None else None
    if own is None or task is None or task.fair is None:
        return None
    options, words = task.fair
    wanted = _options(run, task) | options
    rivals = ((each, theirs) for each, theirs in near if _options(each, task) == wanted)
    return next((Beside(each, words, core.difference_of_shares(*own, *theirs)) for each, theirs in rivals), None)


def lacking(run: core.Run) -> tuple[str, dict[str, str]]:
    """The rival that a run lacks in words, and as query parameters of the form that trains it; "" and {} for a run that lacks none.

    The parameters name the preset that is the rival, or its options where no preset is.
    """
    task = part_of(run)
    if task is None or task.fair is None or share(run) is None:
        return "", {}
    options, words = task.fair
    own = _options(run, task)
    wanted = own | options
    if wanted == own or beside(run) is not None:  # the run is such a rival itself, or has one
        return "", {}
    if preset := next((name for name, preset in task.presets.items() if preset["options"] == wanted), ""):
        return words, {links.PRESET: preset}
    usual = task.presets[core.default_preset(task.name)]["options"]
    return words, form.as_address({name: value for name, value in wanted.items() if usual.get(name) != value})


def in_words(found: Beside) -> str:
    """The difference as the end of a sentence: "21 ± 3 points more than the same without its guesses (58 %)"."""
    value, lo, hi = found.difference
    rival = f"{found.words} ({frame.percent(_value(found.rival))})"
    if lo <= 0 <= hi:
        return f"no clear difference from {rival}"
    near, far = sorted((abs(lo), abs(hi)))
    size = frame.points(abs(value), near, far, sign=False)
    return f"{size} {'more' if value > 0 else 'less'} than {rival}"


def part_of(run: core.Run) -> core.PartInfo | None:
    """A run's task as the menu has it; None where the task's file is gone."""
    return next((part for part in readers.menu("tasks") if part.name == run.task), None)


def _options(run: core.Run, task: core.PartInfo) -> dict[str, Any]:
    """A run's options; one that the run's version didn't have counts with its default, by which the run would be resumed."""
    return {control.name: control.default for control in task.controls} | run.options


def _value(run: core.Run) -> float:
    return float(run.status.metrics[run.metric])


def share(run: core.Run) -> tuple[float, int] | None:
    """Right answers and pictures of a finished run that is measured by a share; None for others."""
    of, tested = run.status.facts.get("of") or {}, run.status.facts.get("tested")
    count, shared = int(of.get(run.metric, tested) or 0), run.measure is None or (run.measure.unit == "%" and run.measure.counted)
    if run.status.state != "done" or run.metric not in run.status.metrics or not count or not shared:
        return None
    return _value(run) * count, count
