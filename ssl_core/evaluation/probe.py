"""Probe jobs: one target's score under a protocol, asked for, computed, and read again.

Axes: S picture, D feature.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import numpy as np

from ssl_core.evaluation.layered import AtLayer, Layered
from ssl_core.evaluation.rivals import corrected
from ssl_core.evaluation.tuned import tuned
from ssl_core.functional.metrics.draws import difference_over_draws, mean_over_draws, share_over_draws
from ssl_core.functional.metrics.intervals import Interval, mean_interval, paired_difference, quantile, share_interval, wilson
from ssl_core.functional.rng import key
from ssl_core.jobs.report import Reporter
from ssl_core.library.meeting import check_classes_meet, classes_apart
from ssl_core.models.features import Embedded, Report, embedded, how_many, unchanged_target
from ssl_core.models.targets import Target
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import Labelled, Pool, Probe, Scores, SeriesPoint, Tuned
from ssl_core.records.asked import Asked
from ssl_core.records.requests import EmbedRequest, ProbeRequest
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json, write_json
from ssl_core.types import Measure


class View:
    """A target as probes get it: labelled features of each split, with all labels of the train split or `labels_per_class` a class.

    `seed` draws the pictures that keep their label; pictures without a label are left out.

    Raises:
        SettingsError: a split has no labelled picture, or no class is in both splits.
    """

    def __init__(
        self, target: Target, train: int, test: int, layer: str | None, labels_per_class: int | None, report: Report | None = None
    ) -> None:
        self.parts = {split: embedded(target, split, most, layer, report) for split, most in (("train", train), ("test", test))}
        for split, part in self.parts.items():
            known = part.label_S >= 0
            if not known.any():
                raise SettingsError(
                    f"'{target.dataset}' has no {split} pictures with labels to score by. Choose another set, or label some."
                )
            self.parts[split] = Embedded(*(column[known] for column in part))
        of_train, of_test = (np.unique(part.label_S) for part in self.parts.values())
        if not np.isin(of_test, of_train).any():
            classes = target.pictures("test").info.classes
            raise SettingsError(classes_apart(target.dataset, [classes[k] for k in of_train], [classes[k] for k in of_test]))
        self.target, self.labels_per_class, self.seed = target, labels_per_class, 0
        self.report: Report = report or (lambda stage, done, of: None)
        self.layered = Layered(target, {"train": train, "test": test}, layer, self.report)

    @property
    def layers(self) -> Sequence[str]:
        """Names of what can be probed, input to output."""
        return self.layered.layers

    def labelled(self, split: str) -> Labelled:
        """Features of a split with their classes."""
        part = self._chosen(split)
        return Labelled(part.features_SD, part.label_S)

    def tuned(self, minutes: float, seed: int) -> Tuned:
        """The answers of a run that taught a copy of the network. Raises SettingsError where the target has none, or the run failed."""
        return tuned(self.target, minutes, self.labels_per_class, seed, self.parts["test"].id_S, self.report)

    def at(self, layer: str, numbers: int, pool: Pool) -> AtLayer:
        """The same pictures at one layer."""

        def labelled(split: str) -> Labelled:
            part = self._chosen(split)
            return Labelled(self.layered.features(layer, numbers, pool, split, part.id_S), part.label_S)

        return AtLayer(self.layered.side(layer, numbers, pool), labelled)

    def _chosen(self, split: str) -> Embedded:
        """The pictures of a split that keep their label."""
        part = self.parts[split]
        if split != "train" or self.labels_per_class is None:
            return part
        rows = few_rows(part.label_S, self.labels_per_class, self.seed)
        return Embedded(*(column[rows] for column in part))


def few_rows(label_S: np.ndarray, per_class: int, seed: int) -> np.ndarray:
    """Rows, ascending, of `per_class` pictures of each class, or all where it has fewer; drawn by `seed`, so every target gets the same."""
    rng = np.random.default_rng(key(seed, "few labels"))
    chosen = [rng.permutation(np.flatnonzero(label_S == label))[:per_class] for label in np.unique(label_S)]
    return np.sort(np.concatenate(chosen))


MOST_SEEDS = 20  # draws of the labels that one job averages
DRAWS = 1  # version that several draws of the labels add to the measure's: their interval counts how draws vary
TWO, AUC = 2, 1  # classes of a set whose pictures' scores are kept, and the version of these: results of before have none
MEASURE = 1  # version of what is measured. Raise it where features, probes or held-out tests give other figures for the same weights


class Protocol(NamedTuple):
    """How targets are scored; one protocol for all that are compared, so that only the features differ."""

    probe: str = "linear"
    options: dict[str, Any] = {}
    layer: str | None = None  # None: the deepest pooled one
    labels_per_class: int | None = None  # None: all
    seeds: int = 1  # draws of the labels; each picture's value is their mean
    train: int | None = None  # pictures; None: 10 000 without an accelerator, else all
    test: int | None = None  # pictures; None: 2 000 without an accelerator, else all
    image_size: int | None = None  # pixels a side; None: each run's own, for baselines the first run's


class ProtocolSettings(TypedDict, total=False):
    """The fields of a Protocol beside its probe, as keywords."""

    options: dict[str, Any]
    layer: str | None
    labels_per_class: int | None
    seeds: int
    train: int | None
    test: int | None
    image_size: int | None


def check_protocol(protocol: Protocol) -> dict[str, Any]:
    """All options of the probe, defaults included. Raises SettingsError where there is no such probe or a value isn't allowed."""
    probe = PROBES[protocol.probe]
    if probe.draws_labels and protocol.labels_per_class is not None:
        raise SettingsError(
            f"'labels-per-class' has no say in the protocol {protocol.probe}, which draws few labels itself. Leave it out: "
            f"its own settings are {', '.join(control.name for control in probe.Options.controls())}."
        )
    for name, value, most in (("labels-per-class", protocol.labels_per_class, 10**7), ("seeds", protocol.seeds, MOST_SEEDS)):
        if value is not None and not 1 <= value <= most:
            raise SettingsError(f"'{name}' must be between 1 and {most}. Got {value}.")
    return probe.Options.read(protocol.options, protocol.probe).plain()


def probe_request(target: Target, protocol: Protocol) -> ProbeRequest:
    """Everything that a score depends on: the spec of its job, whose digest names the folder. `knows`: the digest of the weights.

    Raises:
        SettingsError: a setting isn't allowed, the target has no weights, or no class is both in train and in test.
    """
    options = check_protocol(protocol)
    check_classes_meet(target.dataset)
    train, test = how_many(target, protocol.train, protocol.test)
    request: ProbeRequest = {
        "target": target.text,
        "knows": target.digest,
        "protocol": protocol.probe,
        "options": options,
        "layer": protocol.layer,
        "dataset": target.dataset,
        "dataset_options": target.dataset_options,
        "data": [target.pictures(split).digest() for split in ("train", "test")],
        "image_size": target.read_size,
        "train": train,
        "test": test,
        "labels_per_class": protocol.labels_per_class,
        "seeds": protocol.seeds if protocol.labels_per_class else 1,
        "precision": target.precision,
    }
    measure = target.measure + (DRAWS if request["seeds"] > 1 else 0)
    if measure > 1:  # results of the measure before it was mended have another request, and are never found
        request["measure"], request["seen"] = measure, target.seen_size
    if len(target.pictures("test").info.classes) == TWO:
        request["auc"] = AUC
    if (networks := len(target.networks)) > 1:
        request["networks"] = networks
    return request


def probe_asked(target: Target, protocol: Protocol) -> Asked:
    """The probe job of a target. Raises SettingsError as `probe_request`."""
    return Asked.of("probe", probe_request(target, protocol))


def work_embed(folder: Path, spec: EmbedRequest, report: Reporter) -> None:
    """Works a job of kind `embed`: features of a split into features.npz. Raises SettingsError where the target has other weights now."""
    target = unchanged_target(spec)
    found = embedded(target, spec["split"], spec["pictures"], spec["layer"], report.progress)
    write_json(folder / "result.json", {"pictures": len(found.id_S), "width": found.features_SD.shape[1]})


def work_probe(folder: Path, spec: ProbeRequest, report: Reporter) -> None:
    """Works a job of kind `probe`: the mean and its 95 % interval into result.json, a value a test picture into result.npz.

    Of several draws of the labels `draws` of result.npz holds the value of each: T x S, and the interval counts how draws vary.
    Where several networks are measured (`Target.networks`), a picture's value is their mean; `by_network` holds the mean of each.
    The keys are `accuracy` and `right` whatever the measure, as in results of earlier versions, which had no other measure.

    Raises:
        SettingsError: the target has other weights now, or a split has no labels.
        ArithmeticError: fewer than 2 test pictures have a finite value.
    """
    began, target = time.monotonic(), unchanged_target(spec, DRAWS if spec["seeds"] > 1 else 0)
    probe = PROBES[spec["protocol"]](PROBES[spec["protocol"]].Options.read(spec["options"]))
    tried = [_tries(network, spec, probe, report) for network in target.networks]
    tried = _agreed(probe, tried)
    tries, view = [each for scores, _ in tried for each in scores], tried[0][1]
    value_S = tries[0].value_S if len(tries) == 1 else np.mean([t.value_S for t in tries], 0).astype(np.float32)
    draws_TS = np.mean([[t.value_S for t in scores] for scores, _ in tried], 0).astype(np.float32) if spec["seeds"] > 1 else None
    unit_E, test = mean_of([each.unit_E for each in tries]), view.parts["test"]
    score = interval_of(next(each for each in (unit_E, draws_TS, value_S) if each is not None), probe.measure, len(tries))
    if not np.isfinite(score).all():
        raise ArithmeticError(f"'{probe.measure.title}' is a finite number for fewer than 2 test pictures: too few for an interval.")
    result = {
        "target": target.text,
        "protocol": spec["protocol"],
        "layer": tries[0].facts.get("layer") or target.layer_named(spec["layer"]),
        "n_train": len(view.labelled("train").label_S),
        "n_test": len(value_S),
        "image_size": target.seen_size,
        "accuracy": score.value,
        "ci95": [score.lo, score.hi],
        "seconds": round(time.monotonic() - began, 3),
        "facts": [t.facts for t in tries],
    }
    result |= _more_said([scores for scores, _ in tried])
    by_picture = {"right": value_S, "guess": guess_of(tries, test.label_S), "labels": test.label_S, "places": test.id_S}
    arrays = {**by_picture, "draws": draws_TS, "scores": _scores_of(tried), "units": unit_E}
    if points := merged_points([[each.points for each in scores] for scores, _ in tried]):
        result[probe.series] = points_said(points, probe.measure, len(tries), probe.picked)
        arrays |= {**point_arrays(points), "point_guesses": _guesses(tries, test.label_S)}
    write_arrays(folder, {name: values for name, values in arrays.items() if values is not None})
    write_json(folder / "result.json", result)


def _more_said(scores_RT: Sequence[Sequence[Scores]]) -> dict[str, Any]:
    """What only some results have, as JSON: the value of each network, chance where it isn't that of all the test pictures' classes."""
    said: dict[str, Any] = {} if scores_RT[0][0].chance is None else {"chance": scores_RT[0][0].chance}
    if len(scores_RT) > 1:
        values_RT = [[each.value_S if each.unit_E is None else each.unit_E for each in scores_T] for scores_T in scores_RT]
        said["by_network"] = [float(np.mean([values.mean() for values in values_T])) for values_T in values_RT]
    return said


def _tries(target: Target, spec: ProbeRequest, probe: Probe, report: Reporter) -> tuple[list[Scores], View]:
    """The scores of one network, one a draw of the labels; and the network as the probe saw it."""
    view = View(target, spec["train"], spec["test"], spec["layer"], spec["labels_per_class"], report.progress)
    tries = []
    with contextlib.closing(view.layered):
        for seed in range(spec["seeds"]):
            report.progress("scoring", seed, spec["seeds"])
            view.seed = seed
            tries.append(probe.score(view, np.random.default_rng(key(seed, "probe"))))
    return tries, view


def _agreed(probe: Probe, tried: Sequence[tuple[list[Scores], View]]) -> list[tuple[list[Scores], View]]:
    """The same with every score at the point for which networks and draws stand together."""
    agreed = iter(probe.agreed([each for scores, _ in tried for each in scores]))
    return [([next(agreed) for _ in scores], view) for scores, view in tried]


def _guesses(tries: Sequence[Scores], label_S: np.ndarray) -> np.ndarray | None:
    """Points x S: as `guess_of`, at each point; None where a point doesn't keep the classes named."""
    found = [guess_of([each.points[place] for each in tries], label_S) for place in range(len(tries[0].points))]
    return None if any(guess_S is None for guess_S in found) else np.array(found)


def _scores_of(tried: Sequence[tuple[Sequence[Scores], View]]) -> np.ndarray | None:
    """R x T x S: network, draw, test picture: how likely the second of two classes is; None where a probe doesn't say it."""
    found = [[each.score_S for each in scores] for scores, _ in tried]
    if any(score_S is None for scores in found for score_S in scores):
        return None
    return np.array(found, np.float32)


def merged_points(points_RT: Sequence[Sequence[Sequence[SeriesPoint]]]) -> list[SeriesPoint]:
    """The points of a series whose values are the mean of R networks; several draws of the labels (T > 1) stay apart as T x S.

    A single network's single draw stays as the probe gave it. `facts` are of the first network's first draw.
    """
    if len(points_RT) == 1 and len(points_RT[0]) == 1:
        return list(points_RT[0][0])
    found = []
    for place, first in enumerate(points_RT[0][0]):
        values_RTS = np.array([[points[place].values for points in points_T] for points_T in points_RT], np.float32)
        values = values_RTS.mean(0) if values_RTS.shape[1] > 1 else values_RTS.mean((0, 1))
        units = mean_of([points[place].unit_E for points_T in points_RT for points in points_T])
        found.append(first._replace(values=values, unit_E=units))
    return found


def point_arrays(points: Sequence[SeriesPoint]) -> dict[str, np.ndarray | None]:
    """The arrays of a series: the values of each point's pictures, and those of its episodes where there are any."""
    units = [each.unit_E for each in points if each.unit_E is not None]
    return {"points": np.stack([each.values for each in points]), "point_units": np.stack(units) if units else None}


def mean_of(units: Sequence[np.ndarray | None]) -> np.ndarray | None:
    """E: the mean over networks of each episode's value; None where a probe's values are of pictures."""
    there = [unit_E for unit_E in units if unit_E is not None]
    return np.mean(there, 0) if there else None


def points_said(points: Sequence[SeriesPoint], measure: Measure, answers: int = 1, picked: bool = False) -> list[dict[str, Any]]:
    """Points as JSON: `at`, `accuracy` and its 95 % interval as `ci95`, then the facts. answers: as for `interval_of`.

    picked: the best of these test pictures has its interval as `ci` too, at the `level` 1 - .05 / points (Bonferroni): whoever reads the
    highest figure off a table picks among as many.
    """
    found: list[dict[str, Any]] = []
    for each in points:
        score = interval_of(one_draw(each.values) if each.unit_E is None else each.unit_E, measure, answers)
        found.append({"at": each.at, "accuracy": score.value, "ci95": [score.lo, score.hi], **each.facts})
    if picked:
        place = int(np.argmax([(-1 if measure.lower_is_better else 1) * said["accuracy"] for said in found]))
        level = corrected(len(points))
        score = interval_of(points[place].values, measure, answers, level)
        found[place] |= {"ci": [score.lo, score.hi], "level": level}
    return found


def one_draw(values: np.ndarray) -> np.ndarray:
    """T x S values, or S where all draws agree in everything: with all labels nothing is left to draw."""
    return values[0] if values.ndim > 1 and (values == values[:1]).all() else values


def guess_of(tries: Sequence[Scores | SeriesPoint], label_S: np.ndarray) -> np.ndarray | None:
    """S: the class named for each picture: its own where at least half of the tries name it, else the first other one named."""
    named = [t.guess_S for t in tries if t.guess_S is not None]
    if not named:
        return None
    guess_TS = np.stack(named)
    right_TS = guess_TS == label_S
    first_wrong_S = guess_TS[np.argmin(right_TS, 0), np.arange(len(label_S))]
    return np.where(right_TS.mean(0) >= 0.5, label_S, first_wrong_S)


def interval_of(values: np.ndarray, measure: Measure, answers: int = 1, level: float = 0.95) -> Interval:
    """The mean of values with its interval: Wilson's (1927) for right or wrong (S, bool), mean ± t s / √n for other numbers (S).

    Shares of several networks (S): `share_interval`; answers: how many make a picture's share. Values of several draws of the labels:
    T x S, in [0, 1] if the measure is counted; the interval counts how draws vary.
    """
    if values.ndim > 1:
        return share_over_draws(values, level) if measure.counted else mean_over_draws(values, level)
    if values.dtype == bool:
        return wilson(int(values.sum()), len(values), quantile(level))
    return share_interval(values, answers, level) if measure.counted else mean_interval(values, level)


def difference_of(a: np.ndarray, b: np.ndarray, measure: Measure, level: float = 0.95) -> Interval:
    """The mean of a's values minus b's on the same pictures, with its interval; values as for `interval_of`.

    Right or wrong, and shares of several answers: Bonett and Price's adjusted Wald for paired shares (2012). Other numbers: mean ± t s / √n
    of the differences.
    """
    if a.ndim > 1:
        return difference_over_draws(a, b, level) if measure.counted else mean_over_draws(a.astype(float) - b.astype(float), level)
    if measure.counted:
        return paired_difference(a, b, level)
    return mean_interval(a.astype(float) - b.astype(float), level)


def read_result(folder: Path) -> dict[str, Any]:
    """The content of a finished job's result.json; intervals of other than right or wrong anew, as an earlier version had others."""
    result, arrays = read_json(folder / "result.json"), read_arrays(folder)
    values = arrays.get("units", arrays.get("draws", arrays["right"]))
    if values.dtype != bool and result["protocol"] in PROBES:
        score = interval_of(values, PROBES[result["protocol"]].measure, max(1, len(result["facts"])))
        result["ci95"] = [score.lo, score.hi]
    return dict(result)


def write_arrays(folder: Path, arrays: dict[str, np.ndarray]) -> None:
    """Puts the arrays of a probe job into its folder."""
    np.savez_compressed(folder / "result.npz", **arrays)  # type: ignore[arg-type]  # the flags of `savez_compressed` are keywords too


def read_arrays(folder: Path) -> dict[str, np.ndarray]:
    """The arrays of a finished probe job."""
    with np.load(folder / "result.npz") as file:
        return dict(file)
