"""Speed of the linear probe's solver beside scikit-learn's, on the same features, penalties and gradient norm, in processor time."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
import warnings
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression as Reference

from ssl_core.functional.logistic import TOLERANCE, LogisticRegression
from ssl_core.functional.penalty import C_VALUES
from ssl_core.models.features import embedded
from ssl_core.models.targets import Target
from ssl_core.probes.base import standardised

TRAIN, TEST, ROUNDS, MOST = 20_000, 2_000, 3, 2000
NEAR = 0.003  # accuracies of the two solvers differ by at most so much
NETWORK = "random:resnet"  # 512 features, correlated as those of networks are


class Features(NamedTuple):
    """Standardised features and labels of scenes, by an untrained network."""

    train_SD: np.ndarray
    label_S: np.ndarray
    test_SD: np.ndarray
    test_label_S: np.ndarray


def sweep_faster(part: float = 1.0) -> float:
    """scikit-learn's processor seconds for seven penalties in turn, each from the weights before, divided by ours."""
    return _faster(C_VALUES, part)


def fit_faster(part: float = 1.0) -> float:
    """The same for one penalty, C = 0.01."""
    return _faster((1e-2,), part)


def _faster(values: tuple[float, ...], part: float) -> float:
    """The median of rounds taken in turn; raises where an accuracy differs by more than NEAR."""
    given, ratios = features(part), []
    for _ in range(ROUNDS):
        theirs, their_seconds = _theirs(given, values)
        ours, our_seconds = _ours(given, values)
        gap = max(abs(a - b) for a, b in zip(theirs, ours, strict=True))
        assert gap <= max(NEAR, 3 / len(given.test_label_S)), f"accuracies differ by {gap:.4f}"
        ratios.append(their_seconds / our_seconds)
    return statistics.median(ratios)


def features(part: float = 1.0) -> Features:
    """Features of `part` of 20 000 scenes to fit on and of 2 000 to test on."""
    counts = {"n_train": round(TRAIN * part), "n_test": round(TEST * part)}
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, SSL_CACHE=folder, SSL_RUNS=folder):
        target = Target.parse(NETWORK, "scenes", counts, 32)
        train, test = (embedded(target, split, count) for split, count in zip(("train", "test"), counts.values(), strict=True))
    train_SD, test_SD = standardised(train.features_SD, test.features_SD)
    return Features(train_SD, train.label_S, test_SD, test.label_S)


def _theirs(given: Features, values: tuple[float, ...]) -> tuple[list[float], float]:
    """Accuracy for each penalty, and the processor seconds of the fits."""
    model, reached, spent = Reference(max_iter=MOST, tol=TOLERANCE, warm_start=True), [], 0.0
    for C in values:
        began = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.set_params(C=C).fit(given.train_SD, given.label_S)
        spent += time.process_time() - began
        reached.append(float(model.score(given.test_SD, given.test_label_S)))
    return reached, spent


def _ours(given: Features, values: tuple[float, ...]) -> tuple[list[float], float]:
    reached, began, test_SD = [], time.process_time(), torch.from_numpy(given.test_SD)
    model, start = LogisticRegression(torch.from_numpy(given.train_SD), torch.from_numpy(given.label_S), 10), None
    for C in values:
        fit = model.fit(C, start, MOST)
        start = fit.weights_KP
        reached.append(float((fit.scores(test_SD).argmax(1).numpy() == given.test_label_S).mean()))
    return reached, time.process_time() - began
