"""Runs that differ in their seed alone: they name the first of them as their `group`, and count as one target. Nothing here loads torch."""

from __future__ import annotations

from ssl_core.records.runs import Run, run, runs


def group_of(run_name: str) -> str:
    """The name of the group that a run belongs to: that of its first run; of a run without one its own."""
    return str(run(run_name).spec.get("group") or run_name)


def with_its_seeds(run_name: str) -> list[Run]:
    """The runs of a run's group that are there, by their seeds; of a run without a group itself alone."""
    group = group_of(run_name)
    found = [each for each in runs(starters=False) if (each.spec.get("group") or each.id) == group]
    return sorted(found or [run(run_name)], key=lambda each: (each.seed, each.id))
