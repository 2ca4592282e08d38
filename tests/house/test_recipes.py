"""The presets for a processor are the settings that docs/recipes.md shows as chosen."""

from __future__ import annotations

import csv

import pytest

from benchmarks.recipes.page import PAGE, SEEDS, SHORT, TABLE
from benchmarks.recipes.settings import AS_IT_WAS, CHOSEN, FIRST, SEARCHED, VARIED, Searched, Setting
from benchmarks.recipes.trial import good_at
from ssl_core.parts.catalogues import TASKS
from ssl_core.training.request import make_spec

MOST = 8  # settings a method


def rows() -> list[dict[str, str]]:
    with open(TABLE, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("method", [method for method in SEARCHED if method.task in CHOSEN], ids=lambda method: method.task)
def test_a_preset_is_the_setting_that_was_chosen(method: Searched) -> None:
    preset, chosen = TASKS[method.task].presets["cpu"], method.setting(CHOSEN[method.task])
    assert {name: getattr(preset.recipe, name) for name in chosen.recipe} == chosen.recipe
    assert {name: getattr(preset.options, name) for name in chosen.options} == chosen.options
    kept = {name: value for name, value in method.recipe.items() if name not in {*chosen.recipe, "epochs"}}
    assert {name: getattr(preset.recipe, name) for name in kept} == kept


@pytest.mark.parametrize("method", [*SEARCHED, FIRST, VARIED], ids=lambda method: f"{method.task} on {method.dataset}")
def test_every_setting_tried_is_one_that_trains(method: Searched) -> None:
    assert len({setting.name for setting in method.settings}) == len(method.settings) <= MOST
    for setting in method.settings:
        values = method.values(setting)
        recipe = make_spec({**values, "dataset": "scenes"}).recipe.plain()
        assert {name: recipe[name] for name in values["recipe"]} == values["recipe"]


def test_the_table_holds_every_setting_tried_and_the_page_names_what_was_chosen() -> None:
    tried = {(row["method"], row["setting"], row["seed"], row["share"]) for row in rows() if row["state"] == "done"}
    page = PAGE.read_text(encoding="utf-8")
    for method in SEARCHED:
        if (name := CHOSEN.get(method.task)) is None:
            continue
        assert {(method.task, setting.name, "0", "1.0") for setting in method.settings} <= tried
        both = {(method.task, each, str(seed), "1.0") for each in (AS_IT_WAS, name) for seed in SEEDS}
        assert both | {(method.task, name, "0", str(SHORT))} <= tried
        assert f"| {method.task} | {name} |" in page and f"**{name}**" in page


def test_the_step_at_which_a_run_is_good_is_the_first_look_that_says_so() -> None:
    looks = [(0, 0.3), (10, None), (20, 0.74), (30, 0.75), (40, 0.7)]
    lines = [{"step": step, "test": {"accuracy": value}} for step, value in looks] + [{"step": 50, "test": None}]
    assert good_at(lines, "accuracy") == 30
    assert good_at(lines[:3], "accuracy") is None


def test_a_setting_goes_on_top_of_the_values_before() -> None:
    method = Searched("rotation", {"rate": 1.0, "batch": 8}, (Setting("more", {"rate": 2.0}, {"border": 4}),))
    assert method.values(method.setting("more"))["recipe"] == {"rate": 2.0, "batch": 8}
    assert method.values(method.setting(AS_IT_WAS))["recipe"] == {"rate": 1.0, "batch": 8}
    assert method.values(method.setting("more"))["options"] == {"border": 4}
