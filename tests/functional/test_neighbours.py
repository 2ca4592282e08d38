"""Neighbours against slow loops."""

from __future__ import annotations

import numpy as np
import pytest

from ssl_core.functional.metrics.neighbours import nearest_by_angle, nearest_in_plane, nearest_others


def cloud(rows: int, width: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, width)).astype(np.float32)


def test_nearest_by_angle_is_the_slow_loops() -> None:
    queries, bank = cloud(20, 8, 0), cloud(50, 8, 1)
    similar, near = nearest_by_angle(queries, bank, 5)
    cosine = queries @ bank.T / np.linalg.norm(queries, axis=1)[:, None] / np.linalg.norm(bank, axis=1)
    assert (near == np.argsort(-cosine, 1)[:, :5]).all()
    np.testing.assert_allclose(similar, -np.sort(-cosine, 1)[:, :5], rtol=1e-5)


@pytest.mark.parametrize("rows", [30, 700])  # within one chunk, and over several
def test_nobody_is_their_own_neighbour(rows: int) -> None:
    points = cloud(rows, 2, 2)
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    assert (nearest_in_plane(points, 3) == np.argsort(distance, 1)[:, :3]).mean() > 0.999
    assert (nearest_others(cloud(rows, 8, 3), 3) != np.arange(rows)[:, None]).all()
