"""What every probe promises: frozen features in, one value a test picture out.

Axes: S picture, D feature.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Protocol

import numpy as np

from ssl_core.settings import Settings, SettingsError
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


class Point(NamedTuple):
    """One point of a protocol's series: how the probe did at one layer, with one number of labels, with one number of shots."""

    at: str | int  # where on the axis of the series: "layer3", 25
    values: np.ndarray  # S as `Scores.value_S`, or T x S of draws: of the same test pictures at every point
    facts: dict[str, object] = {}  # what was chosen for this point, as JSON
    unit_E: np.ndarray | None = None  # as `Scores.unit_E`


class Scores(NamedTuple):
    """How a probe did, a value a test picture in the order of `labelled("test")`: so two targets are compared in pairs."""

    value_S: np.ndarray  # bool where `measure` of the probe counts right answers, else float in the unit of `measure`
    guess_S: np.ndarray | None  # int64: the class that the probe said; None where its answer is no class
    facts: dict[str, object]  # what was chosen on the way, as JSON: C, k, training accuracy
    score_S: np.ndarray | None = None  # where train has two classes: float, the larger the likelier the second; None: no such number
    points: Sequence[Point] = ()  # of a probe with a `series`; `value_S` is the value at the point that the probe stands for
    unit_E: np.ndarray | None = None  # float: values whose mean is the score where these aren't `value_S`: one an episode; else None
    chance: float | None = None  # of a right answer among fewer classes than the test pictures have; None: among all of these


class Probe(ABC):
    """A way of measuring what frozen features know. The first docstring line of a probe is its help text."""

    name: str  # its file, set by the catalogue
    title: str
    measure: ClassVar[Measure] = RIGHT  # of the values: right or wrong, or a number with another unit
    asks: ClassVar[str] = ""  # on screen, after "How many of these pictures": "does a straight-line classifier name correctly"
    how: ClassVar[str] = ""  # on screen, before "5 000 training pictures": "logistic regression, C chosen on a fifth of"
    draws_labels: ClassVar[bool] = False  # whether it draws few labels or few pictures itself, so that --labels-per-class has no say
    series: ClassVar[str] = ""  # key of result.json under which points stand, and their figure on screen: "layers"; "": no points

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


def check_two_classes(what: str, train: Labelled) -> None:
    """Raises SettingsError where the train pictures are of fewer than 2 classes. what: the probe, at the start of the sentence."""
    if len(np.unique(train.label_S)) < 2:
        raise SettingsError(f"{what} needs train pictures of at least 2 classes. Got fewer. Label some, or take another set.")


def standardised(train_SD: np.ndarray, test_SD: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Features with mean 0 and deviation 1 over the train pictures; a constant feature stays 0 instead of 0 / 0."""
    mean_D, std_D = train_SD.mean(0), train_SD.std(0)
    scale_D = np.where(std_D > 1e-6, std_D, 1)
    return (train_SD - mean_D) / scale_D, (test_SD - mean_D) / scale_D


def seed_of(rng: np.random.Generator) -> int:
    """A seed for scikit-learn, drawn from a probe's generator."""
    return int(rng.integers(2**31))
