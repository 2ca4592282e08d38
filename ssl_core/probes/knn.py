"""Nearest neighbours: the k most similar train pictures vote on the class (weighted kNN; Wu et al., 1805.01978, section 3.4).

Axes: S picture, D feature, K neighbour, C class.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from pydantic import Field

from ssl_core.functional.metrics.neighbours import nearest_by_angle, same_rows
from ssl_core.probes.base import Probe, ProbeTarget, Scores
from ssl_core.settings import Settings, SettingsError


class KNN(Probe):
    """Asks the most similar train pictures to vote (weighted kNN): nothing is fitted, so it shows what lies close together.

    score of class c = Σ over the k nearest of [label = c] exp(similarity / T), similarity = cosine; with uniform votes Σ [label = c].
    k is cut to half a class's mean size: more would let neighbours of other classes outvote it.
    """

    title = "Nearest neighbours (kNN)"
    asks = "do the nearest named pictures name correctly, near as each network’s features say"
    how = "each named by its nearest among"

    class Options(Settings):
        """How the vote is held."""

        k: int = Field(200, ge=1, le=1000, title="neighbours", description="How many train pictures vote.")
        temperature: float = Field(
            0.07,
            ge=0.01,
            le=1,
            description="Small: the most similar ones decide almost alone.",
            json_schema_extra={"when": {"votes": ["weighted"]}},
        )
        votes: Literal["weighted", "uniform"] = Field(
            "weighted",
            description="What a neighbour's vote weighs.",
            json_schema_extra={"names": ["the more, the more similar it is", "as much as any other's"]},
        )
        leave_one_out: bool = Field(
            False,
            title="leave out the picture itself",
            description="A train picture with the very same features has no vote: where pictures are named by a bank that they stand in.",
        )

        def plain(self) -> dict[str, Any]:
            """As JSON; settings of later versions only where they aren't the default, so that earlier requests keep their digest."""
            later = {name for name in ("votes", "leave_one_out") if getattr(self, name) == type(self).model_fields[name].default}
            return {name: value for name, value in super().plain().items() if name not in later}

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
        never = same_rows(test.features_SD, train.features_SD) if self.options.leave_one_out else None
        similar_SK, near_SK = nearest_by_angle(test.features_SD, train.features_SD, k, never)
        votes_SC = torch.zeros(len(test.label_S), classes)
        votes_SC.scatter_add_(1, torch.as_tensor(train.label_S[near_SK]), torch.as_tensor(self._weights(similar_SK)))
        # of equal votes the first class, as scikit-learn has it: numpy's argmax says which of equal ones, torch's doesn't
        guess_S, two = votes_SC.numpy().argmax(1).astype(np.int64), np.unique(train.label_S)
        score_S = (votes_SC[:, two[1]] / votes_SC.sum(1)).numpy() if len(two) == 2 else None
        facts: dict[str, object] = {"k": k, "votes": self.options.votes, "temperature": self.options.temperature}
        return Scores(guess_S == test.label_S, guess_S, facts, score_S)

    def _weights(self, similar_SK: np.ndarray) -> np.ndarray:
        """S x K float32: what each neighbour's vote weighs; 0 of one that has none."""
        if self.options.votes == "uniform":
            one_SK: np.ndarray = np.isfinite(similar_SK).astype(np.float32)
            return one_SK
        # exp((s - s₁) / T), s₁ the largest similarity: a common factor leaves the winner as it is, and exp can't overflow at a small T
        first_S1 = np.where(np.isfinite(similar_SK[:, :1]), similar_SK[:, :1], 0)
        weights_SK: np.ndarray = np.exp((similar_SK - first_S1) / self.options.temperature)
        return weights_SK
