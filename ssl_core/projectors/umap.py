"""UMAP (McInnes et al., 1802.03426): a map that keeps nearest neighbours together."""

from __future__ import annotations

import importlib
import warnings
from types import ModuleType

import numpy as np
from pydantic import Field

from ssl_core.functional.metrics.pca import principal
from ssl_core.projectors.base import Projector
from ssl_core.settings import Settings, SettingsError

COMPONENTS = 50  # principal components that UMAP gets: faster, and directions of little variance, mostly noise, are left out
FEWEST = 4  # pictures below which there is nothing to lay out


class UMAP(Projector):
    """Keeps neighbours together (UMAP): islands are pictures the network finds alike; gaps and sizes of islands mean nothing."""

    title, label = "Neighbourhoods (UMAP)", "UMAP"
    slow = True  # the first map of a process compiles for many seconds

    class Options(Settings):
        """How the map is drawn."""

        neighbours: int = Field(15, ge=2, le=200, description="Pictures each picture is kept close to: few show detail, many the whole.")
        min_distance: float = Field(0.1, ge=0, le=0.99, title="smallest distance", description="How close dots may lie.")

    def project(self, features_SD: np.ndarray, seed: int) -> np.ndarray:
        """S x 2 float32; with a fixed seed UMAP runs on one core and gives the same positions again.

        Raises:
            SettingsError: fewer than `FEWEST` pictures.
        """
        if len(features_SD) < FEWEST:
            raise SettingsError(f"UMAP needs at least {FEWEST} pictures. Got {len(features_SD)}. Take PCA.")
        S = len(features_SD)
        fit = _umap().UMAP(
            n_neighbors=min(self.options.neighbours, S - 1),
            min_dist=self.options.min_distance,
            metric="cosine",
            random_state=seed,
            n_jobs=1,
            init="spectral" if 2 * self.options.neighbours < S else "random",  # tiny sets have no spectrum to start from
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # notes for developers of UMAP, none about the data
            return np.asarray(fit.fit_transform(principal(features_SD, min(COMPONENTS, *features_SD.shape))), np.float32)


def _umap() -> ModuleType:
    """umap-learn, imported at first use since that takes seconds; its warning that TensorFlow is missing is silenced."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("umap")
