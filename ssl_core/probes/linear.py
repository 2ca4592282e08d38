"""Linear probe: multinomial logistic regression on frozen features.

Axes: S picture, D feature.
"""

from __future__ import annotations

import numpy as np
import torch
from pydantic import Field

from ssl_core.functional.logistic import Fit, LogisticRegression
from ssl_core.probes.base import Probe, ProbeTarget, Scores, check_two_classes, standardised
from ssl_core.settings import Settings

C_VALUES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)  # tried in this order: each starts from the weights of the one before
SWEEP, FULL = 60, 300  # steps of the solver at most: for each C tried, and for the last fit


class Linear(Probe):
    """Draws one straight border a class between the features (linear probe): what it finds was laid out plainly by the network.

    Features are standardised by the train mean and deviation. C of the multinomial logistic regression is chosen on a held-out
    fifth of the train pictures, then all of them are used. scikit-learn's objective: C Σ CE + ½‖W‖².
    """

    title = "Linear probe"
    asks = "does a straight-line classifier name correctly, reading only each network’s features"
    how = "a straight-line classifier (logistic regression, its C chosen on a fifth) fitted on"

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
        check_two_classes("A linear probe", train)
        X_train, X_test = (torch.from_numpy(part) for part in standardised(train.features_SD, test.features_SD))
        known, rank_S = np.unique(train.label_S, return_inverse=True)
        C, held_out = (self.options.C, {}) if self.options.C else _choose(X_train, rank_S, rng)
        fit = LogisticRegression(X_train, torch.from_numpy(rank_S), len(known)).fit(C, most=FULL)
        scores_SK = fit.scores(X_test)
        guess_S = known[scores_SK.argmax(1).numpy()].astype(np.int64)
        facts = {"C": C, "held_out": held_out, "train_accuracy": _share(fit, X_train, rank_S)}
        score_S = (scores_SK[:, 1] - scores_SK[:, 0]).numpy() if len(known) == 2 else None
        return Scores(guess_S == test.label_S, guess_S, facts, score_S)


def _choose(X_SD: torch.Tensor, label_S: np.ndarray, rng: np.random.Generator) -> tuple[float, dict[str, float]]:
    """The C with the highest accuracy on a held-out fifth, and the held-out accuracy of each C tried."""
    held = held_out_fifth(label_S, rng)
    if not held.any():
        return 1e-2, {}  # one picture a class: no picture can be held out
    kept, aside = np.flatnonzero(~held), np.flatnonzero(held)
    model = LogisticRegression(X_SD[kept], torch.from_numpy(label_S[kept]), int(label_S.max()) + 1)
    fit, reached = None, dict[float, float]()
    for C in C_VALUES:
        fit = model.fit(C, fit.weights_KP if fit else None, SWEEP)
        reached[C] = _share(fit, X_SD[aside], label_S[aside])
        best = max(reached, key=lambda c: (reached[c], -c))  # of equal ones the strongest penalty
        if reached[C] < reached[best] - 0.5 / np.sqrt(held.sum()):
            break  # 0.5 / √n: the largest standard error of a share; a larger C is slower and fits the train pictures closer
    return best, {f"{c:g}": value for c, value in reached.items()}


def _share(fit: Fit, X_SD: torch.Tensor, label_S: np.ndarray) -> float:
    """The share of pictures whose class has the largest logit."""
    return float((fit.scores(X_SD).argmax(1).numpy() == label_S).mean())


def held_out_fifth(label_S: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """S bool: whether a picture is held out; a fifth of each class, rounded, at least one, never all of it."""
    held = np.zeros(len(label_S), bool)
    for label in np.unique(label_S):
        rows = rng.permutation(np.flatnonzero(label_S == label))
        held[rows[: min(len(rows) - 1, max(1, round(len(rows) / 5)))]] = True
    return held
