"""Scores of probe and compare on the command line: as JSON, as a sentence, as lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ssl_core.cli.base import worked
from ssl_core.evaluation.rivals import PLAIN

if TYPE_CHECKING:
    from ssl_core.evaluation.by_class import ByClass
    from ssl_core.evaluation.compare import Comparison, PairRow
    from ssl_core.evaluation.protocol import Protocol
    from ssl_core.models.targets import Target

PROBE_KEYS = ("target", "protocol", "layer", "n_train", "n_test", "image_size", "accuracy", "ci95", "seconds")


def figures(result: dict[str, Any]) -> dict[str, Any]:
    """A target's score as JSON: with its protocol's series; of a mean over networks the value of each and their deviation (n - 1)."""
    from ssl_core.parts.catalogues import PROBES

    by_network = result.get("by_network")
    more = {"by_network": by_network, "spread": float(np.std(by_network, ddof=1))} if by_network else {}
    series = PROBES[result["protocol"]].series
    more |= {series: result[series]} if series else {}
    return {**{key: result[key] for key in PROBE_KEYS}, **result["beside"], **more}


def _of_networks(result: dict[str, Any], text: Callable[[float], str]) -> str:
    """Of how many networks a figure is the mean, in words; "" where it is of one."""
    count = len(result.get("by_network", ()))
    return f", mean of {count} seeds, sd {text(result['spread'])}" if count else ""


def sentence(result: dict[str, Any], dataset: str) -> str:
    """A probe's score in words, with its interval, on what it was measured, and what stands beside."""
    from ssl_core.functional.metrics.classes import BaseRates
    from ssl_core.parts.catalogues import PROBES

    measure = PROBES[result["protocol"]].measure
    value, (lo, hi) = measure.of(result["accuracy"], result["n_test"]), map(measure.text, result["ci95"])
    said = f"{value} right" if measure.counted else f"{measure.title}: {value}"
    result = figures(result)
    where = f"{result['n_test']} test pictures of {dataset} seen at {result['image_size']} px, fitted on {result['n_train']}"
    interval = f"95 % interval {lo} to {hi}{_of_networks(result, measure.text)}{beside_words(result)}"
    rates = f"; {BaseRates(result['chance'], result['majority']).words}" if "chance" in result else ""
    points = point_lines(result, PROBES[result["protocol"]].series, measure.text)
    if points:
        rates += f", at {result['layer']}"
    return "\n".join([*points, f"{result['target']}: {said} ({interval}) by {result['protocol']} on {where}{rates}."])


def beside_words(row: dict[str, Any]) -> str:
    """What stands beside an uneven set's accuracy, in words: balanced accuracy, and of two classes the area under the ROC curve."""
    if "balanced" not in row:
        return ""
    balanced = f"; balanced accuracy {row['balanced']:.1%}, {' to '.join(f'{end:.1%}' for end in row['balanced_ci95'])}"
    return balanced + (f"; AUC {row['auc']:.3f}, {' to '.join(f'{end:.3f}' for end in row['auc_ci95'])}" if "auc" in row else "")


def class_lines(table: ByClass) -> list[str]:
    """A line a class, the one with the fewest right first."""
    lines = []
    for row in sorted(table.rows, key=lambda row: row.right.value):
        taken = f", mostly taken for {row.taken_for} ({row.taken})" if row.taken else ""
        lines.append(f"  {row.name:20} {row.right.value:6.1%}  ({row.right.lo:.1%} to {row.right.hi:.1%}) of {row.n}{taken}")
    return lines


def point_lines(row: dict[str, Any], series: str, text: Callable[[float], str]) -> list[str]:
    """The points of a target's series, a line each; the best of these test pictures with the interval of one picked among so many."""
    lines = []
    for each in row.get(series, ()):
        level = f"; best of the table ({' to '.join(map(text, each['ci']))} at {100 * each['level']:.1f} %)" if "ci" in each else ""
        more = "".join(f", {name} {each[name]}" for name in ("pool", "grid", "numbers") if name in each)
        chosen = "; chosen on train pictures kept aside" if each.get("chosen") else ""
        interval = " to ".join(map(text, each["ci95"]))
        lines.append(f"    {each['at']!s:14} {text(each['accuracy']):>6}  ({interval}){more}{chosen}{level}")
    return lines


def pair_figures(pair: PairRow, found: Comparison) -> dict[str, Any]:
    """A difference as JSON: its interval at `level`, corrected where several rivals are compared; `ci95` for this pair alone.

    `mcnemar` is the exact p where values are right or wrong, `enough` how many pictures would tell where these can't; of a protocol with
    a series, that series holds the differences point by point.
    """

    interval = {"interval": [pair.lo, pair.hi], "level": pair.level}
    said = {"a": pair.a, "b": pair.b, "difference": pair.difference, **interval, "ci95": list(pair.ci95)}
    said |= {name: value for name, value in (("mcnemar", pair.mcnemar), ("enough", pair.enough)) if value is not None}
    return said | _along_pair(pair, found)


def _along_pair(pair: PairRow, found: Comparison) -> dict[str, Any]:
    """The differences of a pair point by point under the name of the series; `crosses`: between which points one overtakes the other."""
    from ssl_core.evaluation.series import crossing, point_pairs

    if not found.series:
        return {}
    by_target = {each.row.target: each for each in found.scored}
    pairs = point_pairs(by_target[pair.a], by_target[pair.b])
    points = [{"at": each.at, "difference": each.difference, "interval": [each.lo, each.hi], "level": each.level} for each in pairs]
    return {found.series: points, **({"crosses": list(turn)} if (turn := crossing(pairs)) else {})}


def _untold(pair: PairRow, found: Comparison) -> str:
    """Where these pictures can't tell two targets apart: so many would, if the difference is as large as it seems."""
    if pair.enough is None:
        return ""
    what = "episodes" if found.scored[0].unit_E is not None else "pictures"
    return f": these {what} can't tell; about {pair.enough} would"


def table(answer: dict[str, Any], found: Comparison) -> str:
    """A comparison in lines: a line a target, a line a pair, what is left out, notes."""
    of = f" of {found.n_whole}" if found.n_test < found.n_whole else ""
    text, chance = found.measure.text, f"; {found.rates.words}" if found.guess else ""
    lines = [f"{found.protocol}; fitted on {found.n_train}, scored on {found.n_test}{of} pictures{chance}"]
    lines += [] if found.measure.counted else [f"  {found.measure.title}"]
    sizes = {row.target: row.sizes for row in found.rows}
    for row in answer["targets"]:
        lo, hi = row["ci95"]
        score = f"{found.measure.of(row['accuracy'], row['n_test']):>6}  ({text(lo)} to {text(hi)})"
        lines.append(f"  {row['target']:28} {score}, {row['layer']} at {sizes[row['target']]}{_of_networks(row, text)}{beside_words(row)}")
        lines += point_lines(row, found.series, text)
    for pair in found.pairs:
        level = f", {100 * pair.level:.1f} %" if pair.level != PLAIN else ""
        tested = f"; McNemar's exact p {pair.mcnemar:.2g}" if pair.mcnemar is not None else ""
        interval = f"{text(pair.lo, '+')} to {text(pair.hi, '+')}{level}{tested}"
        lines.append(f"  {pair.a} minus {pair.b}: {text(pair.difference, '+')}  ({interval}){_untold(pair, found)}")
    lines += [f"  left out: {row['target']}: {row['reason']}" for row in answer["left_out"]]
    lines += [f"  {note}" for note in answer["notes"]]
    return "\n".join(lines)


def leak_figures(found: Comparison) -> dict[str, Any]:
    """The test pictures that also stand in training, as JSON, with each target's score without them; {} where none is known."""
    from ssl_core.evaluation.leaking import leaking

    if (known := leaking(found)) is None or not known.ids:
        return {}
    without = {target: {"accuracy": each.value, "ci95": [each.lo, each.hi]} for target, each in known.without.items()}
    return {"leaks": {"pictures": known.ids, "without": without}}


def scored_now(target: Target, how: Protocol) -> tuple[dict[str, Any] | None, str]:
    """A target's result.json with what stands beside its accuracy, worked now where it is missing; else None and the reason."""
    from ssl_core.evaluation.probe import probe_asked, read_result
    from ssl_core.evaluation.scored import Scored
    from ssl_core.parts.catalogues import PROBES

    asked = probe_asked(target, how)
    folder = asked.finished()
    if folder is None:
        folder = asked.ask()
        status = worked(folder)
        if status.state != "done":
            return None, status.reason or f"It was {status.state}."
    scored = Scored.read(target, folder, PROBES[how.probe].measure)
    return {**read_result(folder), "beside": scored.beside(), "scored": scored}, ""
