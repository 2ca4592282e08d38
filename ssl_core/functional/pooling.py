"""The mean of a feature map over its positions."""

from __future__ import annotations

import torch
from torch import Tensor


def mean_over_positions(map_BDHW: Tensor) -> Tensor:
    """B D: the mean over H and W.

    The gradient of `mean((2, 3))` lies channel by channel in memory, also where the map lies position by position (channels_last). The
    backward pass of the layer before then reads two orders at once: with a map of 128 x 192 x 4 x 4 in bf16, 2.4 ms in place of 0.3.
    """
    if map_BDHW.is_contiguous(memory_format=torch.channels_last) and not map_BDHW.is_contiguous():
        return map_BDHW.flatten(2).mT.mean(1)
    return map_BDHW.mean((2, 3))
