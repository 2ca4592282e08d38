"""The penalty of a logistic regression, chosen on labelled pictures that are kept aside.

Axes: S picture, D feature.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ssl_core.functional.logistic import Fit, LogisticRegression

C_VALUES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)  # tried in this order: each starts from the weights of the one before
SWEEP, FULL = 60, 300  # steps of the solver at most: for each C tried, and for the last fit
UNTRIED = 1e-2  # C where no picture can be kept aside, each class having one


def chosen_penalty(
    X_SD: torch.Tensor, label_S: np.ndarray, aside: Sequence[np.ndarray], values: Sequence[float] = C_VALUES
) -> tuple[float, dict[float, float]]:
    """The C with the highest accuracy on pictures kept aside, and that accuracy for each C tried. label_S: 0 … K - 1.

    aside: for each fit which pictures it lacks (S, bool) and is measured on. Without any such picture C is UNTRIED.
    """
    parts = [(np.flatnonzero(~held_S), np.flatnonzero(held_S)) for held_S in aside if held_S.any()]
    if not parts:
        return UNTRIED, {}
    classes, count = int(label_S.max()) + 1, sum(len(tested) for _, tested in parts)
    models = [LogisticRegression(X_SD[kept], torch.from_numpy(label_S[kept]), classes) for kept, _ in parts]
    starts: list[torch.Tensor | None] = [None] * len(parts)
    reached: dict[float, float] = {}
    for C in values:
        fits = [model.fit(C, start, SWEEP) for model, start in zip(models, starts, strict=True)]
        starts = [fit.weights_KP for fit in fits]
        reached[C] = sum(_right(fit, X_SD[tested], label_S[tested]) for fit, (_, tested) in zip(fits, parts, strict=True)) / count
        best = max(reached, key=lambda c: (reached[c], -c))  # of equal ones the strongest penalty
        if reached[C] < reached[best] - 0.5 / np.sqrt(count):
            break  # 0.5 / √n: the largest standard error of a share; a larger C is slower and fits the train pictures closer
    return best, reached


def _right(fit: Fit, X_SD: torch.Tensor, label_S: np.ndarray) -> int:
    """How many pictures have the largest logit at their class."""
    return int((fit.scores(X_SD).argmax(1).numpy() == label_S).sum())


def held_out_fifth(label_S: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """S bool: whether a picture is held out; a fifth of each class, rounded, at least one, never all of it."""
    held = np.zeros(len(label_S), bool)
    for label in np.unique(label_S):
        rows = rng.permutation(np.flatnonzero(label_S == label))
        held[rows[: min(len(rows) - 1, max(1, round(len(rows) / 5)))]] = True
    return held


def places_in_class(label_S: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """S int64: the place of each picture in a random order of its class, from 0: the first n places are n pictures a class."""
    place_S = np.zeros(len(label_S), np.int64)
    for label in np.unique(label_S):
        rows = np.flatnonzero(label_S == label)
        place_S[rows] = rng.permutation(len(rows))
    return place_S


def folds(label_S: np.ndarray, rng: np.random.Generator, most: int = 5) -> list[np.ndarray]:
    """Which pictures are held out (S, bool) in each of `most` turns, each once; fewer turns where no class has so many pictures.

    A class of one picture is never held out, so that every fit knows every class.
    """
    place_S, size_S = places_in_class(label_S, rng), np.bincount(label_S)[label_S]
    return [(place_S % most == turn) & (size_S > 1) for turn in range(min(most, int(size_S.max())))]
