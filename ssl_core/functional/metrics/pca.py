"""Principal components: the directions in which features differ most."""

from __future__ import annotations

import numpy as np
import scipy.linalg


def principal(features_SD: np.ndarray, count: int) -> np.ndarray:
    """S x count float32: the features along their first principal components; the sign is fixed, so that a map never flips.

    The smaller of the two Gram matrices is decomposed: exact, and quick for many features or few pictures. Where there are
    fewer components than asked for, the rest is 0.
    """
    X_SD = np.asarray(features_SD, np.float64)
    X_SD = X_SD - X_SD.mean(0)
    S, D = X_SD.shape
    kept = min(count, S, D)
    if D <= S:
        _, axes_DK = _top(X_SD.T @ X_SD, kept)
        scores_SK = X_SD @ axes_DK
    else:
        value_K, rows_SK = _top(X_SD @ X_SD.T, kept)
        scores_SK = rows_SK * np.sqrt(np.maximum(value_K, 0))
    largest = np.abs(scores_SK).argmax(0)  # the point farthest out on each axis lies on its positive side
    scores_SK = scores_SK * np.where(scores_SK[largest, np.arange(kept)] < 0, -1, 1)
    return np.pad(scores_SK, ((0, 0), (0, count - kept))).astype(np.float32)


def _top(gram: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The `count` largest eigenvalues of a symmetric matrix, descending, and their eigenvectors as columns."""
    value_K, vector_K = scipy.linalg.eigh(gram, subset_by_index=[len(gram) - count, len(gram) - 1])
    return value_K[::-1], vector_K[:, ::-1]
