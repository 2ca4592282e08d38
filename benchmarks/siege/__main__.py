"""Long faults and loads: `python -m benchmarks.siege`, or `make siege`. Ends with 1 where anything is lost.

worker: a training worker is killed at random moments and resumed each time; its weights must be those of a run that nobody disturbed.
labels: a server is killed while clicks come in; each that it acknowledged must be stored, once, and undo must lead back.
readings: a folder is read in other ways while it changes, labels are clicked and processes are killed.
files: malformed files and settings; no traceback, nothing written outside.
screens, memory, tabs: many visitors while a run trains; memory over many page switches; several tabs on one run.

Each row is kept when it is done: a siege that was broken off goes on with the next row, as long as the code and its sizes are the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.siege.garbage import besiege_readers
from benchmarks.siege.labels import besiege_labels
from benchmarks.siege.load import besiege_memory, besiege_screens, besiege_tabs
from benchmarks.siege.readings import besiege_readings
from benchmarks.siege.worker import besiege_worker
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.roots import cache_root

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"
ROWS: dict[str, tuple[tuple[str, ...], Callable[[argparse.Namespace, random.Random, Path], Any]]] = {  # name -> its sizes, and what it does
    "worker": (("kills",), lambda size, chance, _: besiege_worker(size.kills, chance)),
    "labels": (
        ("labels", "server_kills", "batch"),
        lambda size, chance, folder: besiege_labels(size.labels, size.server_kills, chance, folder, size.batch),
    ),
    "readings": (
        ("changes", "change_kills"),
        lambda size, chance, folder: besiege_readings(size.changes, size.change_kills, chance, folder),
    ),
    "files": (("malformed",), lambda size, chance, folder: besiege_readers(size.malformed, chance, folder)),
    "screens": (("sessions", "rounds"), lambda size, _, folder: besiege_screens(size.sessions, size.rounds, size.seed, folder)),
    "memory": (("switches", "opened"), lambda size, _, folder: besiege_memory(size.switches, size.opened, folder)),
    "tabs": (("tabs", "seconds"), lambda size, _, folder: besiege_tabs(size.tabs, size.seconds, folder)),
}


def parser() -> argparse.ArgumentParser:
    """The command's flags: every size of every row."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.siege", description=__doc__.splitlines()[0] if __doc__ else "")
    sizes = [
        ("--kills", 20, "of the training worker"),
        ("--labels", 20_000, "clicks sent to the server"),
        ("--server-kills", 50, "while they are sent"),
        ("--batch", 20, "clicks a request"),
        ("--changes", 300, "of a folder's reading, files, labels and runs"),
        ("--change-kills", 40, "of server, terminal and workers meanwhile"),
        ("--malformed", 500, "files and settings"),
        ("--sessions", 20, "at once while a run trains"),
        ("--rounds", 30, "page switches of each session"),
        ("--switches", 500, "of pages by one visitor whose server's memory is watched"),
        ("--opened", 50, "runs that this visitor opens"),
        ("--tabs", 8, "on one training run"),
        ("--seconds", 60, "that they follow it"),
        ("--seed", 0, "of all chance"),
    ]
    for flag, usual, words in sizes:
        made.add_argument(flag, type=int, default=usual, help=f"{words} (default: {usual})")
    made.add_argument("--only", default=",".join(ROWS), help=f"rows, with commas between (default: {','.join(ROWS)})")
    made.add_argument("--fresh", action="store_true", help="forget what a siege before this one has done")
    made.add_argument("--write", action="store_true", help=f"put the table into {PAGE.relative_to(ROOT)}")
    return made


def main(argv: list[str] | None = None) -> int:
    """Works the rows that were asked for, each in a folder of its own; prints a table."""
    asked = parser().parse_args(argv)
    unknown = [name for name in asked.only.split(",") if name not in ROWS]
    if unknown:
        parser().error(f"--only must name rows of {', '.join(ROWS)}. Got {unknown[0]}.")
    kept = cache_root().resolve() / "siege.json"
    done = {} if asked.fresh else read_json(kept, {})
    table, held = ["| what | blows | outcome | |", "|---|---|---|---|"], True
    print(*table, sep="\n", flush=True)
    for name in asked.only.split(","):
        key = row_key(name, asked)
        if key not in done:
            line, stood = besieged(name, asked)
            done[key] = {"line": line, "held": stood}
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_json(kept, done)
        table.append(done[key]["line"])
        held = held and done[key]["held"]
        print(table[-1], flush=True)
    if asked.write:
        PAGE.write_text("\n".join(["# What survives", "", f"`{command(asked)}`", "", *table, ""]), encoding="utf-8")
    return 0 if held else 1


def besieged(name: str, asked: argparse.Namespace) -> tuple[str, bool]:
    """A row's line and whether it held; worked in a folder of its own with a random generator of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SSL_RUNS=f"{folder}/runs", SSL_CACHE=f"{folder}/cache", SSL_NO_MAPS="1")
        row = ROWS[name][1](asked, random.Random(asked.seed), Path(folder))
        return row.line(), row.held


def row_key(name: str, asked: argparse.Namespace) -> str:
    """What a stored row depends on: the code, its sizes, the seed."""
    code = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    sizes = {size: getattr(asked, size) for size in (*ROWS[name][0], "seed")}
    return hashlib.sha256(json.dumps([name, code, sizes]).encode()).hexdigest()[:16]


def command(asked: argparse.Namespace) -> str:
    """The command that repeats a table."""
    sizes = [size for name in asked.only.split(",") for size in ROWS[name][0]]
    flags = " ".join(f"--{size.replace('_', '-')} {getattr(asked, size)}" for size in [*sizes, "seed"])
    only = "" if asked.only == ",".join(ROWS) else f" --only {asked.only}"
    return f"python -m benchmarks.siege {flags}{only}"


if __name__ == "__main__":
    sys.exit(main())
