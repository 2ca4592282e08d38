"""Where the names of classes are written on a map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

NEAR = 0.05  # radius within which a dot's neighbours are counted, as a fraction of the map's sides
PLATE = np.array([0.17, 0.055])  # width and height of a name, as fractions of the map's sides


def anchors(xy_S2: np.ndarray, label_S: np.ndarray, labels: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Where each class's name is written: at its dot with most of its class within NEAR and under no other name; densest classes first."""
    extent_2 = np.ptp(xy_S2, axis=0) + 1e-9
    heaps = []
    for label in labels:
        xy_K2 = xy_S2[label_S == label] / extent_2
        if len(xy_K2):
            crowd_K = (np.linalg.norm(xy_K2[:, None] - xy_K2[None], axis=2) < NEAR).sum(1)
            heaps.append((label, xy_K2, crowd_K))
    placed: dict[int, np.ndarray] = {}
    for label, xy_K2, crowd_K in sorted(heaps, key=lambda heap: -int(heap[2].max())):
        order_K = np.argsort(-crowd_K, kind="stable")
        taken = np.array(list(placed.values())).reshape(-1, 2)
        clear_K = (np.abs(xy_K2[order_K][:, None] - taken[None]) > PLATE).any(2).all(1)
        placed[label] = xy_K2[order_K[int(clear_K.argmax())]]  # where names cover all of them, the first: the densest
    return {label: (float(xy_2[0]), float(xy_2[1])) for label, xy_2 in ((name, at * extent_2) for name, at in placed.items())}
