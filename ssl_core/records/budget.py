"""How long a run learns: in steps, epochs, minutes or until it is stopped, and the stretches by which a finished run went on.

Minutes and epochs become steps once, in the worker. A stretch is one schedule of the learning rate, from its first step to its last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ssl_core.settings import Recipe, SettingsError

if TYPE_CHECKING:
    from ssl_core.records.spec import RunSpec

NEVER = 10**9  # the last step of a run that learns until it is stopped: nobody reaches it
WARM_STEPS = 100  # steps of warm-up where no end is known that a share could be taken of
REWARMED = 0.05  # share of a later stretch in which the learning rate rises again
SCHEDULES = ("rewarmed", "constant")  # of a later stretch
MOST_MINUTES = 60 * 24 * 365


class Stretch(NamedTuple):
    """Steps from `start` on under one schedule: that of `recipe` up to `end`, where a next stretch hasn't begun before."""

    start: int
    end: int
    recipe: Recipe


def only_one(given: Mapping[str, object]) -> None:
    """Refuses two lengths of one run. given: length by name, None or False where it wasn't given.

    Raises:
        SettingsError: two of them are given.
    """
    said = [(name, value) for name, value in given.items() if value not in (None, False)]
    if len(said) > 1:
        (one, first), (two, second) = said[:2]
        raise SettingsError(f"'{one}' and '{two}' say the same thing. Give one of them. Got {first} and {second}.")


def read_minutes(value: object) -> float | None:
    """A number of minutes as a person gave it. Raises SettingsError where it isn't one."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MOST_MINUTES:
        raise SettingsError(f"'minutes' must be above 0 and at most {MOST_MINUTES}. Got {str(value)[:60]}.")
    return float(value)


def endless(recipe: Recipe, asked: Mapping[str, object]) -> Recipe:
    """The recipe of a run until it is stopped: a constant rate after WARM_STEPS, since other schedules fall towards an end.

    Raises:
        SettingsError: `asked`, the settings that a person named, holds another schedule.
    """
    if asked.get("schedule", "constant") != "constant":
        raise SettingsError(f"'schedule' must be constant for a run until it is stopped: it has no end. Got {str(asked['schedule'])[:60]}.")
    return recipe.model_copy(update={"schedule": "constant", "milestones": (), "warmup": 0.0, "warmup_share": WARM_STEPS / NEVER})


def stretches(spec: RunSpec, total: int) -> list[Stretch]:
    """The stretches of a run of `total` steps, in order; one, unless it went on after its end."""
    starts = [0, *(int(each["start"]) for each in spec.continued)]
    recipes = [spec.recipe, *(_again(spec.recipe, str(each["schedule"]), each) for each in spec.continued)]
    ends = [start + NEVER if without_end(recipe) else end for start, recipe, end in zip(starts, recipes, [*starts[1:], total], strict=True)]
    return [Stretch(*each) for each in zip(starts, ends, recipes, strict=True)]


def without_end(recipe: Recipe) -> bool:
    """Whether a recipe is one of `endless`, whose warm-up is a number of steps."""
    return recipe.schedule == "constant" and recipe.warmup_share == WARM_STEPS / NEVER


def _again(recipe: Recipe, schedule: str, asked: Mapping[str, Any]) -> Recipe:
    """The recipe of a later stretch: its schedule anew after a short warm-up, or a constant rate."""
    if schedule == "rewarmed":
        return recipe.model_copy(update={"warmup": 0.0, "warmup_share": max(recipe.warmup_share, REWARMED)})
    held = {"schedule": "constant", "warmup": 0.0, "warmup_share": 0.0}
    return recipe.model_copy(update=held | ({"warmup_share": WARM_STEPS / NEVER} if asked.get("rises") else {}))


def continuation(spec: RunSpec, start: int, **length: float | bool | None) -> dict[str, Any]:
    """What spec.json keeps of a stretch that begins at `start`: the length that was asked for, and the schedule.

    A constant schedule stays constant. Any other rises and falls once more, or rises and stays where the stretch has no end.
    """
    constant = spec.recipe.schedule == "constant"
    asked = {name: value for name, value in length.items() if value not in (None, False)}
    rises = {"rises": True} if length.get("until_stopped") and not constant else {}
    schedule = "constant" if constant or length.get("until_stopped") else "rewarmed"
    return {"start": start, "steps": None, **asked, "schedule": schedule, **rises}


def are_stretches(listed: Any) -> bool:
    """Whether the value of `continued` in a spec's JSON is a list of stretches."""
    return isinstance(listed, list) and all(
        isinstance(each, dict) and isinstance(each.get("start"), int) and "steps" in each and each.get("schedule") in SCHEDULES
        for each in listed
    )


def length_in_words(spec: Mapping[str, Any]) -> str:
    """How the learning rate goes in the latest stretch of a run that went on, from its spec's JSON; "" where it didn't."""
    if not (continued := spec.get("continued")):
        return ""
    last, rate = continued[-1], float(spec.get("recipe", {}).get("rate", Recipe().rate))
    goes = f"rises to {rate:g} and stays there" if last.get("rises") else f"stays at {rate:g}"
    goes = f"rises again to {rate:g} and falls anew" if last["schedule"] == "rewarmed" else goes
    return f"It goes on from step {last['start']}: the learning rate {goes}."


def first_steps(spec: RunSpec) -> int | None:
    """Steps up to the first end of a run; None where they aren't settled."""
    return int(spec.continued[0]["start"]) if spec.continued else spec.steps


def unsettled(spec: RunSpec) -> bool:
    """Whether the worker has still to turn minutes or epochs into steps, before the first step that they are about."""
    if spec.continued:
        return spec.continued[-1]["steps"] is None
    return spec.steps is None and spec.minutes is not None


def promised(spec: RunSpec) -> float | None:
    """The minutes that the latest stretch was asked to take, None where it was asked for otherwise."""
    return spec.continued[-1].get("minutes") if spec.continued else spec.minutes


def with_steps(spec: RunSpec, steps: int) -> RunSpec:
    """The spec with the length of its latest stretch in steps."""
    if not spec.continued:
        return replace(spec, steps=steps)
    *before, last = spec.continued
    return replace(spec, steps=last["start"] + steps, continued=(*before, {**last, "steps": steps}))
