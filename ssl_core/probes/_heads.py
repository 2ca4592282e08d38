"""The classifiers that stand on a layer: a linear one, and one with a hidden layer; each chosen on pictures kept aside.

Axes: S picture, D feature, K class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ssl_core.functional.logistic import LogisticRegression
from ssl_core.functional.penalty import chosen_penalty
from ssl_core.functional.rng import global_rng

C_RANGE = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)  # thousands of features need a stronger penalty than hundreds
FULL = 150  # steps of the solver at most, for the last fit
FINE = 1e-5  # of the gradient: at the strongest penalty weights are so small that the constants decide
HIDDEN, EPOCHS, BATCH = 256, 20, 128  # of the hidden layer: units; epochs at most; pictures a step
RATE, DECAY, DROPPED = 1e-3, 0.05, 0.5  # AdamW's rate and weight decay; share of hidden units dropped


class Fitted(NamedTuple):
    """A head fitted on all train pictures, with what was chosen without looking at any test picture."""

    held_out: float  # accuracy on the pictures kept aside, by the best of what was tried
    scores_SK: Tensor  # of the test pictures
    facts: dict[str, object]


def straight(train_SD: Tensor, rank_S: np.ndarray, held: np.ndarray, test_SD: Tensor, seed: int) -> Fitted:
    """Multinomial logistic regression: C by the held-out pictures, then fitted on all. `seed` isn't used.

    rank_S: classes as 0 to K - 1. held: S bool, the pictures kept aside.
    """
    C, reached = chosen_penalty(train_SD, rank_S, [held], C_RANGE)
    fit = LogisticRegression(train_SD, torch.from_numpy(rank_S), int(rank_S.max()) + 1).fit(C, most=FULL, tolerance=FINE)
    right = float((fit.scores(train_SD).argmax(1).numpy() == rank_S).mean())
    facts: dict[str, object] = {"C": C, "train_accuracy": right}
    return Fitted(max(reached.values(), default=0.0), fit.scores(test_SD), facts)


def with_hidden_layer(train_SD: Tensor, rank_S: np.ndarray, held: np.ndarray, test_SD: Tensor, seed: int) -> Fitted:
    """One hidden layer: the number of epochs by the held-out pictures, then trained anew on all for as many."""
    label_S, kept, aside = torch.from_numpy(rank_S), torch.from_numpy(~held), torch.from_numpy(held)
    reached: Sequence[float] = [0.0] * EPOCHS
    if held.any():
        _, reached = _learn(train_SD[kept], label_S[kept], EPOCHS, seed, (train_SD[aside], label_S[aside]))
    epochs = int(np.argmax(reached)) + 1 if held.any() else EPOCHS
    head, _ = _learn(train_SD, label_S, epochs, seed)
    right = float((_scores(head, train_SD).argmax(1) == label_S).float().mean())
    return Fitted(max(reached), _scores(head, test_SD), {"epochs": epochs, "train_accuracy": right})


def _learn(
    X_SD: Tensor, label_S: Tensor, epochs: int, seed: int, aside: tuple[Tensor, Tensor] | None = None
) -> tuple[nn.Module, list[float]]:
    """The head after so many epochs, and where pictures are kept aside its accuracy on them after each."""
    order, reached = torch.Generator().manual_seed(seed), list[float]()
    with global_rng(seed):  # initial weights and dropped units
        head = nn.Sequential(nn.Linear(X_SD.shape[1], HIDDEN), nn.ReLU(), nn.Dropout(DROPPED), nn.Linear(HIDDEN, int(label_S.max()) + 1))
        optimiser = torch.optim.AdamW(head.parameters(), RATE, weight_decay=DECAY)
        for _ in range(epochs):
            head.train()
            for rows in torch.randperm(len(X_SD), generator=order).split(BATCH):
                optimiser.zero_grad()
                cross_entropy(head(X_SD[rows]), label_S[rows]).backward()
                optimiser.step()
            if aside is not None:
                reached.append(float((_scores(head, aside[0]).argmax(1) == aside[1]).float().mean()))
    return head, reached


@torch.no_grad()
def _scores(head: nn.Module, X_SD: Tensor) -> Tensor:
    found: Tensor = head.eval()(X_SD)
    return found


HEADS = {"linear": straight, "mlp": with_hidden_layer}
