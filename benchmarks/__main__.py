"""Figures with their limits: `python -m benchmarks [ROW …]`, or `make bench` for all. Ends with 1 where one misses its limit.

Each row prints what it is, the figure, the limit, and whether it holds. `--write` puts the lines into docs/bench.md.
"""

from __future__ import annotations

import argparse
import importlib
import math
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks import LeftOut

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "bench.md"


class Row(NamedTuple):
    """A figure and its limit."""

    what: str
    unit: str
    limit: float
    measure: Callable[[], float]
    at_least: bool = False
    asked_only: bool = False  # measured only where it is named, since it takes minutes

    def holds(self, figure: float, slack: float = 1.0) -> bool:
        """Whether a figure keeps the limit times `slack` (divided by it, where the limit is a least value)."""
        return figure >= self.limit / slack if self.at_least else figure <= self.limit * slack


def call(room: str, name: str, *given: str) -> float:
    """Imports and runs a measurement. Imported late: processes that help to draw import this file too, and need no torch."""
    return float(getattr(importlib.import_module(f"benchmarks.{room}"), name)(*given))


LOOP = "pictures a second of the default run on a CPU, as a share of the bare step's on pictures in memory"
VIEWS = "two edited copies of each picture at 32 pixels, on one thread: pictures a second, as a multiple of"
SOLVER = "scikit-learn's processor time as a multiple of ours, 20 000 pictures of 512 features, same gradient norm"
ROWS = {
    "rotation": Row(f"rotation: {LOOP}", "", 0.85, partial(call, "loop", "share", "rotation"), at_least=True),
    "inpainting": Row(f"inpainting: {LOOP}", "", 0.85, partial(call, "loop", "share", "inpainting"), at_least=True),
    "simclr": Row(f"SimCLR: {LOOP}", "", 0.85, partial(call, "loop", "share", "simclr"), at_least=True),
    "lightly": Row(f"{VIEWS} lightly's transform", "times", 5, partial(call, "views", "times_faster", "lightly"), at_least=True),
    "kornia": Row(f"{VIEWS} kornia's", "times", 2, partial(call, "views", "times_faster", "kornia"), at_least=True),
    "start": Row("from `python3 start.py`, installed, to the printed address", "s", 5, partial(call, "waits", "address_printed")),
    "fresh": Row(
        "from `python3 start.py` in a fresh clone with an empty HOME to the printed address, all downloads within",
        "s",
        math.inf,
        partial(call, "waits", "first_start"),
        asked_only=True,
    ),
    "first": Row("from the first request of a cold server to a picture on home", "s", 3, partial(call, "waits", "first_picture")),
    "switch": Row(
        "from a click in the menu to the whole screen, ten screens in turn, 95th percentile",
        "s",
        1,
        partial(call, "waits", "pages_switched"),
    ),
    "quiet": Row(
        "from a click in the menu until the next screen is quiet, ten screens in turn, 95th percentile",
        "s",
        1.5,
        partial(call, "quiet", "quiet_seconds"),
    ),
    "awake": Row(
        "from a click on Train to the first changed picture in the run's folder, an interpreter being spare, the median of three",
        "s",
        3,
        partial(call, "awake", "changed_picture"),
    ),
    "unknown": Row(
        "the same for the first run of its kind on a machine, whose pictures lie decoded",
        "s",
        4,
        partial(call, "awake", "first_of_its_kind"),
    ),
    "journey": Row(
        "rotation, SimCLR and MAE, a minute each, on a folder of a person's own: by how many times the worst estimate is off",
        "times",
        1.5,
        partial(call, "journey", "worst_estimate"),
        asked_only=True,
    ),
    "busy": Row("the same while a run trains, the median of ten", "s", 1.5, partial(call, "waits", "switched_at_work")),
    "runs": Row(
        "from a click in the menu to the whole list of a thousand runs, the median of five",
        "s",
        1,
        partial(call, "waits", "thousand_listed"),
    ),
    "coverage": Row(
        "95 % interval of the agreement of neighbours: farthest coverage from 95 % in six known populations",
        "points",
        2,
        partial(call, "coverage", "farthest_from_95"),
    ),
    "draws": Row(
        "95 % interval of accuracy, and of a difference, over 5 and 10 draws of few labels: farthest coverage from 95 %",
        "points",
        2,
        partial(call, "coverage", "draws_farthest_from_95"),
    ),
    "rivals": Row(
        "null families of 3 and 5 rivals of which one, beside the main rival, excludes zero at Bonferroni's level",
        "%",
        5,
        partial(call, "coverage", "null_families"),
    ),
    "sweep": Row(f"linear probe, seven penalties in turn: {SOLVER}", "times", 3, partial(call, "solver", "sweep_faster"), at_least=True),
    "fit": Row(f"linear probe, one penalty: {SOLVER}", "times", 1, partial(call, "solver", "fit_faster"), at_least=True),
    "knn": Row(
        "200 neighbours' uniform votes: scikit-learn's processor time as a multiple of ours, 10 000 pictures among 50 000, 512 features",
        "times",
        1,
        partial(call, "votes", "votes_faster"),
        at_least=True,
    ),
    "scenes": Row("12 000 scenes drawn at 32 pixels", "s", 20, partial(call, "answers", "scenes_drawn")),
    "play": Row("an answer to a photograph, rotation and inpainting, 95th percentile", "ms", 300, partial(call, "answers", "played")),
    "reread": Row(
        "the slowest step in the dialog *Read it differently* on a folder of 100 000 files, of the processor",
        "s",
        2,
        partial(call, "reread", "slowest_in_the_dialog"),
    ),
    "squares": Row(
        "from a square hidden by hand to the picture painted anew (MAE), on the screen, 90th percentile",
        "ms",
        300,
        partial(call, "waits", "squares_painted"),
    ),
}
HEAD = ("# Figures", "", "`python -m benchmarks ROW … --write`; rows that aren't named stay as they were measured before.", "")
SUITE = Row("the whole suite, from the log of `python3 start.py test`", "s", 720, lambda: 0.0)


def suite_seconds(log: str) -> float:
    """What pytest says it took, all its calls together.

    Raises:
        LeftOut: where the log doesn't say.
    """
    told = re.findall(r"^=+ .*?\bin (\d+\.\d+)s\b.*=+$", re.sub(r"\x1b\[[0-9;]*m", "", log), re.MULTILINE)
    if not told:
        raise LeftOut("This log has no line of pytest's that says how long it took.")
    return sum(map(float, told))


def machine() -> str:
    """Processor, memory, system and versions of this machine, in a line."""
    names = re.findall(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE) if sys.platform == "linux" else []
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores of {names[0] if names else platform.processor() or platform.machine()}, {memory:.0f} GiB memory, "
        f"{platform.system()}, Python {platform.python_version()}, torch {version('torch')}, streamlit {version('streamlit')}"
    )


def line(name: str, row: Row) -> tuple[str, bool]:
    """A row as a line of a table, and whether it holds; a row that can't be measured here says why and counts as held."""
    limit = f"{'≥' if row.at_least else '≤'} {row.limit:g} {row.unit}".rstrip() if math.isfinite(row.limit) else "none"
    try:
        figure = row.measure()
    except LeftOut as reason:
        return f"| {name} | {row.what} | not measured | {limit} | {reason} |", True
    good = row.holds(figure)
    return f"| {name} | {row.what} | {f'{figure:.3g} {row.unit}'.rstrip()} | {limit} | {'holds' if good else '**misses**'} |", good


def merged(before: str, lines: list[str]) -> list[str]:
    """The table's lines in the order of ROWS: those measured now, and from the page before those that weren't."""
    known = {text.split("|")[1].strip(): text for text in [*before.splitlines(), *lines] if text.startswith("| ")}
    return [known[name] for name in [*ROWS, "suite"] if name in known]


def main(argv: list[str] | None = None) -> int:
    """Measures the rows that were asked for, with runs and caches in a temporary folder."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"any of {', '.join(ROWS)} (default: all that need no download)")
    parser.add_argument("--suite-log", type=Path, help="what `python3 start.py test` printed: adds the suite's time")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.relative_to(ROOT)}")
    asked = parser.parse_args(argv)
    unknown = sorted(set(asked.rows) - set(ROWS))
    if unknown:
        parser.error(f"ROW must be one of {', '.join(ROWS)}. Got {unknown[0]}.")
    chosen = {name: ROWS[name] for name in asked.rows or [name for name, row in ROWS.items() if not row.asked_only]}
    if asked.suite_log:
        log = asked.suite_log.read_text(encoding="utf-8", errors="replace")
        chosen["suite"] = SUITE._replace(measure=partial(suite_seconds, log))
    lines = [f"Machine: {machine()}.", "", "| row | what | figure | limit | |", "|---|---|---|---|---|"]
    print(*lines, sep="\n", flush=True)
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SSL_RUNS=f"{folder}/runs", SSL_CACHE=f"{folder}/cache", SSL_NO_MAPS="1")
        for name, row in chosen.items():
            told, good = line(name, row)
            print(told, flush=True)
            lines.append(told)
            fine = fine and good
    if asked.write:
        PAGE.parent.mkdir(exist_ok=True)
        before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        PAGE.write_text("\n".join([*HEAD, *lines[:4], *merged(before, lines[4:]), ""]), encoding="utf-8")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
