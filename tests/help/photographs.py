"""Pictures that look like photographs to a perceptual hash: smooth, each with shapes of its own."""

from __future__ import annotations

import numpy as np
from PIL import Image


def photograph(seed: int, side: int = 64) -> Image.Image:
    """Soft spots of colour, as many as 6 × 6, with finer ones over them."""
    rng = np.random.default_rng(seed)
    layers = [Image.fromarray(rng.integers(0, 256, (cells, cells, 3), np.uint8)).resize((side, side)) for cells in (6, 13)]
    return Image.blend(*layers, 0.35)
