"""Numbers without a fixed range as levels of gray: the least finite number is black, the largest white. No torch."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def ends(parts: Iterable[np.ndarray]) -> tuple[float, float] | None:
    """The least and the largest finite number in several arrays, None where there is none."""
    found = [values[np.isfinite(values)] for values in parts]
    each = [(float(part.min()), float(part.max())) for part in found if part.size]
    return (min(lo for lo, _ in each), max(hi for _, hi in each)) if each else None


def levels(values: np.ndarray, lo: float, hi: float) -> np.ndarray:
    """uint8 of the same shape: `lo` becomes 0, `hi` 255; NaN becomes 0, and so does everything where lo = hi."""
    plain = np.nan_to_num(values.astype(np.float64), nan=lo, posinf=hi, neginf=lo) / 2 - lo / 2  # halves: the difference stays finite
    return (255 * (plain / ((hi / 2 - lo / 2) or 1)) + 0.5).astype(np.uint8)
