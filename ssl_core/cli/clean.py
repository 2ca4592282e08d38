"""The command clean: pictures to look at again, by a network's features."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ssl_core.cli.base import add, dataset_named, say, worked
from ssl_core.cli.fetch import weights_of

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands
    from ssl_core.evaluation.clean import Cleaned

LISTED = 20  # suspects of each kind that the table names


def add_commands(commands: Commands) -> None:
    """Adds the command to the command line."""
    about = "pictures to look at again by a network's features: doubtful labels, near duplicates, odd ones out"
    parser = add(commands, "clean", about, _clean)
    parser.add_argument("target", metavar="TARGET", help="as for probe")
    parser.add_argument("--dataset", help="a data set's name or a folder (default: the run's)")


def _clean(given: argparse.Namespace) -> int:
    from ssl_core.evaluation.clean import asked_clean, cleaned

    for reason in weights_of([given.target]).values():
        print(reason, file=sys.stderr)
        return 1
    dataset = dataset_named(given.dataset)
    for folder in asked_clean(given.target, dataset):
        if (status := worked(folder)).state != "done":
            print(status.reason, file=sys.stderr)
            return 1
    found = cleaned(given.target, dataset)
    assert found is not None
    say(found.plain(), given.json, _table(found))
    return 0


def _table(found: Cleaned) -> str:
    """What was found in lines: of each kind the count and the first LISTED."""
    lines = [f"{found.pictures} pictures of {found.dataset} by the features of {found.target}"]
    lines += [f"  labels that neighbours contradict: {len(found.labels)}"]
    lines += [f"    {each.id}: {each.label}, its neighbours {each.other} ({each.confidence:.0%} sure)" for each in found.labels[:LISTED]]
    lines += [f"  near duplicates: {len(found.twins)} pairs", *(f"    {each.id} and {each.other}" for each in found.twins[:LISTED])]
    lines += [f"  odd ones out: {len(found.odd)}", *(f"    {each.id}" for each in found.odd[:LISTED])]
    return "\n".join(lines)
