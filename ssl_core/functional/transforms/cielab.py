"""Colour as light (L) and two opponent axes (a, b): CIE Lab under D65, and its bins. L in 0 … 100, a and b in about -110 … 110."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

TO_XYZ = ((0.412453, 0.357580, 0.180423), (0.212671, 0.715160, 0.072169), (0.019334, 0.119193, 0.950227))  # linear sRGB to XYZ
WHITE = (0.950456, 1.0, 1.088754)  # D65
KNEE = 6 / 29  # δ of the definition: a cube root above δ³, a straight line below


def to_lab(images_BCHW: Tensor) -> Tensor:
    """B 3 H W in Lab from sRGB in [0, 1]."""
    linear = torch.where(images_BCHW <= 0.04045, images_BCHW / 12.92, ((images_BCHW.clamp(min=0) + 0.055) / 1.055) ** 2.4)
    xyz = torch.einsum("xc,bchw->bxhw", _matrix(images_BCHW), linear) / _white(images_BCHW)
    f = torch.where(xyz > KNEE**3, xyz.clamp(min=1e-8) ** (1 / 3), xyz / (3 * KNEE**2) + 4 / 29)
    x, y, z = f.unbind(1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], 1)


def to_rgb(lab_BCHW: Tensor) -> Tensor:
    """sRGB in [0, 1] from Lab; colours that no screen shows are clipped."""
    light, a, b = lab_BCHW.unbind(1)
    y = (light + 16) / 116
    f = torch.stack([y + a / 500, y, y - b / 200], 1)
    xyz = torch.where(f > KNEE, f**3, 3 * KNEE**2 * (f - 4 / 29)) * _white(lab_BCHW)
    linear = torch.einsum("cx,bxhw->bchw", torch.linalg.inv(_matrix(lab_BCHW)), xyz).clamp(0, 1)
    return torch.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055).clamp(0, 1)


def _matrix(like: Tensor) -> Tensor:
    return torch.tensor(TO_XYZ, device=like.device, dtype=torch.float32)


def _white(like: Tensor) -> Tensor:
    return torch.tensor(WHITE, device=like.device, dtype=torch.float32)[:, None, None]


@cache
def colour_bins(step: int = 20) -> Tensor:
    """Q 2: centres of the squares of an a-b grid, `step` apart, that colours of sRGB fall into."""
    shades = torch.linspace(0, 1, 33)
    cube = torch.cartesian_prod(shades, shades, shades).T[None, :, :, None]
    bins_Q2: Tensor = (to_lab(cube)[0, 1:, :, 0].T / step).round().unique(dim=0) * step
    return bins_Q2


def nearest_bin(ab_BCHW: Tensor, bins_Q2: Tensor) -> Tensor:
    """B H W int64: the index of the bin closest to each pixel's (a, b)."""
    ab_BHW2 = ab_BCHW.permute(0, 2, 3, 1).float()
    return torch.cdist(ab_BHW2.flatten(1, 2), bins_Q2.to(ab_BHW2)).argmin(2).view(ab_BHW2.shape[:3])


def light_bin(light_BHW: Tensor, bins: int) -> Tensor:
    """B H W int64: which of `bins` equal steps of L from black (0) to white (100)."""
    return (light_BHW / 100 * bins).long().clamp(0, bins - 1)


def annealed_mean(logits_BQHW: Tensor, bins_Q2: Tensor, temperature: float = 0.38) -> Tensor:
    """B 2 H W: the mean (a, b) under softmax(logits / T) (Zhang et al., 1603.08511, eq. 5).

    T → 0 gives the most likely colour, T = 1 the plain mean, which is grayer; 0.38 is the paper's.
    """
    p_BQHW = (logits_BQHW.float() / temperature).softmax(1)
    return torch.einsum("bqhw,qc->bchw", p_BQHW, bins_Q2.to(p_BQHW))
