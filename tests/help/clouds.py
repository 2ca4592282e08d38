"""Features of made-up pictures as Gaussian clouds, as probes and projectors get them; how far the classes are apart is given."""

from __future__ import annotations

import numpy as np

from ssl_core.evaluation.layered import AtLayer
from ssl_core.probes.base import Labelled, Pool, Tuned


class Clouds:
    """Train and test features of `classes` clouds, 32 numbers a picture. apart: a centre's distance from 0 in standard deviations."""

    def __init__(self, apart: float, classes: int = 4, train: int = 400, test: int = 300, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        label_S = np.arange(train + test) % classes
        centre_KD = apart * np.eye(classes, 32)
        features_SD = (centre_KD[label_S] + rng.normal(size=(train + test, 32))).astype(np.float32)
        self.parts = {
            "train": Labelled(features_SD[:train], label_S[:train]),
            "test": Labelled(features_SD[train:], label_S[train:]),
        }

    def labelled(self, split: str) -> Labelled:
        return self.parts[split]

    def tuned(self, minutes: float, seed: int) -> Tuned:
        """In place of a taught network: minus the squared distance to each class's mean over the train part, classes from 0 on."""
        train, test = self.parts["train"], self.parts["test"]
        kinds = range(int(train.label_S.max()) + 1)
        mean_KD = np.stack(
            [train.features_SD[train.label_S == kind].mean(0) if (train.label_S == kind).any() else np.full(32, 99.0) for kind in kinds]
        )
        return Tuned("made-up", None, -((test.features_SD[:, None] - mean_KD) ** 2).sum(2))

    @property
    def layers(self) -> tuple[str, ...]:
        """Two layers: half of the numbers, and all of them."""
        return "half", "whole"

    def at(self, layer: str, numbers: int, pool: Pool) -> AtLayer:
        """The first half of each picture's numbers, or all."""
        width = 16 if layer == "half" else 32
        return AtLayer(1, lambda split: Labelled(np.ascontiguousarray(self.parts[split].features_SD[:, :width]), self.parts[split].label_S))

    def with_part(self, split: str, rows: np.ndarray) -> Clouds:
        """The same features, with only these rows of a split, in this order."""
        other, part = Clouds.__new__(Clouds), self.parts[split]
        other.parts = {**self.parts, split: Labelled(part.features_SD[rows], part.label_S[rows])}
        return other

    def shuffled(self) -> Clouds:
        """The same features, with the train part's labels permuted at random, so that features say nothing of them."""
        other, train = Clouds.__new__(Clouds), self.parts["train"]
        other.parts = {**self.parts, "train": Labelled(train.features_SD, np.random.default_rng(1).permutation(train.label_S))}
        return other
