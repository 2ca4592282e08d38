"""PCA against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA as Reference

from ssl_core.functional.metrics.pca import principal
from ssl_core.projectors.pca import PCA


def blob(pictures: int, width: int) -> np.ndarray:
    rng = np.random.default_rng(3)
    return (rng.normal(size=(pictures, width)) @ rng.normal(size=(width, width)) + 5).astype(np.float32)


@pytest.mark.parametrize(("pictures", "width"), [(200, 30), (30, 200), (40, 40)])
def test_components_are_scikit_learns_up_to_sign(pictures: int, width: int) -> None:
    X = blob(pictures, width)
    ours, theirs = principal(X, 5), Reference(5, svd_solver="full").fit_transform(X.astype(np.float64))
    signs = np.sign((ours * theirs).sum(0))
    np.testing.assert_allclose(ours, theirs * signs, rtol=1e-4, atol=1e-3)


def test_order_of_the_pictures_does_not_flip_the_map() -> None:
    X = blob(100, 20)
    order = np.random.default_rng(0).permutation(100)
    np.testing.assert_allclose(principal(X, 2)[order], principal(X[order], 2), rtol=1e-4, atol=1e-4)


def test_same_features_same_plane() -> None:
    X = blob(100, 20)
    plane = PCA(PCA.Options()).project(X, seed=0)
    assert plane.shape == (100, 2) and plane.dtype == np.float32
    assert (plane == PCA(PCA.Options()).project(X, seed=1)).all()


def test_equal_features_lie_on_one_spot() -> None:
    assert np.abs(principal(np.ones((10, 8), np.float32), 2)).max() < 1e-6


def test_fewer_components_than_axes_leave_zeros() -> None:
    assert (principal(blob(10, 1), 2)[:, 1] == 0).all()
