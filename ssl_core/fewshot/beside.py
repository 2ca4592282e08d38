"""What stands beside accuracy after the last label where classes are uneven: balanced accuracy, of two classes AUC (area under ROC).

Axes: N labelled pictures, S test pictures, R network.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssl_core.fewshot.support import centre, features_of, rows
from ssl_core.functional.metrics.classes import BaseRates, area_under_curve, balanced_accuracy
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.functional.metrics.prototypes import cosines_left_out, prototypes, unit_directions
from ssl_core.models.features import Embedded
from ssl_core.models.targets import Target


def directions(target: Target, pictures: Sequence[str], label_N: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """N x D unit directions of the labelled pictures that can be read, their N classes, and the D centre."""
    centre_D = centre(target)
    mine_ND, label_N = rows(features_of(target, pictures), pictures, label_N)
    return unit_directions(mine_ND, centre_D), label_N, centre_D


def balanced(by_network: Sequence[Sequence[tuple[int, np.ndarray]]], label_S: np.ndarray, rates: BaseRates) -> Interval | None:
    """Balanced accuracy after the last label; None where classes are even, or no picture is tested on."""
    last = [each[-1][1] for each in by_network if each]
    return balanced_accuracy(np.mean(last, 0), label_S) if last and rates.uneven and len(last[0]) == len(label_S) else None


def area(
    tests: Sequence[tuple[Target, Embedded | None]], pictures: Sequence[str], label_N: np.ndarray, rates: BaseRates
) -> Interval | None:
    """The area under the ROC curve of the cosine to the second class less that to the first; None unless two classes are uneven."""
    if not rates.uneven or rates.chance != 0.5 or len(np.unique(label_N)) < 2:
        return None
    scores, truths = zip(*(_second(network, pictures, label_N, test) for network, test in tests), strict=True)
    if len(np.unique(truths[0])) < 2 or len({len(truth_S) for truth_S in truths}) > 1:
        return None
    return area_under_curve(np.array(scores)[:, None], truths[0] == 1)


def _second(target: Target, pictures: Sequence[str], label_N: np.ndarray, test: Embedded | None) -> tuple[np.ndarray, np.ndarray]:
    """S: how much nearer each picture is to the second class than to the first; S: its class. test None: each label left out once."""
    train_ND, label_N, centre_D = directions(target, pictures, label_N)
    if test is None:  # a class whose only picture is left out is farthest: cosine -1
        cosine_N2 = np.nan_to_num(cosines_left_out(train_ND, label_N, 2), nan=-1.0)
        return cosine_N2[:, 1] - cosine_N2[:, 0], label_N
    cosine_S2 = unit_directions(test.features_SD, centre_D) @ prototypes(train_ND, label_N, 2).T
    return np.nan_to_num(cosine_S2[:, 1] - cosine_S2[:, 0]), test.label_S
