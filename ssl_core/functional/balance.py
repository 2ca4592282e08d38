"""Drawing rows evenly over classes."""

from __future__ import annotations

import numpy as np


def rank_in_class(label_N: np.ndarray, order_N: np.ndarray) -> np.ndarray:
    """N int64: how many rows of its own class come before each row in `order_N`, a permutation of the rows."""
    turn_N = np.zeros(len(label_N), np.int64)
    for label in np.unique(label_N):
        mine = order_N[label_N[order_N] == label]
        turn_N[mine] = np.arange(len(mine))
    return turn_N
