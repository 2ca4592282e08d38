"""What a run's number says beside chance."""

from __future__ import annotations

import pytest

import ssl_core as core
from pages._kit.run import chance, live


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (0.3, 0.26, 0.34, "over"),
        (0.27, 0.24, 0.31, "level"),
        (0.2, 0.17, 0.24, "below"),
        (0.26, None, None, "over"),
        (0.25, 0.2, 0.25, "level"),
    ],
)
def test_nothing_is_over_chance_inside_its_interval(value: float, low: float | None, high: float | None, expected: str) -> None:
    assert chance.place(value, 0.25, low, high) == expected


@pytest.mark.parametrize(
    ("value", "first"), [(0.9, "Right 90"), (0.26, "Nothing learnt that shows: right 26"), (0.1, "Below chance: right 10")]
)
def test_a_run_that_learnt_nothing_says_so_first(value: float, first: str) -> None:
    found = next(run for run in core.runs(starters=True) if run.id == "rotation-starter")
    changed = found._replace(status=found.status._replace(metrics={"accuracy": value}))
    assert live.conclusion(changed).startswith(first)
