"""Targets compared in pairs on the same test pictures."""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ssl_core.evaluation.probe import Protocol, finished, probe_request, read_arrays
from ssl_core.functional.metrics.intervals import mean_interval, paired_difference
from ssl_core.jobs import warm_worker
from ssl_core.jobs.folder import ask, job_name
from ssl_core.jobs.status import Status, status_of
from ssl_core.models.targets import Target, parse_all
from ssl_core.parts.catalogues import PROBES
from ssl_core.records.homes import home_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json
from ssl_core.types import PictureId


class ProbeRow(NamedTuple):
    """A target and its score."""

    target: str
    title: str
    detail: str
    accuracy: float  # share of the test pictures, with a 95 % interval from lo to hi
    lo: float
    hi: float
    layer: str
    image_size: int  # pixels a side that the network saw
    seconds: float


class PairRow(NamedTuple):
    """How much more often a is right than b, on the same pictures; 95 % interval from lo to hi."""

    a: str
    b: str
    difference: float
    lo: float
    hi: float


class Comparison(NamedTuple):
    """Targets side by side."""

    protocol: str  # in words
    n_train: int
    n_test: int
    rows: list[ProbeRow]
    pairs: list[PairRow]
    left_out: list[tuple[str, str]]  # target, the reason in a sentence
    waiting: list[tuple[str, Status]]  # at work or in line
    command: str  # repeats it
    chance: float  # share right by always naming the most frequent class
    right: dict[str, np.ndarray]  # target -> bool a test picture (with several seeds: the share of them that were right)
    ids: list[str]  # "test-12": the test pictures, in the order of `right`
    missing: list[str]  # targets that nobody has asked for yet
    guess: dict[str, np.ndarray]  # target -> class named for each test picture
    label_S: np.ndarray  # the class that it is
    classes: tuple[str, ...]


def request_comparison(texts: Sequence[str], dataset: str | None = None, protocol: str = "linear", **settings: Any) -> list[Path]:
    """Starts the probe jobs that a comparison still misses; their folders. `settings` as in Protocol."""
    how, started = Protocol(protocol, **settings), []
    for target in parse_all(texts, dataset, how.image_size):
        try:
            request = probe_request(target, how)
        except SettingsError:
            continue  # `comparison` names it among those left out
        if finished("probe", request) is None:
            folder = ask("probe", request, home_of(target.text))
            warm_worker.hand_over(folder)
            started.append(folder)
    return started


def stop_comparison(texts: Sequence[str], dataset: str | None = None, protocol: str = "linear", **settings: Any) -> None:
    """Asks the probe jobs of a comparison that are at work or in line to end; what is scored already stays."""
    how = Protocol(protocol, **settings)
    for target in parse_all(texts, dataset, how.image_size):
        try:
            folder = _folder(target, probe_request(target, how))
        except SettingsError:
            continue
        if (folder / "spec.json").exists() and status_of(folder).active:
            warm_worker.stop_or_withdraw(folder)


def comparison(texts: Sequence[str], dataset: str | None = None, protocol: str = "linear", **settings: Any) -> Comparison:
    """Targets side by side as far as their probe jobs are done; nothing is started. `settings` as in Protocol."""
    how = Protocol(protocol, **settings)
    targets = parse_all(texts, dataset, how.image_size)
    results: dict[str, dict[str, Any]] = {}
    arrays: dict[str, dict[str, np.ndarray]] = {}
    rows: list[ProbeRow] = []
    left_out: list[tuple[str, str]] = []
    waiting: list[tuple[str, Status]] = []
    missing: list[str] = []
    for target in targets:
        try:
            request = probe_request(target, how)
        except SettingsError as error:
            left_out.append((target.text, str(error)))
            continue
        folder = finished("probe", request)
        if folder is None:
            _sort_in(target, request, left_out, waiting, missing)
            continue
        results[target.text] = read_json(folder / "result.json")
        arrays[target.text] = read_arrays(folder)
        rows.append(_row(target, results[target.text]))
    arrays = _on_the_same_pictures(arrays)
    return Comparison(
        _in_words(how),
        max((result["n_train"] for result in results.values()), default=0),
        max((result["n_test"] for result in results.values()), default=0),
        rows,
        pairs_of({text: part["right"] for text, part in arrays.items()}),
        left_out,
        waiting,
        command([target.text for target in targets], targets[0].dataset, how),
        _most_frequent(arrays),
        {text: part["right"] for text, part in arrays.items()},
        next((PictureId.texts("test", part["places"]) for part in arrays.values()), []),
        missing,
        {text: part["guess"] for text, part in arrays.items()},
        next((part["labels"] for part in arrays.values()), np.zeros(0, np.int64)),
        tuple(targets[0].pictures("test").info.classes),
    )


def _on_the_same_pictures(arrays: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, np.ndarray]]:
    """Everybody's answers on the test pictures that all of them could read, in one order: at another size others may be left out."""
    if not arrays:
        return arrays
    first, *others = (part["places"] for part in arrays.values())
    common = first[np.all([np.ones(len(first), bool), *(np.isin(first, places) for places in others)], axis=0)]
    rows = {text: _rows_of(part["places"], common) for text, part in arrays.items()}
    return {text: {name: values[rows[text]] for name, values in part.items()} for text, part in arrays.items()}


def _rows_of(places: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Where each of the wanted places stands, all of which are there."""
    order = np.argsort(places)
    return order[np.searchsorted(places, wanted, sorter=order)]


def pairs_of(right: dict[str, np.ndarray]) -> list[PairRow]:
    """Every two targets on the same test pictures, in order."""
    rows = []
    for a, b in itertools.combinations(right, 2):
        if not len(right[a]):
            continue  # no picture that both could read
        plain = right[a].dtype == bool and right[b].dtype == bool
        d = paired_difference(right[a], right[b]) if plain else mean_interval(right[a].astype(float) - right[b].astype(float))
        rows.append(PairRow(a, b, *d))
    return rows


def command(texts: Sequence[str], dataset: str, how: Protocol) -> str:
    """The command line that repeats a comparison."""
    flags = [("--dataset", dataset), ("--protocol", how.probe), ("--layer", how.layer), ("--labels-per-class", how.labels_per_class)]
    flags += [("--seeds", how.seeds if how.seeds > 1 else None), ("--train-images", how.train), ("--test-images", how.test)]
    flags += [("--image-size", how.image_size)]
    words = [*texts, *(str(word) for flag in flags if flag[1] is not None for word in flag)]
    return f"python -m ssl_core compare {shlex.join(words)}"


def _sort_in(target: Target, request: dict[str, Any], left_out: list[Any], waiting: list[Any], missing: list[str]) -> None:
    folder = _folder(target, request)
    if not (folder / "spec.json").exists():
        missing.append(target.text)
        return
    status = status_of(folder)
    if status.active:
        waiting.append((target.text, status))
    else:
        left_out.append((target.text, status.reason or f"Scoring it was {status.state}. Ask again."))


def _folder(target: Target, request: dict[str, Any]) -> Path:
    return home_of(target.text) / "jobs" / job_name("probe", request)


def _row(target: Target, result: dict[str, Any]) -> ProbeRow:
    lo, hi = result["ci95"]
    where = (result["layer"], result["image_size"], result["seconds"])
    return ProbeRow(target.text, target.title, target.detail, result["accuracy"], lo, hi, *where)


def _in_words(how: Protocol) -> str:
    words = PROBES[how.probe].title.lower().replace("knn", "kNN")
    layer = f" at layer {how.layer}" if how.layer else ""
    few = f", {how.labels_per_class} labels a class" if how.labels_per_class else ""
    draws = f", mean of {how.seeds} draws" if how.labels_per_class and how.seeds > 1 else ""
    return f"{words} on frozen features{layer}{few}{draws}"


def _most_frequent(arrays: dict[str, dict[str, np.ndarray]]) -> float:
    for part in arrays.values():
        counts = np.bincount(part["labels"], minlength=1)
        return float(counts.max() / max(1, counts.sum()))
    return 0.0
