"""The command seeds: a run with its other seeds as one target, beside others."""

from __future__ import annotations

import argparse
import itertools
import sys
from typing import TYPE_CHECKING, Any

from ssl_core.cli.base import add, dataset_named, say
from ssl_core.cli.protocol import protocol_flags, protocol_of
from ssl_core.settings import SettingsError

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands
    from ssl_core.evaluation.scored import Scored
    from ssl_core.types import Measure

NOTE = "Intervals are over seeds (Student's t): what another seed would give. With few seeds they are wide."


def add_commands(commands: Commands) -> None:
    """Adds the command to the command line."""
    parser = add(commands, "compare-seeds", "runs with their other seeds as one target each: means and pairs over seeds", _seeds)
    parser.add_argument("targets", metavar="TARGET", nargs="+", help="a run, for all runs of its group; or as for compare")
    protocol_flags(parser)


def _members(text: str) -> list[str]:
    from ssl_core.records.runs import NAME, run
    from ssl_core.records.seeds import with_its_seeds

    if not NAME.fullmatch(text) or text == "pixels":
        return [text]
    run(text)  # raises SettingsError where there is no such run
    return [each.id for each in with_its_seeds(text) if each.status.weights and not each.status.active]


def _seeds(given: argparse.Namespace) -> int:
    from ssl_core.cli.scores import scored_now
    from ssl_core.evaluation.compare import comparison
    from ssl_core.models.targets import parse_all

    how, dataset = protocol_of(given), dataset_named(given.dataset)
    groups = {text: _members(text) for text in given.targets}
    every = list(dict.fromkeys(itertools.chain(*groups.values())))
    if not every:
        raise SettingsError(f"No run of {', '.join(groups)[:60]} has weights yet. Wait until one is done.")
    for target in parse_all(every, dataset, how.image_size):
        result, reason = scored_now(target, how)
        if result is None:
            print(f"{target.text} is left out. {reason}", file=sys.stderr)
    found = comparison(every, dataset, how.probe, **{k: v for k, v in how._asdict().items() if k != "probe"})
    scored = {each.row.target: each for each in found.scored}
    answer = _figures({text: [scored[name] for name in names if name in scored] for text, names in groups.items()}, found.measure)
    answer = {"protocol": how.probe, "n_test": found.n_test, **answer}
    say(answer, given.json, _table(answer, found.measure))
    return 0 if answer["targets"] else 1


def _figures(groups: dict[str, list[Scored]], measure: Measure) -> dict[str, Any]:
    """Groups over seeds as JSON: a target each, and every pair that can be made."""
    from ssl_core.evaluation.seeds import over_seeds, pair_over_seeds

    known = {text: scored for text, scored in groups.items() if scored}
    pairs = [pair_over_seeds(a, b, known[a], known[b], measure) for a, b in itertools.combinations(known, 2)]
    targets = [over_seeds(text, scored, measure).plain() for text, scored in known.items()]
    return {"targets": targets, "pairs": [pair.plain() for pair in pairs if pair is not None], "notes": [NOTE]}


def _table(answer: dict[str, Any], measure: Measure) -> str:
    """The same in lines."""
    lines = [f"{answer['protocol']} on {answer['n_test']} test pictures"]
    for row in answer["targets"]:
        ends = f"  ({measure.text(row['ci95'][0])} to {measure.text(row['ci95'][1])}, sd {measure.text(row['sd'])})" if row["ci95"] else ""
        lines.append(f"  {row['target']:28} {measure.text(row['mean'])}{ends}, {len(row['members'])} seeds")
    for pair in answer["pairs"]:
        ends = f"  ({measure.text(pair['ci95'][0], '+')} to {measure.text(pair['ci95'][1], '+')})" if pair["ci95"] else ""
        lines.append(f"  {pair['a']} minus {pair['b']}: {measure.text(pair['difference'], '+')}{ends}, {pair['n']} seeds")
    return "\n".join([*lines, *answer["notes"]])
