"""Every method on CIFAR-10 with the same budget: `SSL_DATA=<folder with cifar10> python -m benchmarks.results [METHOD …]`.

About 150 s of training each on two cores by a fixed number of steps, then a linear probe and 200 neighbours on 5 000 / 2 000 pictures.
A row is written to docs/results.csv as it is done, and docs/results.md anew; a row whose settings and code are unchanged is skipped.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.__main__ import machine
from ssl_core.evaluation.compare import comparison
from ssl_core.evaluation.probe import Protocol, probe_asked
from ssl_core.jobs.status import status_of
from ssl_core.jobs.worker import work
from ssl_core.models.targets import parse_all
from ssl_core.parts.catalogues import TASKS
from ssl_core.records.runs import folder_of
from ssl_core.system.disk import read_json
from ssl_core.training.request import make_spec, new_run

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "cache" / "results"
TABLE, PAGE = ROOT / "docs" / "results.csv", ROOT / "docs" / "results.md"
TRAIN, TEST = 5_000, 2_000
COLUMNS = (
    *("method", "dataset", "steps", "seconds", "metric", "held_out", "chance", "linear", "linear_lo", "linear_hi", "knn"),
    *("random", "difference", "difference_lo", "difference_hi", "digest", "commit", "machine"),
)
LOOP = (
    "training.engine",
    "training.run",
    "training.held_out",
    "training.steps",
    "training.source",
    "models.features",
    "evaluation.probe",
    "probes.linear",
    "probes.knn",
)  # behind every row
FOLLOWED = ("ssl_core.functional", "ssl_core.tasks", "ssl_core.backbones")  # imports of these packages are followed


class Method(NamedTuple):
    """A row: a method, its steps, what differs from its CPU preset, and, where its features don't lead the untrained ones, why."""

    name: str
    task: str
    steps: int
    more: dict[str, Any] = {}
    reason: str = ""


METHODS = (
    Method("rotation", "rotation", 1500),
    Method("inpainting", "inpainting", 2600),
    Method("split-brain", "splitbrain", 1500),
    Method("MAE", "mae", 700),
    Method("SimCLR", "simclr", 700),
    Method("MoCo v2", "moco", 900),
    Method("SwAV", "swav", 900),
    Method("SeLa", "sela", 2600),
    Method("BiGAN", "bigan", 900, reason="its encoder is taught by the judge alone, and needs the larger budget of the next row to lead."),
    Method("BiGAN, longer", "bigan", 4400),
    Method("FixMatch, 40 labels", "fixmatch", 1000),
    Method("CLIP, on scenes", "clip", 1400, {"dataset": "scenes"}),
)


def digest_of(spec: dict[str, Any]) -> str:
    """What a row depends on: settings, and the code that trains and measures."""
    said = {name: value for name, value in spec.items() if name not in ("created", "versions", "title")}
    roots = [f"ssl_core.{name}" for name in (*LOOP, f"tasks.{spec['task']}", f"backbones.{spec['backbone']}")]
    code = [ast.dump(ast.parse(source_of(name).read_text(encoding="utf-8"))) for name in behind(roots)]  # comments don't count
    return hashlib.sha256("\0".join([json.dumps(said, sort_keys=True), *code]).encode()).hexdigest()[:12]


def behind(names: list[str]) -> list[str]:
    """Modules and what they import of the packages in FOLLOWED, at whatever distance; sorted."""
    found: set[str] = set()
    while names:
        name = names.pop()
        found.add(name)
        asked = re.findall(r"^from (ssl_core\S+) import (\w+(?:, \w+)*)", source_of(name).read_text(encoding="utf-8"), re.MULTILINE)
        near = {each for module, words in asked for each in (module, *(f"{module}.{word}" for word in words.split(", ")))}
        names += [each for each in near - found if each.startswith(FOLLOWED) and source_of(each).is_file()]
    return sorted(found)


def source_of(name: str) -> Path:
    """The file of a module."""
    return ROOT.joinpath(*name.split(".")).with_suffix(".py")


def trained(method: Method) -> tuple[str, dict[str, Any]]:
    """Trains the method in this process; the run's name and spec."""
    values = {"task": method.task, "dataset": "cifar10", "steps": method.steps, "device": "cpu", "preset": "cpu", **method.more}
    name = new_run({**values, "title": method.name})
    status = work(folder_of(name))
    assert status.state == "done", f"{method.name}: {status.reason}"
    return name, read_json(folder_of(name) / "spec.json")


def scored(targets: list[str], protocol: str) -> Any:
    """Targets side by side under a probe, each scored now if it isn't yet."""
    how = Protocol(protocol, train=TRAIN, test=TEST)
    for target in parse_all(targets):
        asked = probe_asked(target, how)
        if asked.finished() is None:
            status = work(asked.ask())
            assert status.state == "done", status.reason
    return comparison(targets, protocol=protocol, train=TRAIN, test=TEST)


def row_of(method: Method, digest: str) -> dict[str, Any]:
    """Trains a method and measures it; its row of the table."""
    run, spec = trained(method)
    status, rival = status_of(folder_of(run)), f"random:{spec['backbone']}"
    linear, near = scored([run, rival], "linear"), scored([run, rival], "knn")
    (own, untrained), pair = linear.rows, linear.pairs[0]
    metric = spec["metric"]
    return {
        "method": method.name,
        "dataset": spec["dataset"],
        "steps": method.steps,
        "seconds": round(status.seconds),
        "metric": metric,
        "held_out": shown(status.metrics.get(metric)),
        "chance": shown(status.chance.get(metric)),
        "linear": shown(own.accuracy),
        "linear_lo": shown(own.lo),
        "linear_hi": shown(own.hi),
        "knn": shown(near.rows[0].accuracy),
        "random": shown(untrained.accuracy),
        "difference": shown(pair.difference),
        "difference_lo": shown(pair.lo),
        "difference_hi": shown(pair.hi),
        "digest": digest,
        "commit": subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip(),
        "machine": machine(),
    }


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
    head = "| method | pictures | steps, time | held out | linear probe | 200 neighbours | untrained | difference to untrained |"
    lines = ["# Methods side by side", "", "`SSL_DATA=<folder with cifar10> python -m benchmarks.results`", ""]
    pictures = f"{TRAIN // 1000} 000 pictures to fit, {TEST // 1000} 000 to test"
    lines += [f"Features of the deepest pooled layer, {pictures}; 95 % intervals, differences paired.", "", head, "|" + "---|" * 8]
    for row in rows.values():
        cells = [row["method"], row["dataset"], f"{row['steps']}, {row['seconds']} s", held_out(row)]
        cells.append(f"{points(row['linear'])} [{points(row['linear_lo'])}, {points(row['linear_hi'])}]")
        cells += [points(row["knn"]), points(row["random"])]
        cells.append(f"{points(row['difference'])} [{points(row['difference_lo'])}, {points(row['difference_hi'])}]")
        lines.append("| " + " | ".join(cells) + " |")
    told = reasons(rows)
    lines += ["", *told] if told else []
    machines = sorted({row["machine"] for row in rows.values()})
    commits = {each: ", ".join(sorted({row["commit"] for row in rows.values() if row["machine"] == each})) for each in machines}
    return "\n".join([*lines, "", *(f"Machine: {each} (commits {commits[each]})." for each in machines), ""])


def reasons(rows: dict[str, dict[str, Any]]) -> list[str]:
    """For each row whose interval of the difference reaches 0 or below: why its features don't lead the untrained network's."""
    behind = {name for name, row in rows.items() if float(row["difference_lo"]) <= 0}
    return [f"{method.name}: {method.reason}" for method in METHODS if method.name in behind and method.reason]


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
    """Makes the rows that are missing or out of date, in folders of their own."""
    os.environ.update(SSL_RUNS=str(BUILD / "runs"), SSL_CACHE=str(BUILD / "cache"), SSL_NO_MAPS="1")
    rows = read()
    for method in METHODS:
        if names and method.name not in names and method.task not in names:
            continue
        values = {"task": method.task, "dataset": "cifar10", "steps": method.steps, "device": "cpu", "preset": "cpu", **method.more}
        digest = digest_of(make_spec(values).plain())
        if rows.get(method.name, {}).get("digest") == digest:
            print(f"{method.name}: as it was")
            continue
        rows[method.name] = row_of(method, digest)
        write({m.name: rows[m.name] for m in METHODS if m.name in rows})
        print(json.dumps(rows[method.name]), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
