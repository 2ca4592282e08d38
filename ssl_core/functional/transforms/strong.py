"""Strong augmentation: two random changes of colour or shape for each picture, and a piece cut out (RandAugment, 1909.13719; Cutout)."""

from __future__ import annotations

from collections.abc import Callable, Collection

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from ssl_core.functional.transforms import augment

FILL = 0.5  # gray
TIMES = 2  # operations a picture


def strong(images_BCHW: Tensor, rng: torch.Generator, forbids: Collection[str] = ()) -> Tensor:
    """B C H W: each picture changed by TIMES random operations, each by a random amount; then a square of up to half its side cut out.

    forbids: with "turn" among them no picture is turned. (None is ever mirrored.)
    """
    changes = allowed(forbids)
    B, device = len(images_BCHW), images_BCHW.device
    for _ in range(TIMES):
        which_B = torch.randint(len(changes), (B,), generator=rng, device=rng.device).to(device)
        amount_B = augment.uniform(rng, B, -1.0, 1.0).to(device)
        changed = images_BCHW
        for number, change in enumerate(changes):
            mine_B = (which_B == number).nonzero()[:, 0]
            if len(mine_B):
                changed = changed.index_copy(0, mine_B, change(images_BCHW[mine_B], amount_B[mine_B]))
        images_BCHW = changed
    return cutout(images_BCHW, rng)


def allowed(forbids: Collection[str]) -> tuple[Callable[[Tensor, Tensor], Tensor], ...]:
    """The operations to draw from: all, or those that don't turn where `forbids` has "turn"."""
    return tuple(change for change in CHANGES if change is not _turned or "turn" not in forbids)


def cutout(images_BCHW: Tensor, rng: torch.Generator, largest: float = 0.5) -> Tensor:
    """A gray square at a random place of each picture, its side up to `largest` of the picture's; the square may reach over the edge."""
    B, _, H, W = images_BCHW.shape
    half_B = augment.uniform(rng, B, 0.0, largest) * W / 2
    y_B, x_B = augment.uniform(rng, B) * H, augment.uniform(rng, B) * W
    rows, columns = (torch.arange(n, device=images_BCHW.device) + 0.5 for n in (H, W))
    inside_BHW = ((rows - y_B[:, None]).abs() < half_B[:, None])[:, :, None] & ((columns - x_B[:, None]).abs() < half_B[:, None])[
        :, None, :
    ]
    return torch.where(inside_BHW[:, None], FILL, images_BCHW)


def warped(images_BCHW: Tensor, matrix_B23: Tensor) -> Tensor:
    """Each picture sampled through its affine map (in units of half a side); gray comes in at the edges."""
    grid = affine_grid(matrix_B23, list(images_BCHW.shape), align_corners=False)
    return grid_sample(images_BCHW - FILL, grid, mode="bilinear", padding_mode="zeros", align_corners=False) + FILL


def _matrix(a: Tensor, b: Tensor, c: Tensor, d: Tensor, e: Tensor, f: Tensor) -> Tensor:
    return torch.stack([torch.stack([a, b, c], 1), torch.stack([d, e, f], 1)], 1)


# Operations: amount_B in [-1, 1], in parts of the largest change.


def _turned(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    angle, zero = amount_B * 0.52, torch.zeros_like(amount_B)  # 0.52 rad = 30 degrees
    return warped(images_BCHW, _matrix(angle.cos(), -angle.sin(), zero, angle.sin(), angle.cos(), zero))


def _slanted(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    one, zero = torch.ones_like(amount_B), torch.zeros_like(amount_B)
    return warped(images_BCHW, _matrix(one, 0.3 * amount_B, zero, zero, one, zero))


def _slanted_down(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    one, zero = torch.ones_like(amount_B), torch.zeros_like(amount_B)
    return warped(images_BCHW, _matrix(one, zero, zero, 0.3 * amount_B, one, zero))


def _pushed(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    one, zero = torch.ones_like(amount_B), torch.zeros_like(amount_B)
    return warped(images_BCHW, _matrix(one, zero, 0.6 * amount_B, zero, one, zero))


def _pushed_down(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    one, zero = torch.ones_like(amount_B), torch.zeros_like(amount_B)
    return warped(images_BCHW, _matrix(one, zero, zero, zero, one, 0.6 * amount_B))


def _solarised(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    threshold = amount_B.abs()[:, None, None, None]
    return torch.where(images_BCHW >= threshold, 1 - images_BCHW, images_BCHW)


def _coarse(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    levels = (2 + 14 * (1 - amount_B.abs())).floor()[:, None, None, None]
    return (images_BCHW * (levels - 1)).round() / (levels - 1)


def _stretched(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    low, high = images_BCHW.amin((2, 3), keepdim=True), images_BCHW.amax((2, 3), keepdim=True)
    return (images_BCHW - low) / (high - low).clamp(min=1e-3)


CHANGES: tuple[Callable[[Tensor, Tensor], Tensor], ...] = (
    lambda images, amount: images,
    lambda images, amount: augment.adjust_brightness(images, 1 + 0.9 * amount),
    lambda images, amount: augment.adjust_contrast(images, 1 + 0.9 * amount),
    lambda images, amount: augment.adjust_saturation(images, 1 + 0.9 * amount),
    _stretched,
    _solarised,
    _coarse,
    _turned,
    _slanted,
    _slanted_down,
    _pushed,
    _pushed_down,
)
