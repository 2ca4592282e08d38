"""How long a training run will take on this machine, as a range from its last runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ssl_core.records.budget import NEVER
from ssl_core.records.spec import RunSpec
from ssl_core.system import load

WIDE, NARROW = (0.7, 1.5), (0.85, 1.2)  # shares of an estimate that its range spans: from a short trial, from two runs or more
BEFORE, AFTER = 6.0, 2.0  # seconds before the first step and after the last, until they were measured on this machine
DECODED = 0.002  # seconds to decode a picture, until that was measured on this machine
BUSIEST = 3.0  # times as long as on a quiet machine that a busy one may need, at most


class Estimate(NamedTuple):
    """Seconds that a run will take; a run until it is stopped has those before its first step and after its last alone."""

    low: float
    high: float
    before: float  # of them before the first step
    after: float  # and after the last
    learning: float | None  # and between, in the middle; None where the run has no end
    runs: int  # of this machine from which they are told; 0: from a trial
    busy: bool = False  # whether the machine has other work, so that it may take longer
    reading: float = 0.0  # of `before`, to decode pictures that no run has read yet

    def with_reading(self, seconds: float) -> Estimate:
        """The same with the time that decoding takes, which is known to a factor of two."""
        low, high = self.low + seconds / 2, self.high + 2 * seconds
        return self._replace(low=low, high=high, before=self.before + seconds, reading=seconds)


def estimate(values: dict[str, Any]) -> Estimate:
    """How long the run of a request will take. Raises SettingsError as `make_spec`."""
    from ssl_core.training.request import make_spec

    spec = make_spec(values)
    return _learning(spec, values).with_reading(seconds_of_reading(spec))


def estimate_further(name: str, **length: Any) -> Estimate:
    """How long a finished run's going on takes. Raises SettingsError as `onward.lengthen`, or where its pictures aren't here."""
    from ssl_core.training.length import going_on
    from ssl_core.training.onward import own_run
    from ssl_core.training.pace import pace_key, runs_of

    _, spec, status = own_run(name)
    going_on(spec, status.step, **length)
    recipe = spec.recipe.model_copy(update={"epochs": length["epochs"]} if length.get("epochs") else {})
    steps, minutes, forever = (length.get(field) for field in ("steps", "minutes", "until_stopped"))
    asked = replace(spec, steps=steps, minutes=minutes, until_stopped=bool(forever), recipe=recipe)
    own = {"step": status.seconds / max(1, status.step), "before": BEFORE, "after": AFTER}
    return of_runs(asked, runs_of(pace_key(spec)) or [own]).with_reading(seconds_of_reading(spec))


def seconds_of_reading(spec: RunSpec) -> float:
    """Seconds that decoding the pictures takes which lie in no cache yet: by what a picture of the set took, else of any set."""
    from ssl_core.library.sets import PictureSet
    from ssl_core.system.measured import recall
    from ssl_core.training.source import with_room

    sets = [PictureSet.of_spec(spec, "test"), *([] if spec.data.streamed else [with_room(PictureSet.of_spec(spec, "train"), spec.recipe)])]
    waiting = sum(len(each.open()) for each in sets if not each.is_decoded())
    return waiting * float(recall("reading", spec.dataset) or recall("reading", "") or DECODED)


def _learning(spec: RunSpec, values: dict[str, Any]) -> Estimate:
    """Without the time that decoding takes."""
    from ssl_core.training.pace import pace_key, runs_of
    from ssl_core.training.request import expect

    runs = runs_of(pace_key(spec))
    if spec.until_stopped or spec.minutes is not None:
        return of_runs(spec, runs or runs_of(""), bool(runs))
    if runs:
        return of_runs(spec, runs)
    seconds = expect(values)
    others = runs_of("")
    before, after = (_middle([each[name] for each in others], usual) for name, usual in (("before", BEFORE), ("after", AFTER)))
    return _with_load(Estimate(WIDE[0] * seconds, WIDE[1] * seconds, before, after, max(0.0, seconds - before - after), 0))


def of_runs(spec: RunSpec, runs: Sequence[Mapping[str, float]], alike: bool = True) -> Estimate:
    """The range of a run from what the last ones took. alike: whether these were of the same task, network, size and batch."""
    before, after = (_middle([each[name] for each in runs], usual) for name, usual in (("before", BEFORE), ("after", AFTER)))
    if spec.until_stopped:
        return _with_load(Estimate(before + after, before + after, before, after, None, len(runs)))
    paces = [each["step"] for each in runs]
    if spec.minutes is not None:
        return _of_minutes(60 * spec.minutes, before, after, paces if alike else [], len(runs))
    pace = _middle(paces, 0.1)
    low, high = NARROW if len(runs) > 1 and alike else WIDE
    spread, learning = [each / pace for each in paces], steps_of(spec) * pace
    whole = before + after + learning
    return _with_load(
        Estimate(low * min(1.0, *spread, 1.0) * whole, high * max(1.0, *spread, 1.0) * whole, before, after, learning, len(runs))
    )


def _of_minutes(learning: float, before: float, after: float, paces: Sequence[float], runs: int) -> Estimate:
    """The range of a run with minutes: these are nearly certain; what comes before, with the trial, and after is less so."""
    pace = _middle(paces, 0.1)
    before += min(20 * pace, max(3 * pace, 1.0), 0.15 * learning)  # the trial, see trial.py
    low, high = NARROW if runs > 1 else WIDE
    rest, more = before + after, min(BUSIEST, load.wanting()) if load.busy() else 1.0  # the trial is as slow as the run
    return Estimate(0.95 * learning + low * rest, 1.1 * learning + high * rest * more, before, after, learning, runs, load.busy())


def steps_of(spec: RunSpec) -> float:
    """The steps of a run that was asked for in steps or epochs."""
    assert spec.steps is None or spec.steps < NEVER
    return spec.steps or spec.recipe.epochs * max(1, spec.data.samples // spec.recipe.batch)


def _with_load(found: Estimate) -> Estimate:
    """On a busy machine the upper end grows by what others take of the cores."""
    if not load.busy():
        return found
    return found._replace(high=found.high * min(BUSIEST, load.wanting()), busy=True)


def _middle(values: Sequence[float], usual: float) -> float:
    """The median: one run beside other work, or one that loaded torch for the first time, doesn't move it."""
    return sorted(values)[len(values) // 2] if values else usual
