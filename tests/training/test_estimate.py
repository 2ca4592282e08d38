"""Estimates: ranges from the last runs, wider on a busy machine, with what comes before the first step and after the last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ssl_core.jobs.status import Status
from ssl_core.records.spec import RunSpec
from ssl_core.settings import Recipe, SettingsError
from ssl_core.system import load
from ssl_core.training.estimate import estimate_further, of_runs
from ssl_core.training.pace import Pace

RUNS = [
    {"step": 0.1, "before": 5.0, "after": 3.0},
    {"step": 0.12, "before": 4.0, "after": 2.0},
    {"step": 0.1, "before": 40.0, "after": 2.0},
]


@pytest.fixture
def spec(monkeypatch: pytest.MonkeyPatch) -> RunSpec:
    monkeypatch.setattr(load, "wanting", lambda: 0.5)
    data: dict[str, Any] = {"samples": 640, "classes": [], "image_size": 32, "colour": True}
    plain = {"task": "rotation", "backbone": "convnet", "dataset": "scenes", "version": 1, "recipe": Recipe().plain(), "data": data}
    return RunSpec.read({**plain, "mean": [0.5], "std": [0.5], "steps": 1000}, "x")


def test_a_range_holds_all_of_the_last_runs_and_what_comes_before_and_after(spec: RunSpec) -> None:
    found = of_runs(spec, RUNS)
    assert (found.before, found.after, found.learning) == (5.0, 2.0, 100.0) and found.runs == 3
    assert found.low < 107 < found.high and found.high > 127 and found.high / found.low < 2


def test_minutes_take_minutes(spec: RunSpec) -> None:
    found = of_runs(replace(spec, steps=None, minutes=2.0), RUNS)
    assert found.learning == 120 and found.before == 6 and found.low < 128 < found.high < 1.5 * 128


def test_a_run_without_an_end_has_no_estimate_of_its_learning(spec: RunSpec) -> None:
    assert of_runs(replace(spec, steps=10**9, until_stopped=True), RUNS).learning is None


def test_a_busy_machine_takes_longer_and_that_is_said(spec: RunSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = of_runs(spec, RUNS)
    monkeypatch.setattr(load, "wanting", lambda: 2.5)
    found = of_runs(spec, RUNS)
    assert found.busy and not quiet.busy and found.low == quiet.low and found.high == pytest.approx(2.5 * quiet.high)


def test_a_run_that_goes_on_takes_the_budget_at_the_pace_of_its_kind(spec: RunSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    done = Status(state="done", step=1000, seconds=200.0)
    monkeypatch.setattr("ssl_core.training.onward.own_run", lambda name: (None, spec, done))
    monkeypatch.setattr("ssl_core.training.estimate.seconds_of_reading", lambda spec: 0.0)
    for runs, pace in ((RUNS, 0.1), ([], 0.2)):  # without earlier runs of its kind, the run's own
        monkeypatch.setattr("ssl_core.training.pace.runs_of", lambda key, runs=runs: runs)
        assert estimate_further("r", steps=300).learning == pytest.approx(300 * pace)
        assert estimate_further("r", epochs=3).learning == pytest.approx(3 * 640 // spec.recipe.batch * pace)
        assert (estimate_further("r", minutes=2.0).learning, estimate_further("r", until_stopped=True).learning) == (120.0, None)
    with pytest.raises(SettingsError, match="'minutes' must be above 0"):
        estimate_further("r", minutes=-1.0)


def test_the_time_left_is_smooth_and_counts_the_test_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second in which nothing moved, for a snapshot, changes what is left by far less than a mean over a few marks would."""
    clock = [0.0]
    monkeypatch.setattr("ssl_core.training.pace.time.monotonic", lambda: clock[0])
    pace, left = Pace(0, 1000, 64, tail=5.0), 0.0
    for step in range(10, 310, 10):
        clock[0] += 1.0
        left = pace.now(step)["left"] or 0.0
    assert left == pytest.approx(700 * 0.1 + 5)
    clock[0] += 2.0
    assert pace.now(310)["left"] == pytest.approx(74 + 690 * 0.1 * 0.22, rel=0.03)
    assert Pace(0, 10**9, 64).now(5)["left"] is None
