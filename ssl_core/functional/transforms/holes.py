"""Holes in pictures, and simple ways to fill them. In every mask 1 = hidden."""

from __future__ import annotations

import torch
from pydantic import Field
from torch import Tensor
from torch.nn.functional import max_pool2d, pad

from ssl_core.settings import Settings

SWEEPS = 120  # of over-relaxation: a 16-pixel hole is then within 1e-3 of the exact solution
OMEGA = 1.8  # relaxation factor; 1 is Gauss-Seidel


class Hole(Settings):
    """A box on the picture, in parts of its side."""

    left: float = Field(0.3, ge=0, le=0.9, description="From the left edge.")
    top: float = Field(0.3, ge=0, le=0.9, description="From the top edge.")
    width: float = Field(0.4, ge=0.1, le=1, description="Of the picture's side.")
    height: float = Field(0.4, ge=0.1, le=1, description="Of the picture's side.")


def box_hole(count: int, size: int, left: float, top: float, width: float, height: float, device: torch.device) -> Tensor:
    """count 1 size size: one box, in parts of the side, at least one pixel and wholly inside."""
    x0, y0 = (min(int(round(edge * size)), size - 1) for edge in (left, top))
    x1, y1 = min(max(x0 + 1, round((left + width) * size)), size), min(max(y0 + 1, round((top + height) * size)), size)
    hidden = torch.zeros(count, 1, size, size, device=device)
    hidden[:, :, y0:y1, x0:x1] = 1
    return hidden


def random_blocks(count: int, size: int, blocks: int, area: float, rng: torch.Generator) -> Tensor:
    """count 1 size size: for every image its own `blocks` boxes that hide about `area` of it (overlaps make it a little less).

    Sides vary by a factor of up to 1.5 either way; every block lies wholly inside the picture.
    """
    u_BK5 = torch.rand(count, blocks, 5, generator=rng, device=rng.device)
    side = (1 - (1 - area) ** (1 / blocks)) ** 0.5 * size  # K independent blocks leave (1 - side²)^K
    stretch_BK = 1.5 ** (2 * u_BK5[..., 0] - 1)
    wide_BK, high_BK = ((side * s).round().clamp(1, size) for s in (stretch_BK, 1 / stretch_BK))
    left_BK, top_BK = ((u * (size + 1 - s)).floor() for u, s in ((u_BK5[..., 2], wide_BK), (u_BK5[..., 3], high_BK)))
    place_S = torch.arange(size, device=rng.device)
    in_x_BKS = (place_S >= left_BK[..., None]) & (place_S < (left_BK + wide_BK)[..., None])
    in_y_BKS = (place_S >= top_BK[..., None]) & (place_S < (top_BK + high_BK)[..., None])
    hidden_B1HW: Tensor = (in_y_BKS[..., :, None] & in_x_BKS[..., None, :]).any(1, keepdim=True).float()
    return hidden_B1HW


def mean_seen(images_BCHW: Tensor, hidden_B1HW: Tensor) -> Tensor:
    """B C 1 1: the mean colour of the pixels of each picture that aren't hidden."""
    seen = 1 - hidden_B1HW
    return (images_BCHW * seen).sum((2, 3), keepdim=True) / seen.sum((2, 3), keepdim=True).clamp(min=1)


def border_mask(hidden_B1HW: Tensor, pixels: int) -> Tensor:
    """B 1 H W: 1 on seen pixels at most `pixels` from a hole, diagonals counted as one step."""
    return max_pool2d(hidden_B1HW, 2 * pixels + 1, 1, pixels) - hidden_B1HW


def mean_fill(images_BCHW: Tensor, hidden_B1HW: Tensor) -> Tensor:
    """B C H W: the hole in the mean colour of the seen pixels of the same picture."""
    return images_BCHW * (1 - hidden_B1HW) + mean_seen(images_BCHW, hidden_B1HW) * hidden_B1HW


def laplace_fill(images_BCHW: Tensor, hidden_B1HW: Tensor) -> Tensor:
    """B C H W: the hole filled by Laplace's equation from its border, with no gradient across the picture's own edge.

    Red-black successive over-relaxation from the mean fill; hidden pixels of the input are never read.
    """
    wide = pad(mean_fill(images_BCHW, hidden_B1HW), (1, 1, 1, 1), mode="replicate")
    filled = wide[..., 1:-1, 1:-1]  # a view into the padded picture: neighbours read updates at once
    y, x = (torch.arange(n, device=images_BCHW.device) for n in images_BCHW.shape[-2:])
    steps = [OMEGA * hidden_B1HW * ((y[:, None] + x) % 2 == colour) for colour in (0, 1)]
    for _ in range(SWEEPS):
        for step in steps:
            around = wide[..., :-2, 1:-1] + wide[..., 2:, 1:-1]
            around += wide[..., 1:-1, :-2]
            around += wide[..., 1:-1, 2:]
            filled += step * around.mul_(0.25).sub_(filled)
            _copy_edges(wide)
    return filled.clone()


def _copy_edges(wide: Tensor) -> None:
    """Copies the outermost pixels into the padding: no gradient across the edge."""
    wide[..., 0, :], wide[..., -1, :] = wide[..., 1, :], wide[..., -2, :]
    wide[..., :, 0], wide[..., :, -1] = wide[..., :, 1], wide[..., :, -2]


def hole_psnr(filled_BCHW: Tensor, truth_BCHW: Tensor, hidden_B1HW: Tensor) -> Tensor:
    """B: peak signal-to-noise ratio in dB over the hidden pixels alone, at most 100; NaN where nothing is hidden. Images in [0, 1]."""
    wrong_B = ((filled_BCHW - truth_BCHW).square() * hidden_B1HW).sum((1, 2, 3))
    pixels_B = hidden_B1HW.sum((1, 2, 3)) * truth_BCHW.shape[1]
    return -10 * torch.log10((wrong_B / pixels_B).clamp(min=1e-10))
