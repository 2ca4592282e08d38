"""What the questions of a notebook are answered with: records of plain values and numpy arrays that print as a few lines.

The letters behind a name are its axes: S pictures, D features, H W pixels; `xy_S2` has two columns.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from ssl_core.evaluation.scored import ScoredPoint
from ssl_core.functional.metrics.classes import BaseRates
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.notebook.table import Table
from ssl_core.types import Measure

LONGEST = 100  # characters of a value that is printed


class Printed:
    """Prints as a sentence, and a line a field."""

    def sentence(self) -> str:
        """The answer in words, with its units."""
        raise NotImplementedError

    def __repr__(self) -> str:
        held = [(field.name, getattr(self, field.name)) for field in fields(self)]  # type: ignore[arg-type]
        width = max(len(name) for name, _ in held)
        return "\n".join([self.sentence(), *(f"  {name.ljust(width)}  {_brief(value)}" for name, value in held)])


def _brief(value: Any) -> str:
    """An array by its type and shape, any other value in at most a line."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


@dataclass(frozen=True, repr=False, eq=False)
class Embedding(Printed):
    """Features of pictures, row by row."""

    target: str
    dataset: str
    split: str
    layer: str
    features_SD: np.ndarray  # float32
    label_S: np.ndarray  # int64, -1 where unknown
    ids: tuple[str, ...]  # "test-12": split and place in the data set
    classes: tuple[str, ...]  # by label; () where there are none

    def sentence(self) -> str:
        """Target, pictures and width."""
        number, width = self.features_SD.shape
        return f"{self.target} at {self.layer}: {number} {self.split} pictures of {self.dataset}, {width} numbers each"


@dataclass(frozen=True, repr=False, eq=False)
class Probed(Printed):
    """How much the frozen features of a target know of the classes."""

    target: str
    protocol: str  # in words
    accuracy: float  # mean of the values, in the unit of `measure`: the share of the test pictures that is right
    ci95: tuple[float, float]  # its 95 % interval
    chance: float  # 1 / K, K classes among the test pictures; 0 where no class is named
    majority: float  # share right by always naming the largest class; 0 where no class is named
    measure: Measure  # of the values: title, unit
    layer: str
    image_size: int  # pixels a side that the network saw
    n_train: int
    n_test: int
    seconds: float
    value_S: np.ndarray  # bool: right or wrong; else float: the share of several seeds that was right, or another value
    guess_S: np.ndarray | None  # class named; None where the probe names none
    label_S: np.ndarray  # class that it is
    ids: tuple[str, ...]
    classes: tuple[str, ...]
    notes: tuple[str, ...] = ()  # sentences that belong beside the figure
    by_network: tuple[float, ...] = ()  # the value of each, where `accuracy` is the mean of several networks (untrained, by seed)
    spread: float = 0.0  # their standard deviation (n - 1)
    balanced: Interval | None = None  # accuracy balanced over classes with its 95 % interval, where the largest class has over 1.5 / K
    auc: Interval | None = None  # area under the ROC curve with its 95 % interval, where there are two classes
    points: tuple[ScoredPoint, ...] = ()  # of a protocol with a series (numbers of labels, shots): at, accuracy, lo, hi, values

    def sentence(self) -> str:
        """Accuracy with its interval, and on what."""
        value, (lo, hi) = self.measure.of(self.accuracy, self.n_test), map(self.measure.text, self.ci95)
        where = f"{self.n_test} test pictures, fitted on {self.n_train}" + (
            f"; {BaseRates(self.chance, self.majority).words}" if self.chance else ""
        )
        where += f"; balanced over classes {self.balanced.value:.1%}" if self.balanced else ""
        title = f"{self.measure.title[:1].lower()}{self.measure.title[1:]}"
        seeds = f", mean of {len(self.by_network)} seeds, sd {self.measure.text(self.spread)}" if self.by_network else ""
        return " ".join([f"{self.target}: {title} {value} (95 % interval {lo} to {hi}{seeds}) by {self.protocol}; {where}", *self.notes])


@dataclass(frozen=True, repr=False, eq=False)
class Compared:
    """Targets side by side on the same test pictures, and every two of them as a pair."""

    table: Table  # target, accuracy, lo, hi, layer, image_size, seconds
    pairs: Table  # a, b, difference, lo, hi: mean of a's values minus that of b's on the same pictures, its interval at `level`; ci95
    left_out: dict[str, str]  # target -> why it has no score
    protocol: str
    n_train: int
    n_test: int
    chance: float
    majority: float  # share right by always naming the largest class; 0 where no class is named
    balanced: dict[str, Interval]  # target -> accuracy balanced over classes, where the largest class has over 1.5 / K
    auc: dict[str, Interval]  # target -> area under the ROC curve, where there are two classes
    command: str  # repeats it on the command line
    measure: Measure  # of the values: title, unit
    values: dict[str, np.ndarray]  # target -> a value a test picture, in the order of `ids`; bool: right or wrong
    label_S: np.ndarray
    ids: tuple[str, ...]
    classes: tuple[str, ...]
    notes: tuple[str, ...] = ()  # sentences that belong beside the figures
    points: dict[str, tuple[ScoredPoint, ...]] = field(default_factory=dict)  # target -> its points, of a protocol with a series

    def __repr__(self) -> str:
        return "\n".join([repr(self.table), "", repr(self.pairs), *self._reasons()])

    def _repr_html_(self) -> str:
        reasons = "".join(f"<p>{html.escape(reason)}</p>" for reason in self._reasons())
        return f"{self.table._repr_html_()}{self.pairs._repr_html_()}{reasons}"

    def _reasons(self) -> list[str]:
        return [*(f"left out: {target}: {reason}" for target, reason in self.left_out.items()), *self.notes]


@dataclass(frozen=True, repr=False, eq=False)
class Projection(Printed):
    """Test pictures in the plane, and how far the plane can be believed."""

    target: str
    dataset: str
    projector: str
    xy_S2: np.ndarray  # float32
    label_S: np.ndarray  # int64, -1 where unknown
    ids: tuple[str, ...]
    classes: tuple[str, ...]
    agreement_plane: float | None  # share of a dot's 10 nearest dots that are of its class; None without classes
    agreement_features: float | None  # the same among the features before they were flattened
    chance: float | None  # the same for dots shuffled at random

    def sentence(self) -> str:
        """Dots, and how many neighbours the plane keeps."""
        words = f"{self.target} by {self.projector}: {len(self.ids)} test pictures of {self.dataset} in the plane"
        if self.agreement_plane is None or self.agreement_features is None:
            return words
        return (
            f"{words}; {self.agreement_plane:.0%} of a dot's 10 neighbours are of its class ({self.agreement_features:.0%} in the features)"
        )


@dataclass(frozen=True, repr=False, eq=False)
class Attended(Printed):
    """Where a network looks in one picture."""

    target: str
    note: str  # its answer in words
    maps: dict[str, np.ndarray]  # "stages: stage4" -> float32 H W, times the map's own mean: 1 is average, 3 thrice as much

    def sentence(self) -> str:
        """The maps, and what the network says."""
        return f"{self.target}: {len(self.maps)} maps. {self.note}".strip()
