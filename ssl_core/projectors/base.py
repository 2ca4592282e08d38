"""What every projector promises: features to the plane."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from ssl_core.settings import Settings


class Projector(ABC):
    """A way of drawing many features on a flat map."""

    name: str  # its file, set by the catalogue
    title: str
    slow: bool = False  # True: only in a job, never while a person waits

    class Options(Settings):
        """Nothing to set."""

    def __init__(self, options: Any) -> None:
        self.options = options

    @abstractmethod
    def project(self, features_SD: np.ndarray, seed: int) -> np.ndarray:
        """S x 2 float32; the same features and seed, the same plane."""
