"""The spec of a training run from what a person asks for; a request that can't be granted raises the reason in a sentence."""

from __future__ import annotations

import platform
import time
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ssl_core.jobs import start as jobs_start
from ssl_core.jobs.folder import VERSION
from ssl_core.records.checkpoints import resumable
from ssl_core.records.runs import folder_of, new_run_folder
from ssl_core.records.spec import RunSpec
from ssl_core.settings import Recipe, Settings, SettingsError
from ssl_core.system.disk import disk_in_words, write_json
from ssl_core.training.learnt import check_length, fields_of_pictures
from ssl_core.training.length import length_of, with_end
from ssl_core.training.onward import own_run

if TYPE_CHECKING:
    from ssl_core.models.targets import Target
    from ssl_core.tasks.base import PretextTask

ASKED = frozenset(
    ("task", "preset", "options", "backbone", "backbone_options", "dataset", "dataset_options", "recipe")
    + ("steps", "minutes", "until_stopped", "seed", "device", "precision", "labels_from", "title", "from")
)
UNTRAINED = "untrained:"  # a target whose weights are random
STARTUP = 6.0  # seconds that a worker takes to start, until that was measured on this machine


def make_spec(values: dict[str, Any]) -> RunSpec:
    """The whole spec of a training run; values that weren't given are filled in here and nowhere else.

    Raises:
        SettingsError: a part or setting doesn't exist, a value isn't allowed, or task, network and data set don't fit together.
    """
    from ssl_core.models.build import build_task
    from ssl_core.parts.catalogues import TASKS
    from ssl_core.training.accumulate import check_parts
    from ssl_core.training.beginning import beginning_of, noted, taking

    unknown = sorted(set(values) - ASKED)
    if unknown:
        raise SettingsError(f"A training run has no setting '{str(unknown[0])[:60]}'. It has: {', '.join(sorted(ASKED))}.")
    task = TASKS[str(values.get("task", "rotation"))]
    options, recipe = _settings(task, values)
    length, recipe = length_of(values, recipe)
    check_parts(task, options, recipe)
    if recipe.room > 1 and not task.crops:
        raise SettingsError(f"'room' of the recipe must be 1 for {task.name}, which learns from whole pictures. Got {recipe.room:g}.")
    source = beginning_of(values)
    backbone, backbone_options = _network(task, values, recipe, source)
    spec = RunSpec(
        version=VERSION,
        created=time.time(),
        task=task.name,
        options=options.plain(),
        backbone=backbone,
        backbone_options=backbone_options,
        recipe=recipe.model_copy(update={"backbone": backbone}),
        **fields_of_pictures(task, values, recipe, _one_of("labels_from", values.get("labels_from", "dataset"), ("dataset", "store"))),
        **length,
        began=dict(noted(source)) if source else {},
        **_conduct(values),
        versions={"python": platform.python_version(), **{name: version(name) for name in ("torch", "torchvision", "numpy")}},
        **_words_of(task),
    )
    check_length(spec.dataset, spec.data, spec.steps or spec.minutes, values.get("recipe") or {}, recipe)
    built = build_task(spec, taking(spec.began))  # raises SettingsError where the task itself refuses its settings
    return replace(spec, options=built.options.plain())  # without the augmentations that the data set forbids


def _network(task: type[PretextTask], values: dict[str, Any], recipe: Recipe, source: Target | None) -> tuple[str, dict[str, Any]]:
    """The backbone with its options: what was asked for, else what the target to begin from, the recipe or the task brings.

    Raises SettingsError where none fits.
    """
    from ssl_core.parts.fit import first_fit, misfit
    from ssl_core.training.beginning import network_of

    if source is not None:
        backbone, own = network_of(source)
        options = {**own, **(values.get("backbone_options") or {})}
    else:
        backbone = values.get("backbone") or recipe.backbone or first_fit(task, recipe.image_size)
        options = _backbone_options(task, values, backbone, recipe.image_size)
    if reason := misfit(task, backbone, options, recipe.image_size):
        raise SettingsError(reason)
    return backbone, options


def _conduct(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of a spec that say how the run is worked and called: seed, device, precision, title."""
    return {
        "seed": _whole("seed", values.get("seed", 0), 0, 2**31 - 1),
        "device": _one_of("device", values.get("device", "auto"), ("auto", "cpu", "cuda", "mps")),
        "precision": _one_of("precision", values.get("precision", "auto"), ("auto", "fp32", "bf16")),
        "title": " ".join(str(values.get("title") or "").split())[:80],
    }


def _words_of(task: type[PretextTask]) -> dict[str, Any]:
    """The fields of a spec that name a task's metrics and words, so that a run can be shown where the task's file is missing."""
    return {
        "metric": task.metric,
        "measure": task.measure,
        "glance": task.headline,
        "reference": task.rivals,
        "watched": task.also_plotted,
        "learning": task.learning or f"Learning: {task.title}",
    }


def default_preset(task: str) -> str:
    """The preset that a task starts with on this machine where none is named."""
    import torch

    from ssl_core.parts.catalogues import TASKS

    return "gpu" if torch.cuda.is_available() and "gpu" in TASKS[task].presets else "cpu"


def _settings(task: type[PretextTask], values: dict[str, Any]) -> tuple[Settings, Recipe]:
    """Options and recipe: the preset's, with what was asked for on top."""
    preset = values.get("preset") or default_preset(task.name)
    if values.get("preset") and preset not in list(task.presets):  # a list, since a value from JSON may not be hashable
        raise SettingsError(f"'preset' of {task.name} must be one of {', '.join(task.presets) or 'none'}. Got {str(preset)[:60]}.")
    base = task.presets.get(preset)
    options, recipe = (base.options.plain(), base.recipe.plain()) if base else ({}, {})
    asked_options, asked_recipe = values.get("options") or {}, values.get("recipe") or {}
    for owner, asked in (("options", asked_options), ("recipe", asked_recipe)):
        if not isinstance(asked, dict):
            raise SettingsError(f"'{owner}' must be an object of names and values. Got {str(asked)[:60]}.")
    if "warmup" in asked_recipe:  # said in epochs, it takes the place of the preset's share
        recipe["warmup_share"] = 0.0
    if not values.get("from") or str(values["from"]).startswith(UNTRAINED):
        options.update(task.from_nothing)
    if "rate" in asked_recipe and "find_rate" in task.Options.model_fields:  # a rate that was asked for isn't looked for
        options["find_rate"] = False
    return task.Options.read({**options, **asked_options}, task.name), Recipe.read({**recipe, **asked_recipe}, "the recipe")


def _backbone_options(task: type[PretextTask], values: dict[str, Any], backbone: str, image_size: int) -> Any:
    """The options asked for; on top of the preset's where the backbone is the preset's own."""
    from ssl_core.parts.fit import first_fit

    asked = values.get("backbone_options") or {}
    base = task.presets.get(values.get("preset") or default_preset(task.name))
    if base is None or not base.backbone_options or not isinstance(asked, dict):
        return asked
    own = backbone == (base.recipe.backbone or first_fit(task, image_size))
    return {**base.backbone_options, **asked} if own else asked


def _whole(name: str, value: object, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise SettingsError(f"'{name}' must be a whole number between {low} and {high}. Got {str(value)[:60]}.")
    return value


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SettingsError(f"'{name}' must be one of {', '.join(allowed)}. Got {str(value)[:60]}.")
    return str(value)


def new_run(values: dict[str, Any]) -> str:
    """Makes the folder of a training run, which isn't started; the run's name. Raises SettingsError as `make_spec`."""
    with disk_in_words():
        return _new_run(make_spec(values))


def _new_run(spec: RunSpec) -> str:
    folder = new_run_folder(spec.task)
    number = folder.name.rpartition("-")[2]
    title = spec.title or f"{spec.task.capitalize()} {number}"
    write_json(folder / "spec.json", replace(spec, title=title).plain())
    return folder.name


def start_training(values: dict[str, Any], **variables: str) -> str:
    """Makes a training run and starts a process that works it, with `variables` added to its environment; the run's name."""
    name = new_run(values)
    with disk_in_words():
        jobs_start.start(folder_of(name), **variables)
    return name


def resume(name: str, epochs: float | None = None, steps: int | None = None, **variables: str) -> str:
    """Continues a stopped or interrupted run from its last checkpoint; with `epochs` or `steps` up to a new end.

    variables: as `start_training`.
    """
    with disk_in_words():
        prolong(name, epochs, steps)
        jobs_start.start(folder_of(name), **variables)
    return name


def prolong(name: str, epochs: float | None, steps: int | None = None) -> None:
    """Checks that a run can be continued, and moves its end to `epochs` or `steps` where given.

    Raises:
        SettingsError: the run came with the program, is at work, has no checkpoint, is done and no new end is given, or learns from a
            stream and `epochs` is given.
    """
    folder, spec, status = own_run(name)
    resumable(folder)  # raises SettingsError where there is no checkpoint to continue from
    if epochs is not None or steps is not None:
        write_json(folder / "spec.json", with_end(spec, epochs, steps).plain())
    elif status.state == "done":
        unit = "steps" if spec.data.streamed else "epochs"
        raise SettingsError(f"The run '{name}' is done. Say up to how many {unit} it should go on.")
    if status.state == "done":
        jobs_start.begin_again(folder)


def expect(values: dict[str, Any]) -> float:
    """Seconds that training would take on this machine: from earlier runs, else from a few steps tried now (about a second)."""
    from ssl_core.system.measured import recall, remember
    from ssl_core.training.pace import pace_key, try_pace

    spec = make_spec(values)
    key = pace_key(spec)
    pace = recall("pace", key) or recall("first guess", key)
    if pace is None:
        pace = {"step": try_pace(spec), "startup": STARTUP}
        remember("first guess", key, pace)
    steps = spec.steps or spec.recipe.epochs * max(1, spec.data.samples // spec.recipe.batch)
    return float(steps * pace["step"] + pace["startup"])
