"""The learning rate over a run: warm-up by share or in epochs, then the schedule."""

from __future__ import annotations

import itertools

import pytest

from ssl_core.parts.catalogues import TASKS
from ssl_core.settings import Recipe, SettingsError
from ssl_core.training.request import make_spec
from ssl_core.training.steps import rate_at
from ssl_core.types import Clock
from tests.help.small import small_values

PRESETS = [(task, preset) for task in sorted(TASKS) for preset in TASKS[task].presets]
PER_EPOCH = 200  # steps


def rates(recipe: Recipe, epochs: int) -> list[float]:
    """The rate before each step of a run of so many epochs, as a share of the recipe's own."""
    steps = epochs * PER_EPOCH
    return [rate_at(recipe, Clock(k, k / PER_EPOCH, k / steps)) / recipe.rate for k in range(steps)]


def test_in_epochs_the_schedule_counts_from_the_first_step() -> None:
    recipe = Recipe(rate=2.0, rate_end=0.5, warmup=1, epochs=10)
    assert rate_at(recipe, Clock(0, 0.0, 0.0)) < 0.01
    assert rate_at(recipe, Clock(5, 0.5, 0.05)) == pytest.approx(1.0, abs=0.01)
    assert rate_at(recipe, Clock(50, 5.0, 0.5)) == pytest.approx(1.25)
    assert rate_at(recipe, Clock(100, 10.0, 1.0)) == pytest.approx(0.5)


def test_by_share_the_rate_reaches_its_height_where_the_warm_up_ends_and_falls_from_there() -> None:
    recipe = Recipe(rate=2.0, rate_end=0.5, warmup_share=0.2)
    at = {part: rate_at(recipe, Clock(0, 0.0, part)) for part in (0.0, 0.1, 0.2, 0.6, 1.0)}
    assert at == pytest.approx({0.0: 0.002, 0.1: 1.0, 0.2: 2.0, 0.6: 1.25, 1.0: 0.5})


@pytest.mark.parametrize("epochs", [1, 2, 100])
@pytest.mark.parametrize(("task", "preset"), PRESETS)
def test_each_preset_reaches_its_rate_in_a_run_of_any_length(task: str, preset: str, epochs: int) -> None:
    """It rises to the recipe's rate within a tenth of the run, and never rises again."""
    recipe = TASKS[task].presets[preset].recipe
    assert recipe.warmup == 0 and recipe.warmup_share <= 0.1
    found = rates(recipe, epochs)
    top = found.index(max(found))
    falls = [before - after for before, after in itertools.pairwise(found[top:])]
    assert found[top] == pytest.approx(1, abs=1e-3) and top <= 0.1 * len(found)
    assert found[0] > 0 and found[: top + 1] == sorted(found[: top + 1])
    assert min(falls) >= 0 and (recipe.milestones or max(falls) < 0.02)


def test_fixmatchs_rate_ends_at_seven_sixteenths_of_a_half_wave() -> None:
    recipe = Recipe(rate=1.0, schedule="sixteenth")
    rates = [rate_at(recipe, Clock(0, 10 * part, part)) for part in (0.0, 0.5, 1.0)]
    assert rates == pytest.approx([1.0, 0.7730, 0.1951], abs=1e-4)


@pytest.mark.parametrize("drop", [10, 5])
def test_milestones_divide_the_rate(drop: float) -> None:
    recipe = Recipe(rate=1.0, schedule="steps", milestones=(2, 4), drop=drop)
    assert [rate_at(recipe, Clock(0, epoch, 0.0)) for epoch in (1.9, 2.0, 4.5)] == pytest.approx([1.0, 1 / drop, 1 / drop**2])
    assert Recipe().drop == 10


def test_a_warm_up_said_in_epochs_takes_the_place_of_the_presets_share_and_both_are_refused() -> None:
    usual, epochs, none = (make_spec(small_values("simclr", recipe=recipe)).recipe for recipe in ({}, {"warmup": 2.0}, {"warmup": 0}))
    assert (usual.warmup_share, usual.warmup) == (TASKS["simclr"].presets["cpu"].recipe.warmup_share, 0) and usual.warmup_share > 0
    assert (epochs.warmup_share, epochs.warmup) == (0, 2) and (none.warmup_share, none.warmup) == (0, 0)
    with pytest.raises(SettingsError, match="'warmup' of the recipe: must be 0 where 'warmup_share' says"):
        make_spec(small_values("simclr", recipe={"warmup": 2.0, "warmup_share": 0.1}))
