"""Quarter turns, exact: no pixel is interpolated."""

from __future__ import annotations

import torch
from torch import Tensor


def all_turns(images_BCHW: Tensor) -> Tensor:
    """4B C H W: every image turned clockwise by 0, 1, 2 and 3 quarters; copy k of image b is row kB + b."""
    return torch.cat([torch.rot90(images_BCHW, -k, (2, 3)) for k in range(4)])


def rotate_quarters(images_BCHW: Tensor, quarters_B: Tensor) -> Tensor:
    """Each image turned clockwise by its own number of quarters (H = W)."""
    four_4BCHW = all_turns(images_BCHW).view(4, *images_BCHW.shape)
    return four_4BCHW[quarters_B % 4, torch.arange(len(images_BCHW), device=images_BCHW.device)]
