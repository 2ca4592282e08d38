"""What fields say for forms: subject, scale, and which other settings they depend on."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import Field

from ssl_core.controls import SUBJECTS, Control
from ssl_core.parts import menu
from ssl_core.settings import Recipe, Settings
from ssl_core.training.steps import make_optimiser

RECIPE = {control.name: control for control in Recipe.controls()}
BESIDE = {"labels_from"}  # what settings may depend on from outside their class
OPTIMISERS = RECIPE["optimiser"].choices
TASKS = {info.name: info for info in menu.menu("tasks")}


class Tent(Settings):
    """One setting of every scale, and some that depend on others."""

    poles: Literal["wood", "steel"] = "wood"
    polish: float = Field(0.5, ge=0, le=1, json_schema_extra={"when": {"poles": ["wood"]}})
    wind: float = Field(0.1, gt=0, le=10)
    rain: float = Field(0, ge=0, le=50)
    zoom: float = Field(1, ge=0.5, le=4)
    shift: float = Field(0, ge=-100, le=100)
    open_end: float = Field(1, ge=0)
    memory: float = Field(0.9, ge=0, lt=1, json_schema_extra={"scale": "near 1", "unless": {"wind": [1]}})
    few: int = Field(2, ge=1, le=3, json_schema_extra={"needs": "labels"})
    older: float = Field(0, ge=0, le=9, json_schema_extra={"superseded": True})


TENT = {control.name: control for control in Tent.controls()}


def test_every_setting_of_a_recipe_says_its_subject() -> None:
    assert {name: control.subject for name, control in RECIPE.items() if control.subject not in SUBJECTS} == {}


@pytest.mark.parametrize(
    ("name", "scale"), [("wind", "log"), ("rain", "log"), ("zoom", "even"), ("shift", "even"), ("open_end", "even"), ("memory", "near 1")]
)
def test_a_positive_number_over_decades_has_a_logarithmic_scale(name: str, scale: str) -> None:
    assert TENT[name].scale == scale


def test_learning_rates_and_weight_decays_are_logarithmic() -> None:
    assert {name for name, control in RECIPE.items() if control.scale == "log"} >= {"rate", "rate_end", "decay", "decay_end", "epochs"}


def test_a_setting_has_a_say_only_beside_the_values_it_depends_on() -> None:
    assert TENT["polish"].is_read({"poles": "wood"}) and not TENT["polish"].is_read({"poles": "steel"})
    assert TENT["memory"].is_read({"wind": 0.1}) and not TENT["memory"].is_read({"wind": 1.0})
    assert TENT["few"].is_read({}, {"labels"}) and not TENT["few"].is_read({}, {"pooled"}) and TENT["few"].is_read({})
    assert not TENT["older"].is_read({"older": 0.0}) and TENT["older"].is_read({"older": 3.0})


def test_a_word_that_no_form_knows_is_our_fault_and_found_at_once() -> None:
    class Odd(Settings):
        size: int = Field(1, json_schema_extra={"subjet": "network"})

    class Lost(Settings):
        size: int = Field(1, json_schema_extra={"subject": "weather"})

    for wrong in (Odd, Lost):
        with pytest.raises(AssertionError, match="size: "):
            wrong.controls()


def schemas() -> list[tuple[str, list[Control]]]:
    parts = [(f"{kind} {info.name}", info.controls) for kind in ("tasks", "backbones", "datasets") for info in menu.menu(kind)]
    return [("recipe", Recipe.controls()), *parts]


def test_settings_depend_on_settings_that_are_there_and_on_values_that_they_may_have() -> None:
    for owner, controls in schemas():
        by_name = {control.name: control for control in controls}
        for control in controls:
            for other, values in [*control.when.items(), *control.unless.items()]:
                assert other in BESIDE or other in by_name, (owner, control.name, other)
                choices = by_name[other].choices if other in by_name else ()
                assert not choices or set(values) <= set(choices), (owner, control.name, other)


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_task_has_three_settings_that_matter(task: str) -> None:
    first = [control for control in (*Recipe.controls(), *TASKS[task].controls) if control.first]
    read = [control.name for control in first if control.is_read({}, TASKS[task].abilities)]
    assert len(read) >= 3 and {"epochs", "image_size"} <= set(read)
    assert ("labels_per_class" in read) == ("labels" in TASKS[task].needs)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_the_optimiser_reads_what_is_shown_for_it(optimiser: str) -> None:
    """Against the optimiser itself: a setting that is shown changes what it is made with, one that isn't changes nothing."""
    import torch

    def made(**recipe: object) -> object:
        weight = torch.nn.Parameter(torch.ones(2, 2))
        group = make_optimiser([{"params": [weight]}], Recipe.read({"optimiser": optimiser, **recipe})).param_groups[0]
        return {key: value for key, value in group.items() if key != "params"}

    for name, value in (("betas", [0.5, 0.6]), ("momentum", 0.3), ("nesterov", False)):
        shown = RECIPE[name].is_read({"optimiser": optimiser, "momentum": 0.9})
        assert (made() != made(**{name: value})) == shown, name
    assert not RECIPE["nesterov"].is_read({"optimiser": "sgd", "momentum": 0.0})


@pytest.mark.parametrize("schedule", RECIPE["schedule"].choices)
def test_the_schedule_reads_what_is_shown_for_it(schedule: str) -> None:
    from ssl_core.training.steps import rate_at
    from ssl_core.types import Clock

    def rates(**recipe: object) -> list[float]:
        known = {"schedule": schedule, "milestones": [1.0] if schedule == "steps" else [], "epochs": 10, **recipe}
        return [rate_at(Recipe.read(known), Clock(step, float(step), step / 10)) for step in range(10)]

    for name, value in (("rate_end", 0.0005), ("milestones", [5.0]), ("drop", 3.0)):
        assert (rates() != rates(**{name: value})) == RECIPE[name].is_read({"schedule": schedule}), name
