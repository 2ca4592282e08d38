"""Facts about settings: checks, sentences, controls."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError, field_validator

from ssl_core.settings import Recipe, Settings, SettingsError


class Corner(Settings):
    left: float = Field(0.5, ge=0, le=1)
    top: float = Field(0.5, ge=0, le=1)


class Kite:
    class Options(Settings):
        length: int = Field(10, ge=1, le=100, title="string length", description="Metres of string.")
        weight: float = Field(0.5, gt=0, description="Kilograms.")
        reach: float = Field(1, gt=0, le=2)
        most: int = Field(3, le=9)
        tail: bool = False
        colour: Literal["red", "blue"] = "red"
        turns: Literal[0, 90] = 0
        owner: str = "nobody"
        wind: float | None = Field(None, ge=0, le=50)
        knots: tuple[float, ...] = ()
        corner: Corner = Corner()

        @field_validator("owner")
        @classmethod
        def _named(cls, owner: str) -> str:
            if not owner:
                raise ValueError("must not be empty")
            return owner


REFUSED = [
    ({"length": 0}, "'length' of Kite must be between 1 and 100. Got 0."),
    ({"length": 1.5}, "'length' of Kite must be between 1 and 100. Got 1.5."),
    ({"length": "ten"}, "'length' of Kite must be between 1 and 100. Got ten."),
    ({"length": None}, "'length' of Kite must be between 1 and 100. Got None."),
    ({"weight": 0}, "'weight' of Kite must be above 0. Got 0."),
    ({"reach": 0}, "'reach' of Kite must be above 0 and at most 2. Got 0."),
    ({"weight": -1}, "'weight' of Kite must be above 0. Got -1."),
    ({"weight": float("nan")}, "'weight' of Kite must be above 0. Got nan."),
    ({"weight": float("inf")}, "'weight' of Kite must be above 0. Got inf."),
    ({"most": 10}, "'most' of Kite must be at most 9. Got 10."),
    ({"tail": "perhaps"}, "'tail' of Kite must be true or false. Got perhaps."),
    ({"colour": "green"}, "'colour' of Kite must be one of red, blue. Got green."),
    ({"turns": 45}, "'turns' of Kite must be one of 0, 90. Got 45."),
    ({"wind": 51}, "'wind' of Kite must be between 0 and 50. Got 51."),
    ({"knots": "many"}, "'knots' of Kite must be a list of numbers. Got many."),
    ({"owner": 3}, "'owner' of Kite must be a text. Got 3."),
    ({"owner": ""}, "'owner' of Kite: must not be empty. Got ."),
    ({"corner": {"left": 2}}, "'left' of corner of Kite must be between 0 and 1. Got 2."),
    ({"corner": {"right": 0}}, "corner of Kite has no setting 'right'. It has: left, top."),
    ({"lenght": 5}, "Kite has no setting 'lenght'. It has: length, weight, reach, most, tail, colour, turns, owner, wind, knots, corner."),
    ([1, 2], "The settings of Kite must be an object of names and values. Got [1, 2]."),
]


@pytest.mark.parametrize(("values", "words"), REFUSED)
def test_a_wrong_value_is_refused_with_owner_allowed_and_given(values: Any, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Kite.Options.read(values)
    assert str(refused.value) == words


def test_a_long_value_is_not_echoed_whole() -> None:
    with pytest.raises(SettingsError) as refused:
        Kite.Options.read({"length": "9" * 10**6})
    assert len(str(refused.value)) < 150


def test_the_owner_can_be_said_by_the_caller() -> None:
    with pytest.raises(SettingsError, match="^'length' of the second kite must be"):
        Kite.Options.read({"length": 0}, owner="the second kite")


def test_nothing_given_is_the_defaults() -> None:
    assert Kite.Options.read() == Kite.Options.read({}) == Kite.Options()


def test_settings_do_not_change_once_made() -> None:
    with pytest.raises(ValidationError):
        Kite.Options().length = 5  # type: ignore[misc]


@settings(max_examples=30, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "length": st.integers(1, 100),
            "weight": st.floats(1e-6, 1e6),
            "tail": st.booleans(),
            "colour": st.sampled_from(["red", "blue"]),
            "wind": st.none() | st.floats(0, 50),
            "knots": st.lists(st.floats(-10, 10)),
            "corner": st.fixed_dictionaries({"left": st.floats(0, 1)}),
        },
    )
)
def test_settings_survive_json(values: dict[str, Any]) -> None:
    made = Kite.Options.read(values)
    assert Kite.Options.read(json.loads(json.dumps(made.plain()))) == made


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=10) | st.sampled_from(["length", "corner"]),
        st.recursive(st.none() | st.floats() | st.text(), st.lists),
        max_size=3,
    )
)
def test_whatever_is_given_is_taken_or_refused_in_a_sentence(values: dict[str, Any]) -> None:
    try:
        Kite.Options.read(values)
    except SettingsError as refused:
        assert "Kite" in str(refused) and str(refused).endswith(".")


def test_controls_tell_a_form_everything() -> None:
    controls = {control.name: control for control in Kite.Options.controls()}
    kinds = {name: control.kind for name, control in controls.items()}
    assert kinds == {
        "length": "int",
        "weight": "float",
        "reach": "float",
        "most": "int",
        "tail": "bool",
        "colour": "choice",
        "turns": "choice",
        "owner": "text",
        "wind": "float",
        "knots": "list",
        "corner": "group",
    }
    length, wind = controls["length"], controls["wind"]
    assert (length.label, length.help, length.default, length.low, length.high) == ("string length", "Metres of string.", 10, 1, 100)
    assert (wind.optional, wind.low, wind.high, wind.default) == (True, 0, 50, None)
    assert not length.optional
    assert controls["reach"].above and not wind.above
    assert controls["turns"].choices == (0, 90)
    assert controls["corner"].group is Corner


def test_a_setting_without_a_form_is_our_fault_and_found_at_once() -> None:
    class Odd(Settings):
        lookup: dict[str, int] = {}

    with pytest.raises(AssertionError, match="lookup: no control"):
        Odd.controls()


def test_every_field_of_a_recipe_has_a_control_with_help() -> None:
    assert all(control.help for control in Recipe.controls())


@pytest.mark.parametrize("values", [{"epochs": 0}, {"rate": 0}, {"batch": 1}, {"image_size": 7}, {"optimiser": "magic"}, {"betas": [0.9]}])
def test_a_recipe_that_cannot_train_is_refused_by_name(values: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=f"^'{next(iter(values))}' of Recipe must be "):
        Recipe.read(values)
