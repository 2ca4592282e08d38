"""The mean of a feature map over its positions."""

from __future__ import annotations

import torch
from torch import Tensor


def pooled(map_BDHW: Tensor) -> Tensor:
    """B D: the mean over H and W.

    The gradient of `mean((2, 3))` always lies channel by channel in memory. Where the map lies position by position (channels_last),
    the backward pass of the layer before would read two orders at once, eight times as slowly; the mean over rows of B HW D keeps one order.
    """
    if map_BDHW.is_contiguous(memory_format=torch.channels_last) and not map_BDHW.is_contiguous():
        return map_BDHW.flatten(2).mT.mean(1)
    return map_BDHW.mean((2, 3))
