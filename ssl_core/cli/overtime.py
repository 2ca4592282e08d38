"""The command overtime: the encoders that a run kept on its way, scored beside its pretext loss."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from ssl_core.cli.base import add, dataset_named, say
from ssl_core.cli.protocol import protocol_flags, protocol_of

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands
    from ssl_core.evaluation.overtime import Moment, OverTime


def add_commands(commands: Commands) -> None:
    """Adds the command to the command line."""
    about = "does the pretext loss predict transfer? the encoders that a run kept on its way, scored"
    parser = add(commands, "overtime", about, _over_time)
    parser.add_argument("run_name", metavar="RUN")
    protocol_flags(parser)


def _over_time(given: argparse.Namespace) -> int:
    from ssl_core.cli.scores import scored_now
    from ssl_core.evaluation.overtime import over_time, targets_over_time
    from ssl_core.models.targets import parse_all

    how, dataset = protocol_of(given), dataset_named(given.dataset)
    reasons: dict[str, str] = {}
    for target in parse_all(targets_over_time(given.run_name), dataset, how.image_size):
        result, reason = scored_now(target, how)
        if result is None:
            reasons[target.text] = reason
    found = over_time(given.run_name, dataset, how.probe, **{k: v for k, v in how._asdict().items() if k != "probe"})
    for text, reason in reasons.items():
        print(f"{text} is left out. {reason}", file=sys.stderr)
    say(_figures(found, reasons), given.json, _table(found))
    return 0 if found.moments else 1


def _figures(found: OverTime, reasons: dict[str, str]) -> dict[str, Any]:
    """A run over time as JSON."""
    correlations = {"loss": found.loss_and_score, "rank": found.rank_and_score}
    return {
        "run": found.run,
        "protocol": found.protocol,
        "n_test": found.n_test,
        "loss_of": found.loss_of,
        "moments": [moment.plain() for moment in found.moments],
        "untrained": found.untrained.plain() if found.untrained else None,
        "spearman": {name: each._asdict() if each else None for name, each in correlations.items()},
        "conclusion": found.words,
        "left_out": [{"target": text, "reason": reason} for text, reason in reasons.items()],
    }


def _table(found: OverTime) -> str:
    """A run over time in lines: a line a step, the same network untrained, the conclusion."""
    title = f"{found.run} by {found.protocol} on {found.n_test} test pictures; loss on {found.loss_of} pictures"
    lines = [title, *(_line(f"step {moment.step}", moment, found) for moment in found.moments)]
    lines += [_line("untrained", found.untrained, found)] if found.untrained else []
    return "\n".join([*lines, *filter(None, [found.words])])


def _line(name: str, moment: Moment, found: OverTime) -> str:
    text = found.measure.text
    loss = "" if moment.loss is None else f", loss {moment.loss:.4g}"
    rank = "" if moment.rank is None else f", rank {moment.rank:.1f}"
    return f"  {name:14} {found.measure.of(moment.accuracy, found.n_test):>6}  ({text(moment.lo)} to {text(moment.hi)}){loss}{rank}"
