"""Linear probe: multinomial logistic regression on frozen features.

Axes: S picture, D feature.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from ssl_core.probes.base import Labelled, Probe, ProbeTarget, Scores
from ssl_core.settings import Settings, SettingsError

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression


C_VALUES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)  # tried in this order: each starts from the weights of the one before
SWEEP, FULL = 60, 300  # iterations of the solver at most: for each C tried, and for the last fit


class Linear(Probe):
    """Draws one straight border a class between the features (linear probe): what it finds was laid out plainly by the network.

    Features are standardised by the train mean and deviation. C of the multinomial logistic regression is chosen on a held-out
    fifth of the train pictures, then all of them are used. scikit-learn's own solver and objective: C Σ CE + ½‖W‖².
    """

    title = "Linear probe"
    asks = "does a straight-line classifier name correctly, reading only each network’s features"
    how = "logistic regression, C chosen on a fifth of"

    class Options(Settings):
        """What may be fixed."""

        C: float | None = Field(None, gt=0, le=1e6, description="Inverse strength of the penalty. Empty: chosen on a held-out fifth.")

    options: Options

    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        """Fits on the train features, and names the class of each test picture. `rng` draws the held-out fifth.

        Raises:
            SettingsError: the train pictures are of fewer than 2 classes.
        """
        train, test = target.labelled("train"), target.labelled("test")
        if len(np.unique(train.label_S)) < 2:
            raise SettingsError("A linear probe needs train pictures of at least 2 classes. Got fewer. Label some, or take another set.")
        mean_D, std_D = train.features_SD.mean(0), train.features_SD.std(0)
        scale_D = np.where(std_D > 1e-6, std_D, 1)  # a constant feature stays 0 instead of 0 / 0
        X_train, X_test = ((part.features_SD - mean_D) / scale_D for part in (train, test))
        C, held_out = (self.options.C, {}) if self.options.C else _choose(Labelled(X_train, train.label_S), rng)
        from sklearn.linear_model import LogisticRegression  # the import takes half a second

        model = _fit(LogisticRegression(max_iter=FULL), C, X_train, train.label_S)
        guess_S = model.predict(X_test)
        facts = {"C": C, "held_out": held_out, "train_accuracy": float(model.score(X_train, train.label_S))}
        score_S = model.decision_function(X_test) if len(model.classes_) == 2 else None
        return Scores(guess_S == test.label_S, guess_S.astype(np.int64), facts, score_S)


def _choose(train: Labelled, rng: np.random.Generator) -> tuple[float, dict[str, float]]:
    """The C with the highest accuracy on a held-out fifth, and the held-out accuracy of each C tried."""
    from sklearn.linear_model import LogisticRegression

    held = held_out_fifth(train.label_S, rng)
    if not held.any():
        return 1e-2, {}  # one picture a class: no picture can be held out
    model, reached = LogisticRegression(max_iter=SWEEP, warm_start=True), {}
    for C in C_VALUES:
        _fit(model, C, train.features_SD[~held], train.label_S[~held])
        reached[C] = float(model.score(train.features_SD[held], train.label_S[held]))
        best = max(reached, key=lambda c: (reached[c], -c))  # of equal ones the strongest penalty
        if reached[C] < reached[best] - 0.5 / np.sqrt(held.sum()):
            break  # 0.5 / √n: the largest standard error of a share; a larger C is slower and fits the train pictures closer
    return best, {f"{c:g}": value for c, value in reached.items()}


def held_out_fifth(label_S: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """S bool: whether a picture is held out; a fifth of each class, rounded, at least one, never all of it."""
    held = np.zeros(len(label_S), bool)
    for label in np.unique(label_S):
        rows = rng.permutation(np.flatnonzero(label_S == label))
        held[rows[: min(len(rows) - 1, max(1, round(len(rows) / 5)))]] = True
    return held


def _fit(model: LogisticRegression, C: float, X_SD: np.ndarray, label_S: np.ndarray) -> LogisticRegression:
    model.set_params(C=C)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # at a large C the solver may not converge in time; held-out accuracy judges the weights it has
        return model.fit(X_SD, label_S)
