"""A target as probes get it: the labelled features of its pictures, at its deepest layer or another, or a copy that is taught.

Axes: S picture, D feature.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssl_core.evaluation.layered import AtLayer, Layered
from ssl_core.evaluation.tuned import tuned
from ssl_core.functional.rng import key
from ssl_core.library.meeting import classes_apart
from ssl_core.models.features import Embedded, Report, embedded
from ssl_core.models.targets import Target
from ssl_core.probes.base import Labelled, Pool, Tuned
from ssl_core.settings import SettingsError


class View:
    """A target as probes get it: labelled features of each split, with all labels of the train split or `labels_per_class` a class.

    `seed` draws the pictures that keep their label; pictures without a label are left out.

    Raises:
        SettingsError: a split has no labelled picture, or no class is in both splits.
    """

    def __init__(
        self, target: Target, train: int, test: int, layer: str | None, labels_per_class: int | None, report: Report | None = None
    ) -> None:
        self.parts = {split: embedded(target, split, most, layer, report) for split, most in (("train", train), ("test", test))}
        for split, part in self.parts.items():
            known = part.label_S >= 0
            if not known.any():
                raise SettingsError(
                    f"'{target.dataset}' has no {split} pictures with labels to score by. Choose another set, or label some."
                )
            self.parts[split] = Embedded(*(column[known] for column in part))
        of_train, of_test = (np.unique(part.label_S) for part in self.parts.values())
        if not np.isin(of_test, of_train).any():
            classes = target.pictures("test").info.classes
            raise SettingsError(classes_apart(target.dataset, [classes[k] for k in of_train], [classes[k] for k in of_test]))
        self.target, self.labels_per_class, self.seed = target, labels_per_class, 0
        self.report: Report = report or (lambda stage, done, of: None)
        self.layered = Layered(target, {"train": train, "test": test}, layer, self.report)

    @property
    def layers(self) -> Sequence[str]:
        """Names of what can be probed, input to output."""
        return self.layered.layers

    def labelled(self, split: str) -> Labelled:
        """Features of a split with their classes."""
        part = self._chosen(split)
        return Labelled(part.features_SD, part.label_S)

    def tuned(self, minutes: float, seed: int) -> Tuned:
        """The answers of a run that taught a copy of the network. Raises SettingsError where the target has none, or the run failed."""
        return tuned(self.target, minutes, self.labels_per_class, seed, self.parts["test"].id_S, self.report)

    def at(self, layer: str, numbers: int, pool: Pool) -> AtLayer:
        """The same pictures at one layer."""

        def labelled(split: str) -> Labelled:
            part = self._chosen(split)
            return Labelled(self.layered.features(layer, numbers, pool, split, part.id_S), part.label_S)

        return AtLayer(self.layered.side(layer, numbers, pool), labelled)

    def _chosen(self, split: str) -> Embedded:
        """The pictures of a split that keep their label."""
        part = self.parts[split]
        if split != "train" or self.labels_per_class is None:
            return part
        rows = few_rows(part.label_S, self.labels_per_class, self.seed)
        return Embedded(*(column[rows] for column in part))


def few_rows(label_S: np.ndarray, per_class: int, seed: int) -> np.ndarray:
    """Rows, ascending, of `per_class` pictures of each class, or all where it has fewer; drawn by `seed`, so every target gets the same."""
    rng = np.random.default_rng(key(seed, "few labels"))
    chosen = [rng.permutation(np.flatnonzero(label_S == label))[:per_class] for label in np.unique(label_S)]
    return np.sort(np.concatenate(chosen))
