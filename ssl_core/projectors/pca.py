"""PCA: features projected onto their first two principal components."""

from __future__ import annotations

import numpy as np

from ssl_core.functional.metrics.pca import principal
from ssl_core.projectors.base import Projector


class PCA(Projector):
    """Looks at the features from the side where they spread most (principal components): straight, quick, coarse."""

    title, label = "Principal components (PCA)", "PCA"

    def project(self, features_SD: np.ndarray, seed: int) -> np.ndarray:
        """S x 2 float32; nothing is random, so the seed has no effect."""
        return principal(features_SD, 2)
