"""The pictures that a training run learns from: what its spec keeps of them, and why they don't suffice."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ssl_core.library.browse import fixed_ids, known_as
from ssl_core.library.meeting import check_classes_meet, classes_apart
from ssl_core.library.sets import labels as labels_of
from ssl_core.library.sets import open_set
from ssl_core.settings import Recipe, SettingsError
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.roots import cache_root
from ssl_core.training.taught import taught_classes, taught_names

if TYPE_CHECKING:
    from ssl_core.datasets.base import ImageSet
    from ssl_core.tasks.base import PretextTask
    from ssl_core.types import DataInfo


def fields_of_pictures(task: type[PretextTask], values: dict[str, Any], recipe: Recipe, labels_from: str) -> dict[str, Any]:
    """The fields of a spec that say which pictures and labels the run learns from.

    Raises:
        SettingsError: there is no such set, its pictures are too few, or they lack what the task needs.
    """
    name, options = known_as(str(values.get("dataset") or "scenes")), values.get("dataset_options") or {}
    data = open_set(name, "train", recipe.image_size, options)
    info = _learnt_from(task, name, data, labels_from)
    if "labels" in task.needs:
        _check_held_out(name, options, info.classes, labels_from)
    mean, std = _standard(data)
    return {
        "dataset": name,
        "dataset_options": options,
        "labels_from": labels_from,
        "data": info._replace(batch_size=recipe.batch),
        "mean": tuple(mean),
        "std": tuple(std),
        "digest": data.digest(),
        "held_out": open_set(name, "test", recipe.image_size, options).digest(),
        "range": data.range.plain() if data.range else None,
        "fixed": tuple(fixed_ids(name, 8, 0, options)),
    }


def _learnt_from(task: type[PretextTask], name: str, data: ImageSet, labels_from: str) -> DataInfo:
    """The facts about training pictures that a spec keeps. Raises SettingsError where they are too few or lack what the task needs."""
    from ssl_core.parts.fit import data_lacks

    info = data.info._replace(targets=data.targets, forbids=tuple(sorted(data.forbids)))
    if info.streamed:
        return _of_stream(task, name, info, labels_from)
    if labels_from == "store" and "labels" in task.needs:
        info = info._replace(classes=taught_classes(task, name, info.classes))
    if info.samples < 2:
        raise SettingsError(f"'{name}' has {info.samples} training pictures. Training needs at least 2.")
    if lack := data_lacks(task.name, task.needs, name, info):
        raise SettingsError(lack)
    return info


def _of_stream(task: type[PretextTask], name: str, info: DataInfo, labels_from: str) -> DataInfo:
    """The facts that a spec keeps of a stream: no length, and of what else a set may say only labels, which come with the pictures."""
    from ssl_core.parts.fit import data_lacks

    info = info._replace(samples=0, words=(), targets=(), batch_size=0)
    if lack := data_lacks(task.name, task.needs, name, info):
        raise SettingsError(lack)
    if "labels" in task.needs and labels_from == "store":
        raise SettingsError(
            f"'labels_from' must be dataset for '{name}': the pictures of a stream can't be found again by the labels that you gave. "
            "Got store. Choose the set's own labels, or another data set."
        )
    return info


def check_length(name: str, info: DataInfo, length: float | None, asked: Mapping[str, object], recipe: Recipe) -> None:
    """Refuses for a stream what only a length can give: a run in epochs, and a number of labels a class.

    Raises:
        SettingsError: no `length`, steps or minutes, is given, or `asked`, the recipe's settings that a person named, speaks of epochs
            or labels.
    """
    if not info.streamed:
        return
    if "epochs" in asked:
        raise SettingsError(
            f"'epochs' of the recipe can't be asked for with '{name}': it is a stream without a length. Got {str(asked['epochs'])[:60]}. "
            "Give 'steps', the number of batches to learn from."
        )
    if length is None:
        raise SettingsError(
            f"'steps' of a run on '{name}' must be given, at least 1: it is a stream without a length, so that nothing else says where "
            "training ends. Got none. Try 10000."
        )
    if recipe.labels_per_class is not None and info.classes:
        raise SettingsError(
            f"'labels_per_class' of the recipe must be empty for '{name}': a stream can't be searched for so many of each class. "
            f"Got {recipe.labels_per_class}."
        )


def _check_held_out(name: str, options: dict[str, Any], classes: tuple[str, ...], labels_from: str) -> None:
    """Raises SettingsError where no class that is taught is among the held-out pictures, so that held-out metrics would mean nothing.

    Where the classes are the person's own, held-out pictures have those that the person named, which may be none.
    """
    if labels_from == "dataset":
        check_classes_meet(name)
        return
    test = open_set(name, "test", options=options)
    held_out = {classes[label] for label in set(labels_of(test).tolist()) - {-1}} if classes == test.info.classes else set()
    taught = taught_names(name)
    if held_out and not held_out & taught:
        raise SettingsError(classes_apart(name, sorted(taught), sorted(held_out)))


def _standard(data: ImageSet) -> tuple[list[float], list[float]]:
    """Mean and standard deviation of each channel over a sample of the pictures; measured once and kept in the cache."""
    from ssl_core.datasets.base import statistics

    home = cache_root() / "data" / data.digest()
    known = read_json(home / "standard.json")
    if known is None:
        known = statistics(data)
        with contextlib.suppress(OSError):  # where the cache can't be written, they are measured again next time
            home.mkdir(parents=True, exist_ok=True)
            write_json(home / "standard.json", known)
    return known[0], known[1]
