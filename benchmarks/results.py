"""Every method on CIFAR-10 (JPEG), side by side: `SSL_DATA=<folder with cifar10> python -m benchmarks.results [--check] [METHOD …]`.

The same processor time each, BUDGET seconds of one core, as steps that took so long on the machine named below the table (a row that
trains longer is called so); then a linear probe and 200 neighbours on 5 000 / 2 000 pictures. A row is written to docs/results.csv as it is
done, with its losses in docs/results.losses.json, and docs/results.md anew; a row that holds is skipped. --check measures nothing: it says
which rows are out of date and why, and ends with 1 where one is.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import torch

from benchmarks import effects, layers
from benchmarks.__main__ import machine
from ssl_core.evaluation.compare import comparison
from ssl_core.evaluation.probe import MEASURE, probe_asked
from ssl_core.evaluation.protocol import Protocol
from ssl_core.jobs.status import status_of
from ssl_core.jobs.worker import work
from ssl_core.models.targets import parse_all
from ssl_core.parts.catalogues import TASKS
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.training.request import new_run

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "cache" / "results"
TABLE, PAGE = ROOT / "docs" / "results.csv", ROOT / "docs" / "results.md"
LOSSES = ROOT / "docs" / "results.losses.json"
BUDGET = 60  # seconds of one core that a row's steps take
TRAIN, TEST = 5_000, 2_000
PICTURES = f"{TRAIN}+{TEST}"  # to fit and to test
COLUMNS = (
    *("method", "dataset", "steps", "seconds", "metric", "held_out", "chance", "linear", "linear_lo", "linear_hi", "knn"),
    *("random", "difference", "difference_lo", "difference_hi", "pictures", "measure", "commit", "machine"),
    *("random_sd", "random_knn", "pixels"),  # the untrained network by three seeds; raw pixels under the linear probe
    *("image_size", "asked"),  # pixels a side; the settings of the run as JSON, for whoever trains the same one
)

HOLDS = f"""A row keeps its figures, and names the commit that they were measured at, for as long as it holds.

What trains is told by its effect, not by its source: the first {effects.STEPS} losses of the row's run, and {effects.STEPS} after
the first `refresh` between epochs where the task refreshes, must be those of [results.losses.json](results.losses.json). They are
computed on one thread of the processor in 32-bit numbers. There the same processor repeats every bit; another rounds otherwise, more
with each step. With a processor's oldest instructions (SSE in place of AVX) the losses of ten methods moved by 1e-5 of their
value at the most, BiGAN's by 1.1e-3 (two networks that answer each other) and SeLa's after its refresh by 4e-4 (a picture between two
labels gets the other). The tolerances are 1e-4, 5e-3 for BiGAN and 2e-3 for SeLa. What measures has a version, `MEASURE` in
`ssl_core/evaluation/probe.py`. A change that these steps don't show, as one of a schedule's end, isn't noticed: then the rows that
it meets are deleted by hand, and made anew.

`python -m benchmarks.results --check` says in about two minutes which rows are out of date, and why."""


UNTRAINED = (
    f"Each row's steps take about {BUDGET} s of one core; the column says what they took, pictures of the progress included. Untrained is "
    "the run's own network before its first step, the mean of three seeds with their standard deviation. CIFAR-10 is a copy as JPEG: its "
    "figures aren't comparable with published ones."
)


class Method(NamedTuple):
    """A row: a method, its steps, what differs from its CPU preset, why its features are weak; a tolerance."""

    name: str
    task: str
    steps: int
    more: dict[str, Any] = {}
    reason: str = ""
    tolerance: float = effects.TOLERANCE  # of its losses


JUDGED = "Its encoder is taught by the judge alone."
METHODS = (
    Method("rotation", "rotation", 1850),
    Method("inpainting", "inpainting", 2360),
    Method("split-brain", "splitbrain", 1430),
    Method("MAE", "mae", 185),
    Method("SimCLR", "simclr", 534),
    Method("MoCo v2", "moco", 557),
    Method("SwAV", "swav", 497),
    Method("SeLa", "sela", 1774, tolerance=2e-3),
    Method("BiGAN", "bigan", 403, reason=JUDGED, tolerance=5e-3),
    Method("BiGAN, four times as long", "bigan", 1612, reason=JUDGED, tolerance=5e-3),
    Method("FixMatch, 40 labels", "fixmatch", 615),
    Method("CLIP, on scenes", "clip", 1385, {"dataset": "scenes"}),
)


def values_of(method: Method) -> dict[str, Any]:
    """What a method's run is asked for."""
    return {"task": method.task, "dataset": "cifar10", "steps": method.steps, "device": "cpu", "preset": "cpu", **method.more}


def stale(method: Method, row: dict[str, Any] | None, stored: effects.Effect | None) -> str:
    """Why a row must be measured anew, in words; "" where it holds: asked for and measured alike, and its first losses as they were."""
    if row is None or stored is None:
        return "it was never measured"
    asked = {**{name: str(value) for name, value in values_of(method).items()}, "pictures": PICTURES, "measure": str(MEASURE)}
    for name in ("dataset", "steps", "pictures", "measure"):
        if row[name] != asked[name]:
            return f"'{name}' is {asked[name]} now; it was {row[name]}"
    return effects.unlike(effects.effect_of(values_of(method)), stored, method.tolerance)


def trained(method: Method) -> tuple[str, float]:
    """Trains the method in this process, on one thread; the run's name and the processor time in seconds."""
    torch.set_num_threads(1)
    name, began = new_run({**values_of(method), "title": method.name}), time.process_time()
    status = work(folder_of(name))
    assert status.state == "done", f"{method.name}: {status.reason}"
    return name, time.process_time() - began


def scored(targets: list[str], protocol: str) -> Any:
    """Targets side by side under a probe, each scored now if it isn't yet."""
    how = Protocol(protocol, train=TRAIN, test=TEST)
    for target in parse_all(targets):
        asked = probe_asked(target, how)
        if asked.finished() is None:
            status = work(asked.ask())
            assert status.state == "done", status.reason
    return comparison(targets, protocol=protocol, train=TRAIN, test=TEST)


def row_of(method: Method) -> dict[str, Any]:
    """Trains a method and measures it; its row of the table."""
    run, seconds = trained(method)
    spec = spec_of(folder_of(run))
    status, rival = status_of(folder_of(run)), f"untrained:{run}"
    linear, near = scored([run, rival, "pixels"], "linear"), scored([run, rival], "knn")
    (own, untrained, pixels), pair, metric = linear.rows, linear.pairs[0], spec.metric
    about = {"method": method.name, "dataset": spec.dataset, "steps": method.steps, "seconds": round(seconds), "metric": metric}
    head = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    figures = {
        "held_out": status.metrics.get(metric),
        "chance": status.chance.get(metric),
        "linear": own.accuracy,
        "linear_lo": own.lo,
        "linear_hi": own.hi,
        "knn": near.rows[0].accuracy,
        "random": untrained.accuracy,
        "difference": pair.difference,
        "difference_lo": pair.lo,
        "difference_hi": pair.hi,
        "random_sd": untrained.spread,
        "random_knn": near.rows[1].accuracy,
        "pixels": pixels.accuracy,
    }
    measured = {name: shown(value) for name, value in figures.items()}
    asked = {"image_size": spec.recipe.image_size, "asked": json.dumps(values_of(method))}
    return {**about, **measured, "pictures": PICTURES, "measure": MEASURE, "commit": head, "machine": machine(), **asked}


def shown(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def read() -> dict[str, dict[str, Any]]:
    """The rows there are, by method."""
    if not TABLE.exists():
        return {}
    with open(TABLE, encoding="utf-8", newline="") as file:
        return {row["method"]: row for row in csv.DictReader(file)}


def write(rows: dict[str, dict[str, Any]]) -> None:
    """The table for programs, and the page for people."""
    TABLE.parent.mkdir(exist_ok=True)
    with open(TABLE, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows.values())
    PAGE.write_text(page(rows), encoding="utf-8")


def page(rows: dict[str, dict[str, Any]]) -> str:
    """The page for people; accuracies in %."""
    head = "| method | pictures | steps, processor time | held out | linear probe | 200 neighbours | untrained | difference to untrained |"
    lines = ["# Methods side by side", "", "`SSL_DATA=<folder with cifar10> python -m benchmarks.results`", ""]
    pictures = f"{TRAIN // 1000} 000 pictures to fit, {TEST // 1000} 000 to test"
    lines += [f"Features of the deepest pooled layer, {pictures}; 95 % intervals, differences paired."]
    lines += [UNTRAINED, "", head, "|" + "---|" * 8]
    for row in rows.values():
        cells = [row["method"], row["dataset"], f"{row['steps']}, {row['seconds']} s", held_out(row)]
        cells.append(f"{points(row['linear'])} [{points(row['linear_lo'])}, {points(row['linear_hi'])}]")
        cells += [points(row["knn"]), untrained_in_words(row)]
        cells.append(f"{points(row['difference'])} [{points(row['difference_lo'])}, {points(row['difference_hi'])}]")
        lines.append("| " + " | ".join(cells) + " |")
    told = reasons(rows)
    lines += ["", *told] if told else []
    lines += ["", HOLDS]
    machines = sorted({row["machine"] for row in rows.values()})
    commits = {each: ", ".join(sorted({row["commit"] for row in rows.values() if row["machine"] == each})) for each in machines}
    said = "\n".join([*lines, "", *(f"Machine: {each} (commits {commits[each]})." for each in machines), ""])
    return said + layers.part(layers.read())


def reasons(rows: dict[str, dict[str, Any]]) -> list[str]:
    """For each row with a reason: beside which simple rivals its features stay behind, and why."""
    behind = ((method, behind_in_words(rows[method.name])) for method in METHODS if method.reason and method.name in rows)
    return [f"{method.name}: {words} {method.reason}" for method, words in behind if words]


def behind_in_words(row: dict[str, Any]) -> str:
    """Where a row's features are below raw pixels' or the untrained network's, in a sentence; "" where they are below neither."""
    said = f"after {row['seconds']} s of training"
    faults = []
    if row.get("pixels") and float(row["linear"]) < float(row["pixels"]):
        faults.append(f"its {points(row['linear'])} under the linear probe is below raw pixels' {points(row['pixels'])}")
    if row.get("random_knn") and float(row["knn"]) < float(row["random_knn"]):
        faults.append(f"its {points(row['knn'])} by neighbours is below the untrained network's {points(row['random_knn'])}")
    return f"{said} {' and '.join(faults)}." if faults else ""


def untrained_in_words(row: dict[str, Any]) -> str:
    """The untrained network's score: the mean of three seeds with their standard deviation; of an older row that of one seed."""
    spread = f" (sd {points(row['random_sd'])})" if row.get("random_sd") else " (one seed)"
    return points(row["random"]) + spread


def held_out(row: dict[str, Any]) -> str:
    """The method's own measure on pictures that it never trained on, in its unit, beside chance where there is one."""
    measure = TASKS[next(method.task for method in METHODS if method.name == row["method"])].measure
    shown = [
        f"{points(value)} %" if measure.unit == "%" else f"{float(value):.1f} {measure.unit}"
        for value in (row["held_out"], row["chance"])
        if value
    ]
    return f"{measure.title[:1].lower()}{measure.title[1:]}: {' (chance '.join(shown)}{')' * (len(shown) - 1)}" if row["held_out"] else ""


def points(value: str) -> str:
    return f"{100 * float(value):.1f}"


def main(names: list[str]) -> int:
    """Makes the rows that are missing or out of date, in folders of their own; with --check it only names them."""
    os.environ.update(SSL_RUNS=str(BUILD / "runs"), SSL_CACHE=str(BUILD / "cache"))
    rows, losses, only_check = read(), effects.read(LOSSES), "--check" in names
    asked, out_of_date = [name for name in names if name != "--check"], 0
    for method in METHODS:
        if asked and method.name not in asked and method.task not in asked:
            continue
        reason = stale(method, rows.get(method.name), losses.get(method.name))
        print(f"{method.name}: {reason or 'as it was'}", flush=True)
        out_of_date += reason != ""
        if reason and not only_check:
            losses[method.name], rows[method.name] = effects.effect_of(values_of(method)), row_of(method)
            write({m.name: rows[m.name] for m in METHODS if m.name in rows})
            effects.write(LOSSES, {m.name: losses[m.name] for m in METHODS if m.name in losses})
            print(json.dumps(rows[method.name]), flush=True)
    return 1 if only_check and out_of_date else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
