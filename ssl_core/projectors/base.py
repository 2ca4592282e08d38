"""The interface of projectors: features to positions on the plane."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from ssl_core.settings import Settings


class Projector(ABC):
    """A way of drawing many features on a flat map; its file is its registration, on the screen Map too."""

    name: str  # its file, set by the catalogue
    title: str
    label: ClassVar[str] = ""  # a short name for a button: "PCA"; the title where empty
    slow: ClassVar[bool] = False  # True: only in a job, never while a person waits

    class Options(Settings):
        """Nothing to set."""

    def __init__(self, options: Any) -> None:
        self.options = options

    @abstractmethod
    def project(self, features_SD: np.ndarray, seed: int) -> np.ndarray:
        """S x 2 float32: the positions of S pictures, in units of the method's own; equal features and seed give equal positions."""
