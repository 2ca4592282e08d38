"""Every run at once: scores that were measured alike, of this machine's runs and of the methods that were measured for the program."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ssl_core.evaluation.probe import MEASURE, read_result
from ssl_core.models.networks import checkpoint_digest
from ssl_core.parts.catalogues import PROBES
from ssl_core.records.homes import homes_of
from ssl_core.records.runs import Run, runs
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json
from ssl_core.system.origin import RESULTS
from ssl_core.types import Measure

ALIKE = ("dataset", "dataset_options", "protocol", "options", "n_train", "n_test", "image_size", "layer", "labels_per_class", "seeds")


class EveryRow(NamedTuple):
    """One run's score."""

    name: str  # its title, or the method's name
    run: str  # the run's id; "" of a method measured for the program
    task: str
    accuracy: float
    lo: float | None  # its 95 % interval; None where it wasn't kept
    hi: float | None
    steps: int
    seconds: float  # of training; of a method processor time
    asked: dict[str, Any]  # settings with which the same run can be started here; {} of this machine's runs
    columns: dict[str, float]  # what else was measured, by its name: held_out, knn, untrained, difference, pixels

    @property
    def own(self) -> bool:
        """Whether it is a run of this machine."""
        return bool(self.run)


class Every(NamedTuple):
    """Scores that were measured alike, the best first."""

    dataset: str
    protocol: str  # the probe's name
    n_train: int
    n_test: int
    image_size: int
    how: str  # what else is the same, in words; "" where all is as usual
    measure: Measure  # of `accuracy`
    rows: list[EveryRow]

    @property
    def title(self) -> str:
        """What is the same for all rows, in words."""
        few = f", {self.how}" if self.how else ""
        return f"{self.dataset}, {self.protocol}, {self.image_size} px, {self.n_train} + {self.n_test} pictures{few}"

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        rows = [{**row._asdict(), "own": row.own} for row in self.rows]
        return {**self._asdict(), "title": self.title, "measure": self.measure.title, "rows": rows}


def every_run(shipped: Path = RESULTS) -> list[Every]:
    """All scores there are, a group for each way of measuring: those with most runs first. Nothing is measured."""
    methods, own = _grouped(_of_methods(shipped)), _grouped(_of_runs())
    alone = [_group(key, rows) for key, rows in methods.items() if all(each[0] != key for each in own)]
    found = [*alone, *(_group(key, [*methods.get(key, ()), *rows]) for (key, _), rows in own.items())]
    return sorted(found, key=lambda each: (-len(each.rows), each.protocol != "linear", each.title))


def unlike_measured(group: Every) -> list[Run]:
    """The finished runs of this machine on the group's data set that have no score measured as the group's rows are."""
    there = {row.run for row in group.rows}
    return [run for run in runs() if run.status.weights and run.dataset == group.dataset and not run.status.active and run.id not in there]


def _grouped(found: Iterator[tuple[Any, EveryRow]]) -> dict[Any, list[EveryRow]]:
    """Rows by what they have in common; of a run that was scored twice in the same way the last."""
    groups: dict[Any, dict[str, EveryRow]] = {}
    for key, row in found:
        groups.setdefault(key, {})[row.run or row.name] = row
    return {key: list(rows.values()) for key, rows in groups.items()}


def _group(key: str, rows: list[EveryRow]) -> Every:
    said = dict(zip(ALIKE, json.loads(key), strict=True))
    measure = PROBES[said["protocol"]].measure
    few = f"{said['labels_per_class']} labels a class" if said["labels_per_class"] else ""
    usual = PROBES[said["protocol"]].Options().plain()
    options = ", ".join(f"{name} {value}" for name, value in said["options"].items() if usual.get(name) != value)
    how = ", ".join(filter(None, [f"layer {said['layer']}" if said["layer"] else "", few, options]))
    rows = sorted(rows, key=lambda row: row.accuracy if measure.lower_is_better else -row.accuracy)
    return Every(said["dataset"], said["protocol"], said["n_train"], said["n_test"], said["image_size"], how, measure, rows)


def _of_methods(path: Path) -> Iterator[tuple[str, EveryRow]]:
    """The rows of docs/results.csv, under the linear probe and under kNN, as far as this version still measures so."""
    if not path.exists():
        return
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["measure"]) != MEASURE:
                continue
            known = {name: float(row[name]) for name in COLUMNS if row.get(name)}
            train, test = map(int, row["pictures"].split("+"))
            facts = json.loads(row["asked"])
            ends = float(row["linear_lo"]), float(row["linear_hi"])
            for probe, column, (lo, hi) in (("linear", "linear", ends), ("knn", "knn", (None, None))):
                key = [row["dataset"], {}, probe, PROBES[probe].Options().plain(), train, test, int(row["image_size"]), None, None, 1]
                about = facts["task"], float(row[column]), lo, hi, int(row["steps"]), float(row["seconds"])
                others = {name: value for name, value in known.items() if name != column}
                yield json.dumps(key), EveryRow(row["method"], "", *about, facts, others)


COLUMNS = ("linear", "knn", "held_out", "random", "difference", "pixels")  # of docs/results.csv


def _of_runs() -> Iterator[tuple[tuple[str, str], EveryRow]]:
    """The stored scores of this machine's runs by their weights of now; with how they were measured, and on which pictures (digests)."""
    for run in runs():
        try:
            knows = checkpoint_digest(run.folder)
        except SettingsError:  # no weights, or none that can be read
            continue
        folders = [folder for home in homes_of(run.id) for folder in sorted((home / "jobs").glob("probe-*"))]
        for folder in folders:
            spec, result = read_json(folder / "spec.json"), read_json(folder / "result.json")
            if isinstance(spec, dict) and isinstance(result, dict) and _counts(spec, run.id, knows) and (folder / "result.npz").exists():
                result = read_result(folder)
                yield (json.dumps(_key_of(spec, result)), json.dumps(spec["data"])), _row_of(run, result)


def _counts(spec: dict[str, Any], run_name: str, knows: str) -> bool:
    """Whether a probe job scored these weights of the run by a probe that there is."""
    return (spec.get("target"), spec.get("knows")) == (run_name, knows) and spec.get("protocol") in PROBES


def _key_of(spec: dict[str, Any], result: dict[str, Any]) -> list[Any]:
    sizes = [result[name] for name in ("n_train", "n_test", "image_size")]
    about = [spec[name] for name in ("dataset", "dataset_options", "protocol", "options")]
    return [*about, *sizes, *(spec[name] for name in ("layer", "labels_per_class", "seeds"))]


def _row_of(run: Run, result: dict[str, Any]) -> EveryRow:
    held_out = run.status.metrics.get(run.metric)
    others = {"held_out": held_out} if held_out is not None else {}
    lo, hi = result["ci95"]
    return EveryRow(run.title, run.id, run.task, result["accuracy"], lo, hi, run.status.step, run.status.seconds, {}, others)
