"""Pictures of any size as batches of one size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate


def resized(images_BCHW: Tensor, size: int) -> Tensor:
    """B C size size: bilinear, antialiased; unchanged where the images have this size."""
    if images_BCHW.shape[-2:] == (size, size):
        return images_BCHW
    return interpolate(images_BCHW, (size, size), mode="bilinear", antialias=True)


def as_images(pictures: Sequence[np.ndarray], size: int) -> Tensor:
    """B 3 size size in [0, 1] from uint8 H W 3 pictures of any size: the middle square, scaled."""
    return torch.cat([_square(picture, size) for picture in pictures])


def _square(picture: np.ndarray, size: int) -> Tensor:
    high, wide = picture.shape[:2]
    side = min(high, wide)
    top, left = (high - side) // 2, (wide - side) // 2
    middle = np.ascontiguousarray(picture[top : top + side, left : left + side])
    return resized(torch.from_numpy(middle).permute(2, 0, 1)[None].float() / 255, size).clamp(0, 1)
