"""Long faults: `python -m benchmarks.siege`, or `make siege`. Ends with 1 where anything is lost.

A training worker is killed at random moments and resumed each time; its weights must be those of a run that nobody disturbed.
A server is killed while labels come in; each label that it acknowledged must be stored, once.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

from benchmarks.siege.labels import besiege_labels
from benchmarks.siege.worker import besiege_worker

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"


def main(argv: list[str] | None = None) -> int:
    """Besieges worker and server in folders of their own; prints a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siege", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=20, help="of the training worker (default: 20)")
    parser.add_argument("--labels", type=int, default=200, help="sent to the server (default: 200)")
    parser.add_argument("--server-kills", type=int, default=5, help="while they are sent (default: 5)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments to kill at (default: 0)")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.relative_to(ROOT)}")
    asked = parser.parse_args(argv)
    chance = random.Random(asked.seed)
    table = ["| what | blows | outcome | |", "|---|---|---|---|"]
    print(*table, sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SSL_RUNS=f"{folder}/runs", SSL_CACHE=f"{folder}/cache", SSL_NO_MAPS="1")
        worker = besiege_worker(asked.kills, chance)
        table.append(worker.line())
        print(table[-1], flush=True)
        labels = besiege_labels(asked.labels, asked.server_kills, chance, Path(folder))
        table.append(labels.line())
        print(table[-1], flush=True)
    if asked.write:
        sizes = f"--kills {asked.kills} --labels {asked.labels} --server-kills {asked.server_kills} --seed {asked.seed}"
        command = f"python -m benchmarks.siege {sizes}"
        PAGE.write_text("\n".join(["# What survives being killed", "", f"`{command}`", "", *table, ""]), encoding="utf-8")
    return 0 if worker.held and labels.held else 1


if __name__ == "__main__":
    sys.exit(main())
