"""How often a 95 % interval holds the true value, in populations that are known: `python -m benchmarks coverage`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ssl_core.functional.metrics.agreement import SPARE, class_agreement
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


def farthest_from_95() -> float:
    """The largest distance of a population's coverage from 95 %, in points."""
    covered = [agreement_covered(population) for population in POPULATIONS]
    for population, share in zip(POPULATIONS, covered, strict=True):
        print(f"{population}: {share:.1%}", flush=True)
    return max(abs(100 * share - 95) for share in covered)
