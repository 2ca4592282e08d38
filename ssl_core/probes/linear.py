"""Linear probe: multinomial logistic regression on frozen features.

Axes: S picture, D feature.
"""

from __future__ import annotations

import numpy as np
import torch
from pydantic import Field

from ssl_core.functional.logistic import LogisticRegression
from ssl_core.functional.penalty import FULL, chosen_penalty, held_out_fifth
from ssl_core.probes.base import Probe, ProbeTarget, Scores, check_two_classes, standardised
from ssl_core.settings import Settings


class Linear(Probe):
    """Draws one straight border a class between the features (linear probe): what it finds was laid out plainly by the network.

    Features are standardised by the train mean and deviation. C of the multinomial logistic regression is chosen on a held-out
    fifth of the train pictures, then all of them are used. scikit-learn's objective: C Σ CE + ½‖W‖².
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
        check_two_classes("A linear probe", train)
        X_train, X_test = (torch.from_numpy(part) for part in standardised(train.features_SD, test.features_SD))
        known, rank_S = np.unique(train.label_S, return_inverse=True)
        C, reached = (self.options.C, {}) if self.options.C else chosen_penalty(X_train, rank_S, [held_out_fifth(rank_S, rng)])
        fit = LogisticRegression(X_train, torch.from_numpy(rank_S), len(known)).fit(C, most=FULL)
        scores_SK = fit.scores(X_test)
        guess_S = known[scores_SK.argmax(1).numpy()].astype(np.int64)
        learnt = float((fit.scores(X_train).argmax(1).numpy() == rank_S).mean())
        facts = {"C": C, "held_out": {f"{tried:g}": value for tried, value in reached.items()}, "train_accuracy": learnt}
        score_S = (scores_SK[:, 1] - scores_SK[:, 0]).numpy() if len(known) == 2 else None
        return Scores(guess_S == test.label_S, guess_S, facts, score_S)
