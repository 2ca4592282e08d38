"""The labels a run learns from: the data set's, or those a person gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ssl_core.functional.rng import generator
from ssl_core.parts.catalogues import TASKS
from ssl_core.records.spec import RunSpec
from ssl_core.settings import SettingsError
from ssl_core.system.roots import runs_root
from ssl_core.types import PictureId

if TYPE_CHECKING:
    from ssl_core.library.decoded import Decoded
    from ssl_core.tasks.base import PretextTask


def taught_classes(task: type[PretextTask], name: str, classes: tuple[str, ...]) -> tuple[str, ...]:
    """The classes of a person's labels: the data set's, where it has every given name, else the person's own names.

    Raises:
        SettingsError: the labelled training pictures are of fewer than 2 classes.
    """
    from ssl_core.labels.store import label_store

    store, given = label_store(runs_root()), taught_names(name)
    if len(given) < 2:
        raise SettingsError(
            f"{task.name} needs pictures of 2 classes or more that you named, and '{name}' has {len(given)}. "
            "Name some on the screen Few labels, or choose the set's own labels."
        )
    own = [each for each in store.classes(name) if each in given]
    return classes if given <= set(classes) else tuple(own or sorted(given))


def taught_names(name: str) -> set[str]:
    """The classes that a person gave to training pictures of a data set."""
    from ssl_core.labels.store import label_store

    said = label_store(runs_root()).labels(name)
    return {label for text, label in said.items() if (found := PictureId.find(text)) and found.split == "train"}


def known_labels(spec: RunSpec, train: Decoded) -> Tensor:
    """int64 S: the labels that the run may see, -1 where hidden.

    No label where the task needs none; the person's own where `labels_from` is "store"; else `labels_per_class` a class, or all.
    """
    label_S = torch.from_numpy(np.asarray(train.label_N)).clone()
    if "labels" not in TASKS[spec.task].needs:
        return torch.full_like(label_S, -1)
    if spec.labels_from == "store":
        return torch.from_numpy(own_labels(spec, train, "train"))
    few = spec.recipe.labels_per_class
    if few is None:
        return label_S
    order_S = torch.randperm(len(label_S), generator=generator(spec.seed, "labels"))
    hidden_S = torch.full_like(label_S, -1)
    for k in range(len(spec.data.classes)):
        chosen = order_S[label_S[order_S] == k][:few]
        hidden_S[chosen] = k
    return hidden_S


def own_labels(spec: RunSpec, decoded: Decoded, split: str) -> np.ndarray:
    """int64 N: the labels that the person gave to a split's pictures, as indices into the run's classes; -1 where none was given."""
    from ssl_core.labels.store import label_store

    said = label_store(runs_root()).labels(spec.dataset)
    place = {name: k for k, name in enumerate(spec.data.classes)}
    return np.array([place.get(said.get(picture, ""), -1) for picture in PictureId.texts(split, decoded.id_N)], np.int64)


def own_names(spec: RunSpec) -> bool:
    """Whether the run's classes are the person's own, and not those of its data set."""
    from ssl_core.library.sets import PictureSet

    if spec.labels_from != "store":
        return False
    return spec.data.classes != PictureSet.of_spec(spec, "train").open().info.classes
