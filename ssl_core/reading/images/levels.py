"""Numbers that have no white of their own as levels of gray: the least finite one is black, the largest white. No torch."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def ends(parts: Iterable[np.ndarray]) -> tuple[float, float] | None:
    """The least and the largest finite number in several arrays, None where there is none."""
    found = [values[np.isfinite(values)] for values in parts]
    each = [(float(part.min()), float(part.max())) for part in found if part.size]
    return (min(lo for lo, _ in each), max(hi for _, hi in each)) if each else None


def levels(values: np.ndarray, lo: float, hi: float) -> np.ndarray:
    """uint8 of the same shape: `lo` as 0, `hi` as 255; no number as 0, and all of one value as 0 too."""
    plain = np.nan_to_num(values.astype(np.float64), nan=lo, posinf=hi, neginf=lo) / 2 - lo / 2  # halves: the difference stays finite
    return (255 * (plain / ((hi / 2 - lo / 2) or 1)) + 0.5).astype(np.uint8)
