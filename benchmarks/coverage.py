"""How often a 95 % interval holds the true value, in populations that are known: `python -m benchmarks coverage draws rivals`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ssl_core.evaluation.compare import pairs_of
from ssl_core.functional.metrics.agreement import SPARE, class_agreement
from ssl_core.functional.metrics.draws import difference_over_draws, share_over_draws
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.functional.metrics.neighbours import nearest_in_plane, nearest_others

DRAWS = 600  # samples a population: a coverage of 95 % is then measured to ± 0.9 points (standard error)
NEAR = 10


class Population(NamedTuple):
    """Classes as normal clouds around centres that are normal too."""

    width: int  # 2: a plane, by distance; else features, by angle
    classes: int
    pictures: int
    apart: float  # standard deviation of the centres, over that of a cloud

    def sample(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Points S D and their classes S; the centres are the same for every sample."""
        centre_CD = self.apart * np.random.default_rng(7).normal(size=(self.classes, self.width))
        label_S = rng.integers(self.classes, size=self.pictures)
        return centre_CD[label_S] + rng.normal(size=(self.pictures, self.width)), label_S


POPULATIONS = (
    *(Population(2, 10, 300, 3.0), Population(2, 5, 1000, 2.0), Population(16, 10, 300, 0.5)),
    *(Population(64, 10, 1000, 0.35), Population(32, 4, 200, 0.3), Population(64, 3, 120, 0.3)),
)


def agreement_covered(population: Population, draws: int = DRAWS) -> float:
    """The share of samples whose interval of `class_agreement` holds the mean over all samples."""
    rng, found = np.random.default_rng(0), []
    nearest = nearest_in_plane if population.width == 2 else nearest_others
    for _ in range(draws):
        points_SD, label_S = population.sample(rng)
        found.append(class_agreement(nearest(points_SD, SPARE * NEAR), label_S, NEAR).whole)
    true = np.mean([interval.value for interval in found])
    return float(np.mean([interval.lo <= true <= interval.hi for interval in found]))


class FewLabels(NamedTuple):
    """Networks taught by draws of few labels, all tested on the same pictures: each answer is right with its own probability."""

    draws: int
    pictures: int
    apart: float  # standard deviation between draws, in logits; between pictures it is 1.5, of a picture between draws 0.8

    def sample(self, rng: np.random.Generator) -> np.ndarray:
        """Right or wrong, T draws x S pictures."""
        of_draw_T1, of_picture_S = self.apart * rng.normal(size=(self.draws, 1)), 1.5 * rng.normal(size=self.pictures)
        logit_TS = 0.5 + of_draw_T1 + of_picture_S + 0.8 * rng.normal(size=(self.draws, self.pictures))
        right_TS: np.ndarray = rng.random(logit_TS.shape) < 1 / (1 + np.exp(-logit_TS))
        return right_TS

    def truth(self) -> float:
        """The share that is right over all draws and pictures: the mean of the logistic function over a normal distribution."""
        node_N, weight_N = np.polynomial.hermite_e.hermegauss(60)
        sd = np.sqrt(1.5**2 + 0.8**2 + self.apart**2)
        return float(weight_N @ (1 / (1 + np.exp(-0.5 - sd * node_N))) / weight_N.sum())


FEW = tuple(FewLabels(draws, pictures, apart) for draws in (5, 10) for pictures in (200, 1000) for apart in (0.0, 0.1, 0.4))


def share_covered(few: FewLabels, draws: int = 2000) -> float:
    """The share of samples whose interval of `share_over_draws` holds the truth."""
    rng = np.random.default_rng(0)
    return _held((share_over_draws(few.sample(rng)) for _ in range(draws)), few.truth())


def difference_covered(few: FewLabels, draws: int = 2000) -> float:
    """The share of pairs of equally good networks whose interval of `difference_over_draws` holds zero."""
    rng = np.random.default_rng(0)
    return _held((difference_over_draws(few.sample(rng), few.sample(rng)) for _ in range(draws)), 0.0)


def _held(intervals: Iterable[Interval], true: float) -> float:
    return float(np.mean([interval.lo <= true <= interval.hi for interval in intervals]))


def draws_farthest_from_95() -> float:
    """The largest distance of the coverage from 95 % with 5 and 10 draws of few labels, in points; shares, then differences."""
    covered = []
    for few in FEW:
        covered += [share_covered(few), difference_covered(few)]
        print(f"{few}: shares {covered[-2]:.1%}, differences {covered[-1]:.1%}", flush=True)
    return max(abs(100 * share - 95) for share in covered)


def null_family(rivals: int, pictures: int, draws: int = 4000) -> tuple[float, float]:
    """How often one of several equally good rivals, beside the main one, seems to differ: at Bonferroni's level, and at 95 % each."""
    rng, names = np.random.default_rng(0), ["run", *(f"rival-{k}" for k in range(rivals))]
    few, corrected, plain = FewLabels(rivals + 1, pictures, 0.0), 0, 0
    for _ in range(draws):
        found = pairs_of(dict(zip(names, few.sample(rng), strict=True)))
        others = [pair for pair in found if pair.a == names[0] and pair.level != 0.95]
        corrected += any(pair.lo > 0 or pair.hi < 0 for pair in others)
        plain += any(pair.ci95[0] > 0 or pair.ci95[1] < 0 for pair in others)
    return corrected / draws, plain / draws


def null_families() -> float:
    """The largest share of null families of 3 and 5 rivals of which one, beside the main rival, excludes zero, in %."""
    found = []
    for rivals, pictures in itertools.product((3, 5), (200, 1000)):
        corrected, plain = null_family(rivals, pictures)
        print(f"{rivals} rivals, {pictures} pictures: {corrected:.1%} (at 95 % each {plain:.1%})", flush=True)
        found.append(100 * corrected)
    return max(found)


def farthest_from_95() -> float:
    """The largest distance of a population's coverage from 95 %, in points."""
    covered = [agreement_covered(population) for population in POPULATIONS]
    for population, share in zip(POPULATIONS, covered, strict=True):
        print(f"{population}: {share:.1%}", flush=True)
    return max(abs(100 * share - 95) for share in covered)
