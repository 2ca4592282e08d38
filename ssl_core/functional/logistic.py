"""Multinomial logistic regression: L-BFGS whose first guess at the inverse Hessian comes from a bound on the Hessian.

Objective: mean cross-entropy + λ/2 ‖W‖² with λ = 1 / (C S), the constant's weights unpenalised: scikit-learn's, divided by C S.
Axes: S picture, D feature, P = D + 1: a feature or the constant 1, K class.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear

TOLERANCE = 1e-4  # of the gradient's largest entry, as scikit-learn stops
MEMORY = 10  # pairs of steps and gradient differences kept (Nocedal and Wright, "Numerical Optimization", section 7.2)
WIDEST = 2048  # features up to which the bound is a whole matrix; above, its diagonal: inverting costs D³
BOUNDED_BY = 4  # pictures a feature that the bound is computed from: a guess needs no more
SUFFICIENT = 1e-4  # share of the slope by which a step must lower the objective (Armijo's rule)
ROUNDING = 1e-6  # relative change of the objective that float32 can't tell from 0
HALVINGS = 20


class Fit(NamedTuple):
    """Weights, and how they were reached."""

    weights_KP: Tensor
    gradient: float  # largest entry at these weights
    steps: int

    def scores(self, features_SD: Tensor) -> Tensor:
        """S x K: the logits of features."""
        return linear(features_SD, self.weights_KP[:, :-1], self.weights_KP[:, -1])


Pair = tuple[Tensor, Tensor, float]  # a step, the difference of the gradients at its ends, and their inner product


class LogisticRegression:
    """The regression of labels on features, fitted for one penalty after another.

    Böhning (1992): the Hessian of the mean cross-entropy is at most ½ G for each class, G = XᵀX / S. L-BFGS started from (½ G + λ)⁻¹
    in place of the identity needs a fraction of the steps where features are correlated.
    """

    def __init__(self, features_SD: Tensor, label_S: Tensor, classes: int) -> None:
        self.features_SD, self.label_S, self.classes = features_SD.float().contiguous(), label_S, classes
        self.penalised_P = torch.ones(features_SD.shape[1] + 1, device=features_SD.device)
        self.penalised_P[-1] = 0
        self._bound: Tensor | None = None

    def fit(self, C: float, start_KP: Tensor | None = None, most: int = 300, tolerance: float = TOLERANCE) -> Fit:
        """The weights for an inverse penalty C, from `start_KP` or 0, in at most so many steps.

        Of two classes scikit-learn has one weight vector w, here ±w/2: twice the penalty makes the two objectives equal.
        """
        penalty = (2 if self.classes == 2 else 1) / (C * len(self.label_S))
        weights = self.features_SD.new_zeros(self.classes, len(self.penalised_P)) if start_KP is None else start_KP.clone()
        inverse, pairs = self._inverse(penalty), deque[Pair](maxlen=MEMORY)
        value, gradient = self._objective(weights, penalty)
        steps = 0
        while steps < most and float(gradient.abs().max()) > tolerance:
            direction = -_towards(gradient, pairs, inverse)
            found = self._searched(weights, value, direction, float((gradient * direction).sum()), penalty)
            if found is None:
                break
            moved, value, at_moved = found
            change, difference = moved - weights, at_moved - gradient
            if (curvature := float((change * difference).sum())) > 0:
                pairs.append((change, difference, curvature))
            weights, gradient, steps = moved, at_moved, steps + 1
        return Fit(weights, float(gradient.abs().max()), steps)

    def _objective(self, weights_KP: Tensor, penalty: float) -> tuple[float, Tensor]:
        """Its value and its gradient, K x P."""
        many, held_KP = len(self.label_S), weights_KP * self.penalised_P
        log_SK = linear(self.features_SD, weights_KP[:, :-1], weights_KP[:, -1]).log_softmax(1)
        likely = log_SK.gather(1, self.label_S[:, None]).sum(dtype=torch.float64)
        value = float(0.5 * penalty * held_KP.square().sum(dtype=torch.float64) - likely / many)
        error_SK = log_SK.exp_().scatter_add_(1, self.label_S[:, None], log_SK.new_full((many, 1), -1.0))
        slopes_KP = torch.cat([error_SK.T @ self.features_SD, error_SK.sum(0)[:, None]], 1)
        return value, held_KP.mul_(penalty).add_(slopes_KP, alpha=1 / many)

    def _searched(
        self, weights_KP: Tensor, value: float, direction_KP: Tensor, slope: float, penalty: float
    ) -> tuple[Tensor, float, Tensor] | None:
        """Where the first of 1, ½, ¼ … of the direction leads that lowers the objective enough, its value and gradient; None: none does."""
        length = 1.0
        for _ in range(HALVINGS):
            moved = torch.add(weights_KP, direction_KP, alpha=length)
            reached, gradient = self._objective(moved, penalty)
            if reached <= value + SUFFICIENT * length * slope + ROUNDING * abs(value):
                return moved, reached, gradient
            length /= 2
        return None

    def _inverse(self, penalty: float) -> Tensor:
        """(½ G + λ)⁻¹: P x P, or the inverse of its diagonal, P, for many features."""
        if self.features_SD.shape[1] > WIDEST:
            return 1 / (0.5 * torch.cat([self.features_SD.square().mean(0), self.penalised_P.new_ones(1)]) + penalty * self.penalised_P)
        if self._bound is None:
            some = self.features_SD[:: max(1, len(self.features_SD) // (BOUNDED_BY * len(self.penalised_P)))]
            some = torch.cat([some, some.new_ones(len(some), 1)], 1)
            self._bound = (some.T @ some / len(some)).double() / 2
        bound = self._bound + torch.diag(penalty * self.penalised_P.double())
        bound.diagonal().add_(1e-6 * bound.diagonal().mean())  # features that are constant or equal have no curvature of their own
        return torch.cholesky_inverse(torch.linalg.cholesky(bound)).float()


def _towards(gradient_KP: Tensor, pairs: deque[Pair], inverse: Tensor) -> Tensor:
    """The inverse Hessian, as pairs of steps and differences tell it, times the gradient (the two loops of L-BFGS, algorithm 7.4)."""
    left, shares = gradient_KP.clone(), []
    for change, difference, curvature in reversed(pairs):
        shares.append(float((change * left).sum()) / curvature)
        left.sub_(difference, alpha=shares[-1])
    towards = _times(left, inverse)
    if pairs:
        _, difference, curvature = pairs[-1]
        towards.mul_(curvature / float((difference * _times(difference, inverse)).sum()))
    for change, difference, curvature in pairs:
        towards.add_(change, alpha=shares.pop() - float((difference * towards).sum()) / curvature)
    return towards


def _times(vector_KP: Tensor, inverse: Tensor) -> Tensor:
    return vector_KP @ inverse if inverse.ndim == 2 else vector_KP * inverse
