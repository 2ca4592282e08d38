"""Logistic regression beside scikit-learn's in double precision, and at the ends of what it is given."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression as Reference

from ssl_core.functional import logistic
from ssl_core.functional.logistic import LogisticRegression


def cloud(classes: int, many: int = 600, width: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Correlated features of overlapping classes, of mean 0 and deviation 1."""
    rng = np.random.default_rng(classes)
    label_S = np.arange(many) % classes
    hidden = rng.normal(size=(many, 8)) + 0.7 * rng.normal(size=(classes, 8))[label_S]
    features = hidden @ rng.normal(size=(8, width)) + 0.3 * rng.normal(size=(many, width))
    return ((features - features.mean(0)) / features.std(0)).astype(np.float32), label_S


def fitted(features_SD: np.ndarray, label_S: np.ndarray, C: float, **how: float) -> logistic.Fit:
    classes = int(label_S.max()) + 1
    return LogisticRegression(torch.from_numpy(features_SD), torch.from_numpy(label_S), classes).fit(C, most=2000, **how)


@pytest.mark.parametrize("classes", [2, 3, 7])
@pytest.mark.parametrize("C", [1e-3, 0.1, 10.0])
def test_probabilities_are_scikit_learns(classes: int, C: float) -> None:
    X, label_S = cloud(classes)
    expected = Reference(C=C, max_iter=10_000, tol=1e-10).fit(X.astype(np.float64), label_S).predict_proba(X)
    fit = fitted(X, label_S, C, tolerance=1e-6)
    found = fit.scores(torch.from_numpy(X)).softmax(1).numpy()
    assert np.abs(found - expected).max() < 2e-3


def test_the_gradient_is_as_small_as_asked_and_correlated_features_need_few_steps() -> None:
    X, label_S = cloud(5, many=2000)
    fit = fitted(X, label_S, 1.0)
    steps = Reference(C=1.0, max_iter=10_000).fit(X, label_S).n_iter_[0]
    assert fit.gradient <= logistic.TOLERANCE and 0 < fit.steps < steps


def test_a_start_at_the_solution_takes_no_step() -> None:
    X, label_S = cloud(3)
    model = LogisticRegression(torch.from_numpy(X), torch.from_numpy(label_S), 3)
    first = model.fit(0.1)
    again = model.fit(0.1, first.weights_KP)
    assert again.steps == 0 and torch.equal(again.weights_KP, first.weights_KP)


def test_many_features_end_at_the_same_weights_by_the_diagonal(monkeypatch: pytest.MonkeyPatch) -> None:
    X, label_S = cloud(4)
    whole = fitted(X, label_S, 0.1, tolerance=1e-5)
    monkeypatch.setattr(logistic, "WIDEST", 10)
    by_diagonal = fitted(X, label_S, 0.1, tolerance=1e-5)
    assert by_diagonal.steps > whole.steps
    assert float((whole.weights_KP - by_diagonal.weights_KP).abs().max()) < 2e-2


def test_equal_and_constant_features_and_more_features_than_pictures_do_no_harm() -> None:
    X, label_S = cloud(3, many=30)
    X = np.concatenate([X, X, np.zeros((30, 5), np.float32)], 1)
    fit = fitted(X, label_S, 100.0)
    assert torch.isfinite(fit.weights_KP).all() and not fit.weights_KP[:, 80:85].any()
    assert (fit.scores(torch.from_numpy(X)).argmax(1).numpy() == label_S).all()
