"""Where in a network useful features lie: `SSL_DATA=<folder with cifar10> python -m benchmarks.layers [SET or TARGET …]`.

Runs trained on CIFAR-10 (JPEG) for about BUDGET seconds of one core each, beside the untrained network, raw pixels and ImageNet's
mobilenet_v2, probed layer by layer on each set. docs/layers.csv is written as each target is done, and the table of docs/results.md from
it; a row that is there is measured anew only after it was deleted.
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

import torch

from benchmarks.__main__ import machine
from ssl_core.evaluation.probe import probe_asked, read_result
from ssl_core.evaluation.protocol import Protocol
from ssl_core.jobs.worker import work
from ssl_core.models.targets import parse_all
from ssl_core.records.runs import folder_of, runs
from ssl_core.training.request import new_run

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "cache" / "layers"
TABLE = ROOT / "docs" / "layers.csv"
BUDGET = 60
SETS = ("cifar10", "flowers12", "pneumonia")
TRAIN, TEST = 2_000, 1_000  # pictures at most
COLUMNS = (
    "dataset",
    "target",
    "layer",
    "numbers",
    "accuracy",
    "lo",
    "hi",
    "held_out",
    "chosen",
    "n_train",
    "n_test",
    "image_size",
    "machine",
)


class Row(NamedTuple):
    """A target: a run of so many steps, or a baseline by its text."""

    name: str
    task: str = ""
    steps: int = 0
    text: str = ""


ROWS = (
    Row("rotation", "rotation", 1850),
    Row("SimCLR", "simclr", 534),
    Row("MAE", "mae", 185),
    Row("supervised", "supervised", 1338),
    Row("untrained", text="untrained:{rotation}"),
    Row("ImageNet", text="imagenet:mobilenet_v2"),
    Row("pixels", text="pixels"),
)


def trained(row: Row) -> str:
    """The name of a row's run, trained now where it is missing."""
    known = next((run.id for run in runs() if run.title == row.name and run.status.state == "done"), None)
    if known is None:
        asked = {"task": row.task, "dataset": "cifar10", "steps": row.steps, "device": "cpu", "preset": "cpu", "title": row.name}
        known = new_run(asked)
        status = work(folder_of(known))
        assert status.state == "done", f"{row.name}: {status.reason}"
    return known


def text_of(row: Row) -> str:
    """The target of a row."""
    return trained(row) if row.task else row.text.format(rotation=trained(ROWS[0]))


def measured(row: Row, dataset: str) -> list[dict[str, Any]]:
    """A target's layers on a set."""
    (target,) = parse_all([text_of(row)], dataset)
    how = Protocol("layers", train=TRAIN, test=TEST)
    asked = probe_asked(target, how)
    if asked.finished() is None:
        status = work(asked.ask())
        assert status.state == "done", f"{row.name} on {dataset}: {status.reason}"
    folder = asked.finished()
    assert folder is not None
    result = read_result(folder)
    about = {name: result[name] for name in ("n_train", "n_test", "image_size")} | {"machine": machine()}
    return [
        {
            "dataset": dataset,
            "target": row.name,
            "layer": each["at"],
            "numbers": each["numbers"],
            **{name: f"{value:.4f}" for name, value in zip(("accuracy", "lo", "hi"), (each["accuracy"], *each["ci95"]), strict=True)},
            "held_out": f"{each['held_out']:.4f}",
            "chosen": int(each["chosen"]),
            **about,
        }
        for each in result["layers"]
    ]


def read() -> list[dict[str, Any]]:
    """The rows there are."""
    if not TABLE.exists():
        return []
    with open(TABLE, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(found: list[dict[str, Any]]) -> None:
    """The table for programs, and its part of the page."""
    with open(TABLE, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(found)
    from benchmarks import results  # which takes its page's lower part from here

    results.PAGE.write_text(results.page(results.read()), encoding="utf-8")


def part(found: list[dict[str, Any]]) -> str:
    """The part of docs/results.md about layers; accuracies in %. "" where nothing is measured."""
    if not found:
        return ""
    lines = ["", "## Layer by layer", "", "`SSL_DATA=<folder with cifar10, flowers12, pneumonia> python -m benchmarks.layers`", ""]
    lines += [ABOUT]
    for dataset in dict.fromkeys(row["dataset"] for row in found):
        here = [row for row in found if row["dataset"] == dataset]
        fitted, scored = here[0]["n_train"], here[0]["n_test"]
        lines += [
            "",
            f"### {dataset}: {fitted} pictures to fit, {scored} to test",
            "",
            "| target | layers, input to output | stands for | best on the test pictures |",
        ]
        lines += ["|---|---|---|---|", *(line(here, target) for target in dict.fromkeys(row["target"] for row in here))]
    there = {(row["dataset"], row["target"]) for row in found}
    missing = [f"{row.name} on {each}" for each in SETS for row in ROWS if (each, row.name) not in there]
    lines += ["", f"Not measured yet: {', '.join(missing)}."] if missing else []
    machines = ", ".join(sorted({row["machine"] for row in found}))
    return "\n".join([*lines, "", f"Machine: {machines}.", ""])


ABOUT = (
    f"A logistic regression on every layer: adaptive max pooling to the largest grid with at most 9 600 numbers, standardised, C and the "
    f"layer that the target stands for (bold) chosen on a fifth of the train pictures; 95 % intervals of that layer. Runs learnt from "
    f"CIFAR-10 (JPEG) for about {BUDGET} s of one core and see the other sets at 32 px; ImageNet's mobilenet_v2 sees each at its own size. "
    "Untrained is the mean of three seeds of the rotation run's network."
)


def line(here: list[dict[str, Any]], target: str) -> str:
    """A target's layers on a set, as a line of the table."""
    mine = [row for row in here if row["target"] == target]
    best = max(mine, key=lambda row: float(row["accuracy"]))
    chosen = next(row for row in mine if int(row["chosen"]))
    cells = [f"{row['layer']} {'**' if row is chosen else ''}{points(row['accuracy'])}{'**' if row is chosen else ''}" for row in mine]
    stands = f"{points(chosen['accuracy'])} [{points(chosen['lo'])}, {points(chosen['hi'])}]"
    where = f"{best['layer']} ({mine.index(best) + 1} of {len(mine)})"
    return f"| {target}, {mine[0]['image_size']} px | {', '.join(cells)} | {stands} | {where} |"


def points(value: str) -> str:
    return f"{100 * float(value):.1f}"


def main(names: list[str]) -> int:
    """Measures what is missing of the sets and targets named, or of all."""
    os.environ.update(SSL_RUNS=str(BUILD / "runs"), SSL_CACHE=str(BUILD / "cache"), SSL_NO_MAPS="1")
    torch.set_num_threads(1)
    sets, rows = [each for each in SETS if each in names], [each for each in ROWS if each.name in names]
    for dataset in sets or SETS:
        for row in rows or ROWS:
            if not any((each["dataset"], each["target"]) == (dataset, row.name) for each in read()):
                now = measured(row, dataset)
                order = {each.name: place for place, each in enumerate(ROWS)}
                write(sorted([*read(), *now], key=lambda each: (SETS.index(each["dataset"]), order[each["target"]])))
                print(f"{dataset}, {row.name}: measured", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
