"""A run's verdict in words, from its curve on held-out pictures: nothing yet, learning, flat, collapsed, or ahead; and what to do next.

A value counts as above its bar, which is chance or the best simple rival, only where its 95 % interval is. Nothing here loads torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from ssl_core.functional.metrics.intervals import difference_of_shares, wilson
from ssl_core.records.curve import curve
from ssl_core.records.runs import Run
from ssl_core.records.shortcut import NEXT as WITHOUT
from ssl_core.records.shortcut import shortcut_of
from ssl_core.records.trend import flat_since, improving
from ssl_core.types import Measure

Kind = Literal["early", "nothing", "below", "learning", "learnt", "flat", "collapsed", "better", "shortcut"]


UNLEARNT = "For naming these classes it is no better than a network that never learnt."
STOP = "More time adds little: stop and keep it, or try another learning rate."
KIND = "Are the test pictures of the same kind as those it learnt from?"
MAYBE = "Whether more time would help can't be told from this curve: let it go on and see."
MORE = "Let it go on, or try another learning rate or more pictures."
ELSE = "More time would add little. Try another learning rate or more pictures, or compare its features with ImageNet's."


class CurveVerdict(NamedTuple):
    """What a curve says so far."""

    kind: Kind
    words: str  # in a sentence or two
    next: str = ""  # what to do next; "" where there is nothing but to wait
    since: int | None = None  # the step from which on the curve is flat


class Judged(NamedTuple):
    """What a verdict is made from."""

    lines: Sequence[Mapping[str, Any]]  # of metrics.jsonl, whose tests are all on the same pictures
    metric: str
    measure: Measure
    chance: float | None = None  # of that metric
    rivals: Mapping[str, str] = {}  # metric that is a simple rival -> its name
    ended: bool = False
    ahead: tuple[float, float] | None = None  # 95 % interval of its features minus ImageNet's, where they were compared
    beyond: tuple[float, float] | None = None  # the same minus those of its own network untrained
    shortcut: str = ""  # the sentence of `shortcut_of`
    end: Mapping[str, Any] | None = None  # a finished run's test on all held-out pictures, in place of the last one

    @property
    def tests(self) -> list[Mapping[str, Any]]:
        """The lines with a value of the metric on held-out pictures."""
        return [line for line in self.lines if (line.get("test") or {}).get(self.metric) is not None]

    @property
    def latest(self) -> Mapping[str, Any] | None:
        """The latest test with its value of the metric, None before the first."""
        if self.end is not None and self.end["test"].get(self.metric) is not None:
            return self.end
        return self.tests[-1] if self.tests else None

    @property
    def shares(self) -> bool:
        """Whether values are shares of pictures, whose number gives an interval."""
        return self.measure.counted and self.measure.unit == "%"

    @property
    def lower(self) -> bool:
        """Whether less is better."""
        return self.measure.lower_is_better or self.metric == "loss"


class Now(NamedTuple):
    """The latest value with its interval, beside its bar."""

    value: float
    lo: float | None
    hi: float | None
    bar: float | None
    name: str  # of the bar
    paired: bool = False  # whether the interval is that of the difference to the bar


def verdict_of(
    run: Run,
    lines: Sequence[Mapping[str, Any]] | None = None,
    measure: Measure | None = None,
    ahead: tuple[float, float] | None = None,
    beyond: tuple[float, float] | None = None,
) -> CurveVerdict:
    """The verdict on a run as it stands. lines: of metrics.jsonl; measure: of its metric; both are read where they aren't given.

    ahead, beyond: see `Judged`.
    """
    status, end = run.status, None
    if not status.active and status.metrics:
        end = {"test": status.metrics, **{key: status.facts.get(key) for key in ("tested", "of", "error")}}
    measure = measure or run.measure or Measure(run.metric, "", counted=False)
    said, chance = curve(run.folder) if lines is None else lines, status.chance.get(run.metric)
    return curve_verdict(Judged(said, run.metric, measure, chance, run.rivals, not status.active, ahead, beyond, shortcut_of(run), end))


def curve_verdict(judged: Judged) -> CurveVerdict:
    """The verdict on a run, at work or ended."""
    if told := next((str(line.get("ailing") or "") for line in reversed(judged.lines) if line.get("train")), ""):
        words, _, remedy = told.partition(". ")
        return CurveVerdict("collapsed", words.rstrip(".") + ".", remedy)
    points, now = _points(judged), _now(judged)
    if now is None or (len(points) < 2 and not judged.ended):
        return CurveVerdict(
            "early", "Nothing to say yet: it has hardly begun." if not judged.ended else "Nothing was measured on test pictures."
        )
    place = _place(judged, now)
    if place != "above":
        return _unlearnt(judged, now, place)
    if judged.shortcut:
        said = _said(judged, now)
        return CurveVerdict("shortcut", f"{said[:1].upper()}{said[1:]}. {judged.shortcut}", WITHOUT)
    return _beside(judged, _learnt(judged, now, points))


def _learnt(judged: Judged, now: Now, points: list[tuple[float, float]]) -> CurveVerdict:
    """Above its bar: still improving, flat since a step, or neither can be told."""
    said = _said(judged, now)
    if not _gained(judged, points):
        at_first = _number(judged, (judged.tests[0].get("test") or {})[judged.metric])
        words = f"No better than before its first step{'' if judged.ended else ' yet'}: {said}, at first {at_first}."
        return CurveVerdict("nothing", words, MORE if judged.ended else "")
    if improving(points):
        more = "It was still getting better when it ended: let it go on." if judged.ended else ""
        return CurveVerdict("learnt" if judged.ended else "learning", f"{'It learnt' if judged.ended else 'It is learning'}: {said}.", more)
    if (since := flat_since(points)) is not None:
        words = f"It learnt, and has been flat since step {since}: {said}."
        return CurveVerdict("flat", words, ELSE if judged.ended else STOP, since)
    if judged.ended:
        return CurveVerdict("learnt", f"It learnt: {said}.", MAYBE)
    return CurveVerdict("learning", f"It has learnt something: {said}.", "Whether it still gets better can't be told yet.")


def _unlearnt(judged: Judged, now: Now, place: str) -> CurveVerdict:
    said = _said(judged, now)
    if place == "below" and judged.ended:
        return CurveVerdict("below", f"It ended worse than {now.name}: {said}.", KIND)
    if place == "below":
        return CurveVerdict("nothing", f"Not better than {now.name} yet: {said}.")
    return CurveVerdict("nothing", f"Nothing learnt that shows{'' if judged.ended else ' yet'}: {said}.", MORE if judged.ended else "")


def _beside(judged: Judged, found: CurveVerdict) -> CurveVerdict:
    """The verdict with how its features compare with an untrained network's and ImageNet's, where that was measured."""
    if judged.beyond is not None and judged.beyond[0] <= 0:
        found = found._replace(words=f"{found.words} {UNLEARNT}")
    if judged.ahead is None:
        return found
    low, high = (100 * end for end in judged.ahead)
    if low > 0:
        words = f"{found.words} Its features are better than ImageNet's, by {low:.0f} to {high:.0f} points."
        return CurveVerdict("better", words, found.next)
    said = f"behind ImageNet's, by {-high:.0f} to {-low:.0f} points" if high < 0 else "level with ImageNet's on these pictures"
    return found._replace(words=f"{found.words} Its features are {said}.")


def _points(judged: Judged) -> list[tuple[float, float]]:
    """Step and value of each test, turned so that more is better."""
    sign = -1 if judged.lower else 1
    return [(float(line["step"]), sign * float(line["test"][judged.metric])) for line in judged.tests]


def _now(judged: Judged) -> Now | None:
    """The latest test, None before the first."""
    if (line := judged.latest) is None:
        return None
    test, value = line["test"], float(line["test"][judged.metric])
    rivals = {name: test[name] for name in judged.rivals if test.get(name) is not None}
    best = (min if judged.lower else max)(rivals, key=lambda name: rivals[name], default="")
    bar, name = (rivals[best], judged.rivals[best]) if best else (judged.chance, "chance")
    low, high = _interval(judged, line, value, best)
    return Now(value, low, high, bar, name, bool(best) and low is not None and not judged.shares)


def _interval(judged: Judged, line: Mapping[str, Any], value: float, rival: str) -> tuple[float | None, float | None]:
    """Of a share of pictures Wilson's; of another value that over batches, of its difference to the rival where there is one."""
    if judged.shares and (count := _count(judged, line)):
        return wilson(value * count, count)[1:]
    errors = line.get("error") or {}
    half = errors.get(f"{judged.metric} - {rival}" if rival else judged.metric)
    return (None, None) if half is None else (value - half, value + half)


def _place(judged: Judged, now: Now) -> Literal["above", "level", "below"]:
    """Where the value lies beside its bar; without a bar "above"."""
    if now.bar is None:
        return "above"
    worst, best = (now.hi, now.lo) if judged.lower else (now.lo, now.hi)
    sign = -1 if judged.lower else 1
    if sign * ((now.value if worst is None else worst) - now.bar) > 0:
        return "above"
    return "below" if sign * ((now.value if best is None else best) - now.bar) < 0 else "level"


def _gained(judged: Judged, points: list[tuple[float, float]]) -> bool:
    """Whether the value is better than before the first step, by an interval; untrained networks may lie above chance already."""
    first, latest = next(iter(judged.tests), None), judged.latest
    if first is None or latest is None or first.get("step") != 0 or len(points) < 2:
        return True
    before, now = (float(line["test"][judged.metric]) for line in (first, latest))
    ns = [_count(judged, line) for line in (latest, first)]
    if judged.shares and all(ns):
        return difference_of_shares(now * ns[0], ns[0], before * ns[1], ns[1]).lo > 0
    half = float((latest.get("error") or {}).get(judged.metric, 0.0))
    return (before - now if judged.lower else now - before) > 2**0.5 * half


def _count(judged: Judged, line: Mapping[str, Any]) -> int:
    """Pictures that a share of a test is of; 0 where nobody said."""
    of = line.get("of")
    return int((of.get(judged.metric, line.get("tested")) if isinstance(of, dict) else line.get("tested")) or 0)


def _number(judged: Judged, value: float) -> str:
    """A value without its unit."""
    if judged.measure.unit == "%":
        return f"{100 * value:.0f}"
    return f"{value:.1f}" if judged.measure.unit else f"{value:.3g}"


def _said(judged: Judged, now: Now) -> str:
    """ "58 % (52 to 64) on test pictures, chance is 25 %"."""
    percent = judged.measure.unit == "%"
    if now.paired and now.lo is not None and now.hi is not None and now.bar is not None:
        ends, unit = f"{_number(judged, now.lo - now.bar)} to {_number(judged, now.hi - now.bar)}", judged.measure.unit
        return f"{_number(judged, now.value)} {unit} on test pictures, {ends} {unit} more than {now.name}"
    if judged.shares and (counts := _in_counts(judged, now.value)):
        return f"{counts} on test pictures{_bar(judged, now)}"
    ends = f" ({_number(judged, now.lo)} to {_number(judged, now.hi)})" if now.lo is not None and now.hi is not None else ""
    unit = " %" if percent else f" {judged.measure.unit}".rstrip()
    name = "a loss of " if judged.metric == "loss" else ""
    return f"{name}{_number(judged, now.value)}{unit}{ends} on test pictures{_bar(judged, now)}"


def _bar(judged: Judged, now: Now) -> str:
    """The bar at the end of the sentence; "" where there is none."""
    if now.bar is None:
        return ""
    unit = " %" if judged.measure.unit == "%" else f" {judged.measure.unit}".rstrip()
    return f", {now.name} {'is' if now.name == 'chance' else 'has'} {_number(judged, now.bar)}{unit}"


def _in_counts(judged: Judged, value: float) -> str:
    """A share that would be rounded to 0 or 100 % as counts: "all 240 of 240"; "" for others, and where nobody counted."""
    count = _count(judged, judged.latest) if judged.latest else 0
    if not count or 0 < round(100 * value) < 100:
        return ""
    right = round(value * count)
    return f"{'all ' if right == count else ''}{right or 'none'} of {count}"
