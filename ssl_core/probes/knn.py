"""Nearest neighbours: the k most similar train pictures vote on the class (weighted kNN; Wu et al., 1805.01978, section 3.4).

Axes: S picture, D feature, K neighbour, C class.
"""

from __future__ import annotations

import numpy as np
import torch
from pydantic import Field

from ssl_core.functional.metrics.neighbours import nearest_by_angle
from ssl_core.probes.base import Probe, ProbeTarget, Scores
from ssl_core.settings import Settings, SettingsError


class KNN(Probe):
    """Asks the most similar train pictures to vote (weighted kNN): nothing is fitted, so it shows what lies close together.

    score of class c = Σ over the k nearest of [label = c] exp(similarity / T), similarity = cosine.
    k is cut to half a class's mean size: more would let neighbours of other classes outvote it.
    """

    title = "Nearest neighbours (kNN)"
    asks = "do the nearest named pictures name correctly, near as each network’s features say"
    how = "each named by its nearest among"

    class Options(Settings):
        """How the vote is held."""

        k: int = Field(200, ge=1, le=1000, title="neighbours", description="How many train pictures vote.")
        temperature: float = Field(0.07, ge=0.01, le=1, description="Small: the most similar ones decide almost alone.")

    options: Options

    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        """The class with the most votes for each test picture; `rng` isn't used. O(S_test · S_train · D), in chunks.

        Raises:
            SettingsError: there is no train picture.
        """
        train, test = target.labelled("train"), target.labelled("test")
        classes = int(train.label_S.max(initial=-1)) + 1
        if classes == 0:
            raise SettingsError("A vote of neighbours (kNN) needs train pictures with labels. Got none. Label some, or take another set.")
        k = max(1, min(self.options.k, len(train.label_S) // (2 * classes)))
        similar_SK, near_SK = nearest_by_angle(test.features_SD, train.features_SD, k)
        # exp((s - s₁) / T), s₁ the largest similarity: a common factor leaves the winner as it is, and exp can't overflow at a small T
        weight_SK = np.exp((similar_SK - similar_SK[:, :1]) / self.options.temperature)
        votes_SC = torch.zeros(len(test.label_S), classes)
        votes_SC.scatter_add_(1, torch.as_tensor(train.label_S[near_SK]), torch.as_tensor(weight_SK))
        guess_S, two = votes_SC.argmax(1).numpy(), np.unique(train.label_S)
        score_S = (votes_SC[:, two[1]] / votes_SC.sum(1)).numpy() if len(two) == 2 else None
        return Scores(guess_S == test.label_S, guess_S, {"k": k, "temperature": self.options.temperature}, score_S)
