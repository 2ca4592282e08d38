"""Label fractions with and without learning beforehand: `SSL_DATA=<folder with cifar10, flowers12> python -m benchmarks.fractions`.

Writes docs/fractions.md. CIFAR-10: the rotation run that ships; flowers12: a rotation run trained here. Beside each its network untrained.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

import torch

from benchmarks.__main__ import machine
from ssl_core.evaluation.compare import Comparison, comparison
from ssl_core.evaluation.probe import probe_asked
from ssl_core.evaluation.protocol import Protocol
from ssl_core.evaluation.scored import Scored
from ssl_core.evaluation.series import PointPair, crossing, point_pairs
from ssl_core.jobs.status import status_of
from ssl_core.jobs.worker import work
from ssl_core.models.targets import parse_all
from ssl_core.records.runs import folder_of, runs
from ssl_core.training.request import new_run

ROOT = Path(__file__).resolve().parent.parent
BUILD, PAGE = ROOT / "cache" / "fractions", ROOT / "docs" / "fractions.md"
TRAIN, TEST = 5_000, 2_000


class Curves(NamedTuple):
    """A table: a run, what it is compared with, and at which numbers of labels."""

    title: str
    labels: str  # the option of the protocol
    values: dict[str, Any]  # what the run is asked for; {}: `run` ships with the program
    run: str = ""
    rivals: tuple[str, ...] = ()
    dataset: str | None = None  # None: the run's own
    remark: str = ""


FLOWERS = {"task": "rotation", "dataset": "flowers12", "steps": 1000, "device": "cpu", "preset": "cpu", "title": "rotation on flowers12"}
OWN, FEW = ("untrained:RUN", "pixels"), "1, 4, 10%, 25"
TURNED = "A flower looks much the same in every turn, which may be why guessing turns teaches less than nothing here; that wasn't measured."
TABLES = (
    Curves("CIFAR-10 (JPEG): rotation, the run that ships (photos-starter)", "4, 25, 1%, 10%", {}, "photos-starter", OWN),
    Curves("flowers12: rotation, 1 000 steps", FEW, FLOWERS, rivals=(*OWN, "imagenet:mobilenet_v2"), remark=TURNED),
    Curves("flowers12: rotation that learnt from CIFAR-10 (photos-starter)", FEW, {}, "photos-starter", OWN, "flowers12"),
)


def trained(values: dict[str, Any]) -> str:
    """The run of these values, trained now where it isn't there."""
    for each in runs():
        if each.title == values["title"] and each.status.state == "done":
            return each.id
    run = new_run(values)
    status = work(folder_of(run))
    assert status.state == "done", status.reason
    return run


def compared(curves: Curves) -> Comparison:
    """The comparison, trained and scored in this process where that wasn't done before."""
    run = curves.run or trained(curves.values)
    targets = [run, *(rival.replace("RUN", run) for rival in curves.rivals)]
    settings: dict[str, Any] = {"options": {"labels": curves.labels}, "train": TRAIN, "test": TEST}
    for target in parse_all(targets, curves.dataset):
        asked = probe_asked(target, Protocol("fractions", **settings))
        if asked.finished() is None:
            folder = asked.ask()
            work(folder)
            assert status_of(folder).state == "done", status_of(folder).reason
    return comparison(targets, curves.dataset, "fractions", **settings)


def table(found: Comparison) -> list[str]:
    """Lines of the table: a row a number of labels, a column a target; in the last column what intervals bear."""
    mine, *others = found.scored
    pairs = {each.row.target: point_pairs(mine, each) for each in others}
    names = " | ".join(_named(each) for each in found.scored)
    lines = [
        f"| labels of a class | {names} | {_named(mine)} is |",
        "|" + "---|" * (len(found.scored) + 2),
    ]
    for place, point in enumerate(mine.points):
        cells = [f"{100 * p.accuracy:.1f} [{100 * p.lo:.1f}, {100 * p.hi:.1f}]" for p in (each.points[place] for each in found.scored)]
        lines.append(f"| {point.at} | {' | '.join(cells)} | {_standing(place, pairs, others)} |")
    return lines


def _standing(place: int, pairs: dict[str, list[PointPair]], others: list[Scored]) -> str:
    words = {1: "ahead of", 0: "level with", -1: "behind"}
    return ", ".join(f"{words[pairs[each.row.target][place].ahead]} {_named(each)}" for each in others)


def _named(each: Scored) -> str:
    kind = each.row.target.partition(":")[0]
    return {"untrained": "untrained", "pixels": "raw pixels", "imagenet": "ImageNet"}.get(kind, "rotation")


def crossings(found: Comparison) -> str:
    """Where curves cross as far as intervals bear it, in a sentence."""
    mine, *others = found.scored
    said = []
    for each in others:
        turn = crossing(point_pairs(mine, each))
        where = f"between {turn[0]} and {turn[1]} labels of a class" if turn else "nowhere"
        said.append(f"{_named(each)} {where}")
    return f"As far as intervals bear it, rotation's curve crosses that of {', '.join(said)}."


HEAD = """# Label fractions

`SSL_DATA=<folder with cifar10 and flowers12> python -m benchmarks.fractions`

A linear probe on frozen features, taught by few labels of each class, by more, by all; C chosen on the labelled pictures alone; five
draws of the labels, the same for every network. Accuracy in %, 95 % intervals over test pictures and draws; untrained is the mean of three
seeds. Standings are by paired differences at 1 − .05 / points each. {pictures} pictures to fit and {tests} to test, at most.
"""


def main() -> int:
    """Measures every table and writes the page."""
    os.environ.update(SSL_RUNS=str(BUILD / "runs"), SSL_CACHE=str(BUILD / "cache"), SSL_NO_MAPS="1")
    torch.set_num_threads(1)
    lines = [HEAD.format(pictures=f"{TRAIN // 1000} 000", tests=f"{TEST // 1000} 000")]
    for curves in TABLES:
        found = compared(curves)
        counts = f"Fitted on {found.n_train}, scored on {found.n_test} pictures"
        about = f"{counts}; chance {100 * found.chance:.1f} %."
        lines += [
            "",
            f"## {curves.title}",
            "",
            about,
            "",
            *table(found),
            "",
            " ".join(filter(None, (crossings(found), curves.remark))),
            *(f"\n{note}" for note in found.notes),
        ]
        print(*lines[-20:], sep="\n", flush=True)
    PAGE.write_text("\n".join([*lines, "", f"Machine: {machine()}.", ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
