"""What every probe promises: frozen features in, one value a test picture out.

Axes: S picture, D feature.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple, Protocol

import numpy as np

from ssl_core.settings import Settings
from ssl_core.types import Measure

RIGHT = Measure("Test pictures named correctly", top=1.0)


class Labelled(NamedTuple):
    """Features of pictures with their classes."""

    features_SD: np.ndarray  # float32
    label_S: np.ndarray  # int64, at least 0


class ProbeTarget(Protocol):
    """What is scored: a network, of which a probe sees nothing but the features of each split."""

    def labelled(self, split: str) -> Labelled:
        """Features with classes of the pictures of a split, "train" or "test"."""


class Scores(NamedTuple):
    """How a probe did, a value a test picture in the order of `labelled("test")`: so two targets are compared in pairs."""

    value_S: np.ndarray  # bool where `measure` of the probe counts right answers, else float in the unit of `measure`
    guess_S: np.ndarray | None  # int64: the class that the probe said; None where its answer is no class
    facts: dict[str, object]  # what was chosen on the way, as JSON: C, k, training accuracy
    score_S: np.ndarray | None = None  # where train has two classes: float, the larger the likelier the second; None: no such number


class Probe(ABC):
    """A way of measuring what frozen features know. The first docstring line of a probe is its help text."""

    name: str  # its file, set by the catalogue
    title: str
    measure: ClassVar[Measure] = RIGHT  # of the values: right or wrong, or a number with another unit
    asks: ClassVar[str] = ""  # on screen, after "How many of these pictures": "does a straight-line classifier name correctly"
    how: ClassVar[str] = ""  # on screen, before "5 000 training pictures": "logistic regression, C chosen on a fifth of"

    class Options(Settings):
        """Nothing to set."""

    def __init__(self, options: Settings) -> None:
        self.options = options

    @abstractmethod
    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        """Fits on the target's train features and scores each of its test pictures; every chance comes from `rng`.

        Raises:
            SettingsError: the train pictures or their labels don't suffice.
        """
