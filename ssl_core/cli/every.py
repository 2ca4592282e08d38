"""The command every: all scores that were measured alike, of this machine's runs and of the methods measured for the program."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ssl_core.cli.base import add, say

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands
    from ssl_core.evaluation.every import Every


def add_commands(commands: Commands) -> None:
    """Adds the command to the command line."""
    add(commands, "every", "all stored scores that were measured alike, a group each; nothing is measured", _every)


def _every(given: argparse.Namespace) -> int:
    from ssl_core.evaluation.every import every_run

    groups = every_run()
    said = "\n".join(map(_table, groups)) or "Nothing was scored on this machine yet: compare a run first."
    say({"groups": [each.plain() for each in groups]}, given.json, said)
    return 0


def _table(group: Every) -> str:
    text, lines = group.measure.text, [group.title]
    for row in group.rows:
        ends = f"  ({text(row.lo)} to {text(row.hi)})" if row.lo is not None and row.hi is not None else ""
        whose = row.run or "measured for the program"
        lines.append(f"  {row.name:28} {text(row.accuracy):>6}{ends}, {row.steps} steps, {row.seconds:.0f} s, {whose}")
    return "\n".join(lines)
