"""How long a training run is asked to be: one of steps, epochs, minutes, or until it is stopped; and how a finished run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ssl_core.records.budget import NEVER, continuation, endless, only_one, read_minutes
from ssl_core.records.spec import RunSpec
from ssl_core.settings import Recipe, SettingsError
from ssl_core.training.learnt import check_length

MOST_STEPS = NEVER


def length_of(values: Mapping[str, Any], recipe: Recipe) -> tuple[dict[str, Any], Recipe]:
    """The fields of a spec that say how long a run learns, and the recipe with the schedule that follows.

    Raises:
        SettingsError: a value isn't allowed, or two of them are given.
    """
    minutes, forever = read_minutes(values.get("minutes")), values.get("until_stopped", False)
    if not isinstance(forever, bool):
        raise SettingsError(f"'until_stopped' must be true or false. Got {str(forever)[:60]}.")
    asked = values.get("recipe") or {}
    lengths = {"steps": values.get("steps"), "minutes": minutes, "until_stopped": forever}
    only_one(lengths if minutes is None and not forever else {**lengths, "epochs": asked.get("epochs")})
    if forever:
        return {"steps": NEVER, "until_stopped": True}, endless(recipe, asked)
    return {"steps": read_steps(values.get("steps")), "minutes": minutes}, recipe


def read_steps(value: object) -> int | None:
    """A number of steps as a person gave it. Raises SettingsError where it isn't one."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_STEPS:
        raise SettingsError(f"'steps' must be a whole number between 1 and {MOST_STEPS}. Got {str(value)[:60]}.")
    return value


def with_end(spec: RunSpec, epochs: float | None, steps: int | None) -> RunSpec:
    """The spec with a new end of the run, under the schedule that it has.

    Raises:
        SettingsError: both are given, the run went on after its end, or epochs of a stream.
    """
    only_one({"steps": steps, "epochs": epochs})
    if spec.continued:
        raise SettingsError(f"'{spec.title}' went on after its end already, so that no new end can be set. Let it go on once more instead.")
    plain = replace(spec, minutes=None, until_stopped=False)
    if steps is not None:
        return replace(plain, steps=read_steps(steps))
    check_length(spec.dataset, spec.data, spec.steps, {"epochs": epochs}, spec.recipe)
    return replace(plain, recipe=Recipe.read({**spec.recipe.plain(), "epochs": epochs}, "the recipe"), steps=None)


def going_on(
    spec: RunSpec,
    start: int,
    steps: int | None = None,
    epochs: float | None = None,
    minutes: float | None = None,
    until_stopped: bool = False,
) -> RunSpec:
    """The spec of a run that goes on from the step `start`, its end, for another budget; the worker turns minutes and epochs into steps.

    Raises:
        SettingsError: none or several of them are given, a value isn't allowed, or epochs of a stream.
    """
    only_one({"steps": steps, "epochs": epochs, "minutes": minutes, "until_stopped": until_stopped})
    if steps is None and epochs is None and minutes is None and not until_stopped:
        raise SettingsError("Say for how long it should go on. Give minutes, steps or epochs, or until_stopped. Got none.")
    if epochs is not None:
        check_length(spec.dataset, spec.data, 1, {"epochs": epochs}, spec.recipe)
        Recipe.read({"epochs": epochs}, "the recipe")
    more = read_steps(steps)
    stretch = continuation(spec, start, steps=more, epochs=epochs, minutes=read_minutes(minutes), until_stopped=until_stopped)
    if until_stopped:
        stretch |= {"steps": NEVER - start}
    end = start + stretch["steps"] if stretch["steps"] else None
    return replace(spec, steps=end, until_stopped=until_stopped, continued=(*spec.continued, stretch))
