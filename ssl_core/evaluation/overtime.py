"""Over time: the encoders that a run kept on its way, scored by one protocol, beside its pretext loss at the same steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Unpack

import numpy as np
import torch

from ssl_core.evaluation.compare import request_comparison, stop_comparison
from ssl_core.evaluation.probe import probe_asked
from ssl_core.evaluation.protocol import Protocol, ProtocolSettings
from ssl_core.evaluation.scored import Scored
from ssl_core.functional.metrics.collapse import effective_directions
from ssl_core.functional.metrics.ranks import RankCorrelation, spearman
from ssl_core.jobs.status import Status
from ssl_core.library.meeting import check_classes_meet
from ssl_core.models.features import cached_features, how_many
from ssl_core.models.targets import Target, parse_all
from ssl_core.models.untrained import UNTRAINED
from ssl_core.parts.catalogues import PROBES
from ssl_core.records.asked import Unfinished
from ssl_core.records.checkpoints import latest_checkpoint
from ssl_core.records.curve import curve
from ssl_core.records.encoders import kept_at, kept_encoders
from ssl_core.records.runs import folder_of, run
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.system.memory import Kept
from ssl_core.types import Measure

UNLIKELY = 0.05  # p above which a correlation isn't told from chance
NOT_ALONE = (
    "Encoders of one run follow each other, and are few: the number says how the two moved together in this run, "
    "not that one predicts the other in the next."
)


class Moment(NamedTuple):
    """A run's encoder at one step."""

    step: int
    target: str  # RUN@STEP; of the last checkpoint the run itself
    accuracy: float  # mean of the values, in the unit of the measure
    lo: float  # its 95 % interval
    hi: float
    loss: float | None  # of the pretext task at this step; None where none is known, or it wasn't finite
    rank: float | None  # effective number of directions (RankMe) of the features of the scored test pictures

    def plain(self) -> dict[str, Any]:
        """The moment as JSON."""
        said = {**self._asdict(), "ci95": [self.lo, self.hi]}
        return {name: value for name, value in said.items() if name not in ("lo", "hi")}


class OverTime(NamedTuple):
    """The moments of a run that are scored, in order of their steps."""

    run: str
    protocol: str  # the probe's name
    measure: Measure
    loss_of: str  # the pictures on which `loss` was measured: "held-out" or "training"
    moments: list[Moment]
    untrained: Moment | None  # the same network before its first step, None while it isn't scored
    n_test: int  # pictures scored
    loss_and_score: RankCorrelation | None  # of the moments; negative: where the loss is lower, the score is higher
    rank_and_score: RankCorrelation | None
    waiting: list[tuple[str, Status]]  # at work or in line
    missing: list[str]  # targets that nobody has asked for yet
    left_out: list[tuple[str, str]]  # target, the reason in a sentence

    @property
    def words(self) -> str:
        """Whether the pretext loss moved with the score, in a sentence or two; "" while fewer than four moments are scored."""
        if (found := self.loss_and_score) is None:
            return ""
        better = found.rho > 0 if self.measure.lower_is_better else found.rho < 0
        led = f"a lower pretext loss went with {'better' if better else 'worse'} features"
        led = led if found.p < UNLIKELY else "so few encoders can’t tell whether a lower pretext loss goes with better features"
        numbers = f"Spearman’s ρ of {self.loss_of} loss and score {found.rho:+.2f}, n = {found.n}, p = {found.p:.2g} by shuffling"
        return f"In this run {led} ({numbers}). {NOT_ALONE}"


def targets_over_time(run_name: str) -> list[str]:
    """The encoders that a run kept before its last checkpoint, in order, then the run itself; its network untrained comes last.

    Raises:
        SettingsError: there is no such run, it has no weights yet, or it kept no encoder.
    """
    folder = folder_of(run_name)
    kept, last = list(kept_encoders(folder)), _last_step(folder)
    earlier = [step for step in kept if step < last]
    if not earlier:
        raise SettingsError(
            f"'{run_name}' kept no encoders on its way: an earlier version trained it, its caches were cleared, "
            "or it had too few steps. A new run keeps them."
        )
    return [*(f"{run_name}@{step}" for step in earlier), run_name, f"{UNTRAINED}{run_name}@{spec_of(folder).seed}"]


def request_over_time(
    run_name: str, dataset: str | None = None, protocol: str = "linear", **settings: Unpack[ProtocolSettings]
) -> list[Path]:
    """Hands the probe jobs that are missing to the warm worker; their folders. `settings` as in Protocol. Raises as `over_time`."""
    return request_comparison(targets_over_time(run_name), dataset, protocol, **settings)


def stop_over_time(run_name: str, dataset: str | None = None, protocol: str = "linear", **settings: Unpack[ProtocolSettings]) -> None:
    """Asks the probe jobs that are running or queued to end; finished scores stay. `settings` as in Protocol."""
    stop_comparison(targets_over_time(run_name), dataset, protocol, **settings)


def over_time(run_name: str, dataset: str | None = None, protocol: str = "linear", **settings: Unpack[ProtocolSettings]) -> OverTime:
    """A run's encoders as far as their probe jobs are done; no job is started. `settings` as in Protocol.

    Raises:
        SettingsError: as `targets_over_time`; there is no such probe; or no class is both in train and in test.
    """
    how, measure = Protocol(protocol, **settings), PROBES[protocol].measure
    targets = parse_all(targets_over_time(run_name), dataset, how.image_size)
    check_classes_meet(targets[0].dataset)
    scored, unfinished = [], Unfinished.empty()
    for target in targets:
        try:
            job = probe_asked(target, how)
            if (folder := job.finished()) is None:
                unfinished.add(job, "Scoring it", "Ask again.")
            else:
                scored.append((target, Scored.read(target, folder, measure)))
        except SettingsError as error:
            unfinished.leave_out(target.text, error)
    loss_of, losses = losses_at(run_name, [_step_of(target) for target, _ in scored])
    found = [_moment(target, each, how, losses.get(_step_of(target))) for target, each in scored]
    moments = [each for each in found if each.step]
    untrained = next((each for each in found if not each.step), None)
    n_test = max((each.n_test for _, each in scored), default=0)
    by_loss, by_rank = correlations(moments)
    left = unfinished.waiting, unfinished.missing, unfinished.left_out
    return OverTime(run_name, protocol, measure, loss_of, moments, untrained, n_test, by_loss, by_rank, *left)


def correlations(moments: Sequence[Moment]) -> tuple[RankCorrelation | None, RankCorrelation | None]:
    """Spearman's ρ of pretext loss and score, and of effective rank and score."""
    score_N, loss_N, rank_N = (
        np.array([math.nan if value is None else value for value in column], float)
        for column in ([m.accuracy for m in moments], [m.loss for m in moments], [m.rank for m in moments])
    )
    return spearman(loss_N, score_N), spearman(rank_N, score_N)


def losses_at(run_name: str, steps: Sequence[int]) -> tuple[str, dict[int, float]]:
    """The run's pretext loss at steps: on held-out pictures where each step has it, else the mean over the training steps before it.

    Beside it which of the two: "held-out" or "training". A step counts with the last line of the curve at or before it.
    """
    lines = curve(folder_of(run_name))
    for part, name in (("test", "held-out"), ("train", "training")):
        known = sorted((int(line["step"]), _loss(line, part)) for line in lines if _loss(line, part) is not None)
        found = {step: before[-1] for step in steps if step and (before := [(at, loss) for at, loss in known if at <= step])}
        exact = all(at == step for step, (at, _) in found.items()) and len(found) == sum(step > 0 for step in steps)
        if exact or part == "train":
            return name, {step: loss for step, (_, loss) in found.items() if loss is not None}
    raise AssertionError("the loop ends with the training loss")


def _loss(line: dict[str, Any], part: str) -> float | None:
    value = (line[part] or {}).get("loss")
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _last_step(folder: Path) -> int:
    last = latest_checkpoint(folder)
    if last is None:
        raise SettingsError(f"The run '{folder.name}' has no weights yet: it hasn't been trained long enough to save any.")
    return int(last.name) or run(folder.name).status.step


def _step_of(target: Target) -> int:
    """The step of an encoder; of the run itself that of its last checkpoint; of its untrained network 0."""
    if target.kind == "untrained":
        return 0
    return kept_at(target.text)[1] or _last_step(folder_of(target.text))


def _moment(target: Target, scored: Scored, how: Protocol, loss: float | None) -> Moment:
    row = scored.row
    return Moment(_step_of(target), target.text, row.accuracy, row.lo, row.hi, loss, _rank(target, how))


_ranks: Kept[tuple[str, ...], float] = Kept(256)


def _rank(target: Target, how: Protocol) -> float | None:
    """RankMe of the stored features of the scored test pictures; None where these aren't stored any more."""
    most = how_many(target, how.train, how.test)[1]
    key = (target.digest, target.pictures("test").digest(), str(most), str(how.layer), str(target.read_size))
    if (known := _ranks.known(key)) is not None or (stored := cached_features(target, "test", most, how.layer)) is None:
        return known
    rank = effective_directions(torch.from_numpy(stored.features_SD))["rank"]
    assert isinstance(rank, float)
    _ranks.put(key, rank)
    return rank
