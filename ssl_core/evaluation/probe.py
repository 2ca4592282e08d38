"""Probe jobs: one target's score under a protocol, asked for, computed, and read again.

Axes: S picture, D feature.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ssl_core.evaluation.points import merged_points, point_arrays, point_guesses, points_said
from ssl_core.evaluation.protocol import Protocol, check_protocol
from ssl_core.evaluation.values import guess_of, interval_of, mean_of
from ssl_core.evaluation.view import View
from ssl_core.functional.rng import key
from ssl_core.jobs.report import Reporter
from ssl_core.library.meeting import check_classes_meet
from ssl_core.models.features import embedded, how_many, unchanged_target
from ssl_core.models.targets import Target
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import Probe, Scores
from ssl_core.records.asked import Asked
from ssl_core.records.requests import EmbedRequest, ProbeRequest
from ssl_core.system.disk import read_json, write_json

DRAWS = 1  # version that several draws of the labels add to the measure's: their interval counts how draws vary
TWO, AUC = 2, 1  # classes of a set whose pictures' scores are kept, and the version of these: results of before have none
MEASURE = 1  # version of what is measured. Raise it where features, probes or held-out tests give other figures for the same weights


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
        "n_train": tries[0].facts.get("n_train") or len(view.labelled("train").label_S),
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
        arrays |= {**point_arrays(points), "point_guesses": point_guesses(tries, test.label_S)}
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


def _scores_of(tried: Sequence[tuple[Sequence[Scores], View]]) -> np.ndarray | None:
    """R x T x S: network, draw, test picture: how likely the second of two classes is; None where a probe doesn't say it."""
    found = [[each.score_S for each in scores] for scores, _ in tried]
    if any(score_S is None for scores in found for score_S in scores):
        return None
    return np.array(found, np.float32)


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
