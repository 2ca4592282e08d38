"""What every probe promises: frozen features in, one value a test picture out.

Axes: S picture, D feature.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Literal, NamedTuple, Protocol

import numpy as np

from ssl_core.settings import Settings, SettingsError
from ssl_core.types import Measure

Pool = Literal["grid", "mean"]
RIGHT = Measure("Test pictures named correctly", top=1.0)


class Labelled(NamedTuple):
    """Features of pictures with their classes."""

    features_SD: np.ndarray  # float32
    label_S: np.ndarray  # int64, at least 0


class Tuned(NamedTuple):
    """The answers of a network after it was taught the names."""

    run: str  # the run that taught it
    n_train: int | None  # pictures that it was taught with; None: those of `labelled("train")`
    logit_SK: np.ndarray  # of each test picture, in the order of `labelled("test")`


class LayerTarget(Protocol):
    """One layer of a target: features of its cells or of their mean. They lie on disk, and are read anew at each call."""

    @property
    def side(self) -> int:
        """s: features are the maxima of s x s parts of the layer's map, channel by channel; 1: the mean over the map."""

    @property
    def labelled(self) -> Callable[[str], Labelled]:
        """The layer's features, of the same pictures in the same order as the target's."""


class ProbeTarget(Protocol):
    """What is scored: a network, of which a probe sees the features of each split, or has a copy taught."""

    @property
    def layers(self) -> Sequence[str]:
        """Names of what can be probed, input to output."""

    def labelled(self, split: str) -> Labelled:
        """Features with classes of the pictures of a split, "train" or "test"."""

    def tuned(self, minutes: float, seed: int) -> Tuned:
        """A copy of the network, taught the train pictures' classes for so many minutes. Raises SettingsError where that failed."""

    def at(self, layer: str, numbers: int, pool: Pool) -> LayerTarget:
        """A layer's features. "grid": C s² of them, s the largest with C s² ≤ numbers; "mean": C. Best asked in the order of `layers`."""


class SeriesPoint(NamedTuple):
    """One point of a protocol's series: how the probe did at one layer, with one number of labels, with one number of shots."""

    at: str | int  # where on the axis of the series: "layer3", 25
    values: np.ndarray  # S as `Scores.value_S`, or T x S of draws: of the same test pictures at every point
    facts: dict[str, object] = {}  # what was chosen for this point, as JSON
    guess_S: np.ndarray | None = None  # as `Scores.guess_S`, so that the pictures behind the point can be shown; None: not kept
    score_S: np.ndarray | None = None  # as `Scores.score_S`
    unit_E: np.ndarray | None = None  # as `Scores.unit_E`


class Scores(NamedTuple):
    """How a probe did, a value a test picture in the order of `labelled("test")`: so two targets are compared in pairs."""

    value_S: np.ndarray  # bool where `measure` of the probe counts right answers, else float in the unit of `measure`
    guess_S: np.ndarray | None  # int64: the class that the probe said; None where its answer is no class
    facts: dict[str, object]  # what was chosen on the way, as JSON: C, k, training accuracy
    score_S: np.ndarray | None = None  # where train has two classes: float, the larger the likelier the second; None: no such number
    points: Sequence[SeriesPoint] = ()  # of a probe with a `series`; `value_S` is the value at the point that the probe stands for
    unit_E: np.ndarray | None = None  # float: values whose mean is the score where these aren't `value_S`: one an episode; else None
    chance: float | None = None  # of a right answer among fewer classes than the test pictures have; None: among all of these


class Probe(ABC):
    """A way of measuring what frozen features know. The first docstring line of a probe is its help text."""

    name: str  # its file, set by the catalogue
    title: str
    measure: ClassVar[Measure] = RIGHT  # of the values: right or wrong, or a number with another unit
    # both may name a setting, whose value then stands there: "{classifier} on"
    asks: ClassVar[str] = ""  # on screen, after "How many of these pictures": "does a straight-line classifier name correctly"
    how: ClassVar[str] = ""  # on screen, before "5 000 training pictures": "a random forest on"
    trains: ClassVar[bool] = False  # whether the whole network is trained; else its features are frozen
    draws_labels: ClassVar[bool] = False  # whether it draws few labels or few pictures itself, so that --labels-per-class has no say
    series: ClassVar[str] = ""  # key of result.json under which points stand, and their figure on screen: "layers"; "": no points
    picked: ClassVar[bool] = False  # whether a reader picks the best point off the table, whose interval is then at 1 - .05 / points
    layered: ClassVar[bool] = False  # whether it reads `at` of every layer, so that features of the deepest alone don't suffice

    class Options(Settings):
        """Nothing to set."""

    def __init__(self, options: Settings) -> None:
        self.options = options

    @classmethod
    def said(cls, options: Mapping[str, object]) -> str:
        """The protocol inside a sentence, with those of its settings that aren't the usual ones: "linear probe, C 0.1"."""
        usual = cls.Options().plain()
        return f"{in_sentence(cls.title)}{''.join(f', {name} {value}' for name, value in options.items() if value != usual.get(name))}"

    def agreed(self, tries: Sequence[Scores]) -> list[Scores]:
        """The scores of several networks or draws of the labels, at the point for which they stand together; without points as they are."""
        return list(tries)

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
    moved = train_SD - mean_D, test_SD - mean_D
    for part_SD in moved:
        part_SD /= scale_D
    return moved


class Prepared(NamedTuple):
    """What a classifier is fitted on and asked about."""

    train_SD: np.ndarray  # standardised
    label_S: np.ndarray  # of the train pictures
    test_SD: np.ndarray
    true_S: np.ndarray  # classes of the test pictures


def prepared(what: str, target: ProbeTarget | LayerTarget) -> Prepared:
    """A target's features, standardised. Raises SettingsError as `check_two_classes`."""
    train, test = target.labelled("train"), target.labelled("test")
    check_two_classes(what, train)
    train_SD, test_SD = standardised(train.features_SD, test.features_SD)
    return Prepared(train_SD, train.label_S, test_SD, test.label_S)


def in_sentence(title: str) -> str:
    """A title inside a sentence: its first letter in lower case, except in a name such as "PCA" or "SVC"."""
    return title if title[1:2].isupper() else f"{title[:1].lower()}{title[1:]}"


def seed_of(rng: np.random.Generator) -> int:
    """A seed for scikit-learn, drawn from a probe's generator."""
    return int(rng.integers(2**31))
