"""Groups of runs that differ in their seed alone: the mean over seeds with Student's t, and pairs over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ssl_core.evaluation.compare import comparison
from ssl_core.evaluation.scored import Scored
from ssl_core.functional.metrics.intervals import Interval, mean_interval
from ssl_core.records.seeds import with_its_seeds
from ssl_core.types import Measure

NEEDED = 3  # seeds below which the interval says next to nothing: with 2 Student's quantile is 12.7


class OverSeeds(NamedTuple):
    """A target's scores by seed."""

    target: str  # the group's first run, or a baseline
    members: list[str]
    scores: list[float]  # one a member, each the mean over the same test pictures
    mean: Interval  # of the seeds: mean ± t s / √n; without bounds for one member

    @property
    def sd(self) -> float | None:
        """Standard deviation between the seeds (n - 1); None of one."""
        return float(np.std(self.scores, ddof=1)) if len(self.scores) > 1 else None

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        ends = [self.mean.lo, self.mean.hi] if len(self.scores) > 1 else None
        return {"target": self.target, "members": self.members, "scores": self.scores, "mean": self.mean.value, "ci95": ends, "sd": self.sd}


class PairOverSeeds(NamedTuple):
    """How far a target is ahead of another, by seed."""

    a: str
    b: str
    differences: list[float]  # of the k-th member of each; where one side has a single member, of each with that
    mean: Interval  # mean ± t s / √n over seeds

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        ends = [self.mean.lo, self.mean.hi] if len(self.differences) > 1 else None
        return {"a": self.a, "b": self.b, "difference": self.mean.value, "ci95": ends, "n": len(self.differences)}


def over_seeds(target: str, scored: Sequence[Scored], measure: Measure) -> OverSeeds:
    """The mean over a target's members, with its 95 % interval over seeds (shares stay within 0 and 1)."""
    scores = [each.row.accuracy for each in scored]
    return OverSeeds(target, [each.row.target for each in scored], scores, _bounded(mean_interval(np.array(scores)), measure, 0.0))


class SeedsFound(NamedTuple):
    """A run's group as far as its members are scored."""

    measure: Measure
    over: OverSeeds | None  # None while fewer than two members are scored
    unscored: list[str]  # members with weights that nobody asked for yet, or at work


def seeds_found(run_name: str, protocol: str = "linear") -> SeedsFound | None:
    """The scores of a run and of its other seeds; None of a run that was never repeated. Nothing is started."""
    members = [each.id for each in with_its_seeds(run_name) if each.status.weights and not each.status.active]
    if len(members) < 2:
        return None
    found = comparison(members, None, protocol)
    unscored = [*found.missing, *(text for text, _ in found.waiting)]
    over = over_seeds(run_name, found.scored, found.measure) if len(found.scored) > 1 else None
    return SeedsFound(found.measure, over, unscored)


def pair_over_seeds(a: str, b: str, ours: Sequence[Scored], theirs: Sequence[Scored], measure: Measure) -> PairOverSeeds | None:
    """The difference by seed on the test pictures that both could read; None where both sides have several members, but not as many."""
    count = max(len(ours), len(theirs))
    if {len(ours), len(theirs)} - {1, count}:
        return None
    pairs = [(ours[k % len(ours)], theirs[k % len(theirs)]) for k in range(count)]
    found = []
    for one, other in pairs:
        common = one.id_S[np.isin(one.id_S, other.id_S)]
        found.append(float(one.on(common).value_S.mean() - other.on(common).value_S.mean()))
    return PairOverSeeds(a, b, found, _bounded(mean_interval(np.array(found)), measure, -1.0))


def _bounded(mean: Interval, measure: Measure, least: float) -> Interval:
    return Interval(mean.value, max(least, mean.lo), min(1.0, mean.hi)) if measure.counted else mean
