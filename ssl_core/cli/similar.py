"""The command similar: two networks compared without labels."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ssl_core.cli.base import add, dataset_named, say, worked
from ssl_core.cli.fetch import weights_of

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands
    from ssl_core.evaluation.similarity import Quality, Similarity


def add_commands(commands: Commands) -> None:
    """Adds the command to the command line."""
    about = "two networks without labels: CKA of their layers, shared neighbours, rank, alignment, uniformity"
    parser = add(commands, "similar", about, _similar)
    parser.add_argument("target", metavar="TARGET", help="as for probe")
    parser.add_argument("other", metavar="OTHER", nargs="?", help="another target (default: TARGET itself, its layers among each other)")
    parser.add_argument("--dataset", help="a data set's name or a folder (default: that of the first run named, else scenes)")


def _similar(given: argparse.Namespace) -> int:
    from ssl_core.evaluation.similarity import similar_asked, similarity
    from ssl_core.models.targets import parse_all

    own, other, dataset = given.target, given.other or given.target, dataset_named(given.dataset)
    for reason in weights_of([own, other]).values():
        print(reason, file=sys.stderr)
        return 1
    targets = parse_all([own, other], dataset)
    asked = similar_asked(targets[0], targets[-1])
    if asked.result() is None and (status := worked(asked.ask())).state != "done":
        print(status.reason, file=sys.stderr)
        return 1
    found = similarity(own, other, dataset)
    assert found is not None
    say(found.plain(), given.json, _table(found))
    return 0


def _table(found: Similarity) -> str:
    """Two networks in lines: each network's measures, shared neighbours, the CKA of layers, what may be compared."""
    each = [found.a] if found.a.target == found.b.target else [found.a, found.b]
    lines = [f"On {found.pictures} test pictures", *map(_measures, each)]
    if len(each) > 1:
        share, lo, hi = found.neighbours
        lines.append(f"  neighbours shared: {share:.1%} ({lo:.1%} to {hi:.1%}), chance {found.chance:.1%}")
    wide = max(len(name) for name in (*found.a_layers, *found.b_layers)) + 1
    lines.append("  CKA".ljust(wide + 2) + "".join(name.rjust(wide) for name in found.b_layers))
    for name, row in zip(found.a_layers, found.cka, strict=True):
        lines.append(f"  {name}".ljust(wide + 2) + "".join(f"{value:.2f}".rjust(wide) for value in row))
    return "\n".join([*lines, *found.notes])


def _measures(each: Quality) -> str:
    of = f"rank {each.rank:.1f} of at most {each.most}"
    return f"  {each.target} ({each.architecture}): {of}, alignment {each.alignment:.3f}, uniformity {each.uniformity:.2f}"
