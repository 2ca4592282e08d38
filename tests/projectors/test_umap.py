"""UMAP; the one fit of this module pays for the compilation."""

from __future__ import annotations

import numpy as np
import pytest

from ssl_core.functional.metrics.agreement import SPARE, class_agreement
from ssl_core.functional.metrics.neighbours import nearest_in_plane
from ssl_core.projectors.umap import UMAP
from ssl_core.settings import SettingsError


def islands() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    label_S = np.arange(120) % 4
    centre_KD = rng.normal(size=(4, 60))
    return (centre_KD[label_S] + 0.3 * rng.normal(size=(120, 60))).astype(np.float32), label_S


@pytest.fixture(scope="session")
def plane() -> np.ndarray:
    return UMAP(UMAP.Options()).project(islands()[0], seed=5)


def test_classes_that_lie_apart_become_islands(plane: np.ndarray) -> None:
    assert plane.shape == (120, 2) and plane.dtype == np.float32
    assert class_agreement(nearest_in_plane(plane, SPARE * 10), islands()[1], 10).whole.value > 0.95


def test_same_seed_gives_the_same_plane_and_another_seed_another(plane: np.ndarray) -> None:
    assert (UMAP(UMAP.Options()).project(islands()[0], seed=5) == plane).all()
    assert np.abs(UMAP(UMAP.Options()).project(islands()[0], seed=6) - plane).max() > 0.1


def test_three_pictures_are_refused_in_words() -> None:
    with pytest.raises(SettingsError, match="at least 4 pictures"):
        UMAP(UMAP.Options()).project(np.eye(3, 8, dtype=np.float32), seed=0)
