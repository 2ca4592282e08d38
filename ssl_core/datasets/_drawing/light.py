"""Light on cut paper: soft shadows, a lit rim, the paper's grain; for a block of pictures at once.

No step mixes pictures, so that a picture has the same pixels alone and in any block.
Axes: N pictures, C colours, H W pixels. `light_N` is the direction in which the light travels: complex, x right, y down."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, hypot

import numpy as np
from PIL import Image

from ssl_core.datasets._drawing.ground import grid


def lay(canvas_NCHW: np.ndarray, cut_NHW4: np.ndarray, light_N: np.ndarray, depth: float, strength: float) -> None:
    """Lay a drawing onto each picture, float in 0..255, in place.

    Its shadow falls `depth`, a share of the side, away from the light; its rim is bright towards the light and dark away from it."""
    size = canvas_NCHW.shape[-1]
    paint_N4HW = np.ascontiguousarray(cut_NHW4.transpose(0, 3, 1, 2), np.float32)
    cover_NHW = paint_N4HW[:, 3] / 255
    shadow_NHW = blurred(cover_NHW, 0.7 * depth * size, light_N, depth * size)
    canvas_NCHW *= ((1 - cover_NHW) * (1 - strength * shadow_NHW))[:, None]
    canvas_NCHW += paint_N4HW[:, :3] * (1 + edge_light(cover_NHW, light_N, 0.009 * size))[:, None]


def blurred(mask_NHW: np.ndarray, sigma: float, light_N: np.ndarray, away: float = 0.0) -> np.ndarray:
    """Masks blurred by a Gaussian and shifted by `away` along the light; `sigma` and `away` in pixels, fractions allowed."""
    size, sigma = mask_NHW.shape[-1], hypot(sigma, 12**-0.5)  # a pixel's own width blurs too: a box of 1 has the variance 1 / 12
    reach = ceil(2.5 * sigma + away)
    step_K = np.arange(-reach, reach + 1)
    line = np.arange(-reach, size + reach).clip(0, size - 1)  # beyond the edge all is as at the edge
    for axis, shift_N in ((1, light_N.imag * away), (2, light_N.real * away)):
        weight_NK = np.exp(-((step_K + shift_N[:, None]) ** 2) / (2 * sigma**2))
        weight_KN11 = (weight_NK / weight_NK.sum(1, keepdims=True)).T.astype(np.float32)[..., None, None]
        wide, total, part = (a.swapaxes(1, axis) for a in (mask_NHW.take(line, axis), np.zeros_like(mask_NHW), np.empty_like(mask_NHW)))
        for k, weight_N11 in enumerate(weight_KN11):
            total += np.multiply(weight_N11, wide[:, k : k + size], out=part)
        mask_NHW = total.swapaxes(1, axis)
    return mask_NHW


def edge_light(mask_NHW: np.ndarray, light_N: np.ndarray, width: float) -> np.ndarray:
    """By which share the rim of a piece is brighter (above 0, towards the light) or darker (below 0, away from the light)."""
    soft_NHW = blurred(mask_NHW, width, light_N)
    across_N11, down_N11 = (0.65 * width * part_N.astype(np.float32)[:, None, None] for part_N in (light_N.real, light_N.imag))
    slope_NHW = np.zeros_like(soft_NHW)
    slope_NHW[:, :, 1:-1] = (soft_NHW[:, :, 2:] - soft_NHW[:, :, :-2]) * across_N11
    slope_NHW[:, 1:-1] += (soft_NHW[:, 2:] - soft_NHW[:, :-2]) * down_N11
    return slope_NHW.clip(-0.28, 0.28)


def shine(light_N: np.ndarray, glow_N: np.ndarray, size: int) -> np.ndarray:
    """The factor of light, the paper's grain and darker corners on each pixel: float N×H×W about 1."""
    x, y = grid(size)
    fall_N = (light_N * glow_N)[:, None, None]
    across_N, down_N = fall_N.real.astype(np.float32), fall_N.imag.astype(np.float32)
    light_NHW: np.ndarray = grain(size) * (1.03 - 0.22 * (x * x + y * y) - (across_N * x + down_N * y))
    return light_NHW


@lru_cache(maxsize=8)
def grain(size: int) -> np.ndarray:
    """The paper's grain, a factor about 1: float H×W, the same sheet at every size."""
    rng = np.random.default_rng(7)
    total_HW = np.zeros((1024, 1024), np.float32)
    for cells, weight in ((24, 0.006), (160, 0.010), (420, 0.016), (1024, 0.012)):
        noise = Image.fromarray(rng.normal(0, weight, (cells, cells)).astype(np.float32))
        total_HW += np.asarray(noise.resize((1024, 1024), Image.Resampling.BICUBIC))
    return 1 + np.asarray(Image.fromarray(total_HW).resize((size, size), Image.Resampling.BOX))
