"""One target's score, picture by picture, and what stands beside its accuracy.

Axes: S test picture, T draw of the labels, R network.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ssl_core.evaluation.probe import read_arrays, read_result
from ssl_core.functional.metrics.classes import BaseRates, area_under_curve, balanced_accuracy, base_rates
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.models.sizes import sizes_in_words
from ssl_core.models.targets import Target
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import RIGHT
from ssl_core.types import Measure


class ProbeRow(NamedTuple):
    """A target and its score."""

    target: str
    title: str
    detail: str
    accuracy: float  # mean of the values, in the unit of `measure`: for right or wrong the share that is right
    lo: float  # its 95 % interval
    hi: float
    layer: str
    image_size: int  # pixels a side that the network saw
    seconds: float
    measure: Measure = RIGHT
    by_network: tuple[float, ...] = ()  # the value of each, where `accuracy` is the mean of several networks (untrained, by seed)
    run_size: int = 0  # pixels a side of the run that the comparison is about; 0 where no run is among the targets

    @property
    def spread(self) -> float:
        """Standard deviation between the networks (n - 1); 0 of a single one."""
        return float(np.std(self.by_network, ddof=1)) if len(self.by_network) > 1 else 0.0

    @property
    def sizes(self) -> str:
        """The pictures that the network saw, in words: "32 px"; where the run's are others "run 32 px, ImageNet 224 px"."""
        return sizes_in_words({"run": self.run_size or self.image_size, self.title: self.image_size})


class ScoredPoint(NamedTuple):
    """One point of a target's series, such as one layer."""

    at: str | int
    accuracy: float  # mean of the values
    lo: float  # its 95 % interval
    hi: float
    values: np.ndarray  # S, or T x S of draws
    facts: dict[str, Any]
    guess_S: np.ndarray | None = None  # int64: the class named for each picture; None where it isn't kept
    unit_E: np.ndarray | None = None  # as `Scored.unit_E`

    @staticmethod
    def read(result: dict[str, Any], arrays: dict[str, np.ndarray], series: str) -> list[ScoredPoint]:
        """The points in the folder of a finished job; [] where its protocol has no series."""
        found, points = [], result.get(series, ()) if series else ()
        guess, units = (arrays.get(name, [None] * len(points)) for name in ("point_guesses", "point_units"))
        for said, values, guess_S, unit_E in zip(points, arrays.get("points", ()), guess, units, strict=True):
            facts = {name: value for name, value in said.items() if name not in ("at", "accuracy", "ci95")}
            lo, hi = said["ci95"]
            found.append(ScoredPoint(said["at"], said["accuracy"], lo, hi, values, facts, guess_S, unit_E))
        return found

    def on(self, rows: np.ndarray) -> ScoredPoint:
        """The point on some of its pictures, by their rows; episodes drew from all of them, and have no part."""
        return self._replace(values=self.values[..., rows], guess_S=None if self.guess_S is None else self.guess_S[rows], unit_E=None)

    @property
    def share_S(self) -> np.ndarray:
        """S: how often each picture was right, in [0, 1]; NaN where it was never asked about."""
        return self.values.mean(0) if self.values.ndim > 1 else self.values.astype(float)


class Scored(NamedTuple):
    """One target's score, picture by picture."""

    row: ProbeRow
    n_train: int  # pictures that the probe was fitted on
    n_test: int  # pictures scored, those included that another of the compared targets couldn't read
    id_S: np.ndarray  # int64: positions in the test split
    value_S: np.ndarray  # bool: right or wrong; else float: another value, or the share of several draws of the labels that was right
    guess_S: np.ndarray | None  # int64: the class named for each picture; None where the probe names none
    label_S: np.ndarray  # int64: the true class of each picture
    draws_TS: np.ndarray | None = None  # the value of each draw of the labels; None where there is one draw
    score_RTS: np.ndarray | None = None  # of each network and draw: how likely the second of two classes is; None where unknown
    points: Sequence[ScoredPoint] = ()  # of a protocol with a series
    unit_E: np.ndarray | None = None  # float: values whose mean the score is where these aren't the pictures': one an episode
    chance: float | None = None  # of a right answer among fewer classes than the pictures have; None: among all of these

    @property
    def values(self) -> np.ndarray:
        """The values that an interval is made from: E of episodes, T x S of several draws of the labels, else S."""
        return next(each for each in (self.unit_E, self.draws_TS, self.value_S) if each is not None)

    @staticmethod
    def read(target: Target, folder: Path, measure: Measure) -> Scored:
        """The score in the folder of a finished probe job."""
        result, arrays = read_result(folder), read_arrays(folder)
        (lo, hi), facts = result["ci95"], (result["layer"], result["image_size"], result["seconds"])
        by_network = tuple(result.get("by_network", ()))
        row = ProbeRow(target.text, target.title, target.detail, result["accuracy"], lo, hi, *facts, measure, by_network)
        by_picture = (arrays["places"], arrays["right"], arrays.get("guess"), arrays["labels"], arrays.get("draws"), arrays.get("scores"))
        points = ScoredPoint.read(result, arrays, PROBES[result["protocol"]].series)
        return Scored(row, result["n_train"], result["n_test"], *by_picture, points, arrays.get("units"), result.get("chance"))

    def on(self, id_S: np.ndarray) -> Scored:
        """This score on some of its pictures only, in the order given; id_S: int64, each of them in `self.id_S`.

        Episodes are drawn from all pictures: on some of them only each picture's share is left.
        """
        order = np.argsort(self.id_S)
        rows = order[np.searchsorted(self.id_S, id_S, sorter=order)]
        guess_S = None if self.guess_S is None else self.guess_S[rows]
        draws_TS, score_RTS = (None if held is None else held[..., rows] for held in (self.draws_TS, self.score_RTS))
        points = [point.on(rows) for point in self.points]
        by_picture = (id_S, self.value_S[rows], guess_S, self.label_S[rows], draws_TS, score_RTS)
        return Scored(self.row, self.n_train, self.n_test, *by_picture, points, None, self.chance)

    @property
    def rates(self) -> BaseRates | None:
        """How often an answer is right that doesn't look at the picture; None where the probe names no class."""
        if self.chance is not None:
            return BaseRates(self.chance, self.chance)
        return None if self.guess_S is None else base_rates(self.label_S)

    @property
    def balanced(self) -> Interval | None:
        """Accuracy balanced over classes; None where the largest class isn't over 1.5 / K, or no class is named."""
        return balanced_accuracy(self.values, self.label_S) if (rates := self.rates) is not None and rates.uneven else None

    @property
    def auc(self) -> Interval | None:
        """Area under the ROC curve, of networks the mean; None where there aren't two classes with scores."""
        kinds = np.unique(self.label_S)
        if self.score_RTS is None or len(kinds) != 2:
            return None
        return area_under_curve(self.score_RTS, self.label_S == kinds[1])

    def beside(self) -> dict[str, Any]:
        """What stands beside accuracy, as JSON: `chance`, `majority`; where classes are uneven `balanced`; of two classes `auc`."""
        said: dict[str, Any] = {} if (rates := self.rates) is None else rates._asdict()
        for name, found in (("balanced", self.balanced), ("auc", self.auc)):
            said |= {} if found is None else {name: found.value, f"{name}_ci95": [found.lo, found.hi]}
        return said
