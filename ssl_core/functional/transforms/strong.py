"""Strong augmentation: random changes of colour and shape for each picture, and a piece cut out (RandAugment, 1909.13719; Cutout).

Two pools: RANDAUGMENT has the fourteen operations, ranges and probability of FixMatch (2001.07685, table 12); OWN has twelve, of which some
brighten as well as darken, always applied, and cuts out less. On small networks and short runs OWN teaches more (docs/claims.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, conv2d, grid_sample

from ssl_core.functional.transforms import augment

FILL = 0.5  # gray
TIMES = 2  # operations drawn for a picture
CUT = 0.5  # side of the square that is cut out, in parts of the picture's
Change = Callable[[Tensor, Tensor], Tensor]  # (images B C H W, amount_B in [-1, 1], in parts of the largest change)


class Pool(NamedTuple):
    """Operations to draw from."""

    changes: tuple[Change, ...]
    applied: float  # probability that a drawn operation is applied
    cut_less: bool  # whether the side of what is cut out is drawn between 0 and CUT; else it is CUT


def strong(images_BCHW: Tensor, rng: torch.Generator, pool: Pool, forbids: Collection[str] = ()) -> Tensor:
    """B C H W: TIMES random operations for each picture, each by a random amount; then a square is cut out.

    forbids: with "turn" among them no picture is turned. (None is ever mirrored.)
    """
    changes = allowed(pool, forbids)
    B, device = len(images_BCHW), images_BCHW.device
    for _ in range(TIMES):
        which_B = torch.randint(len(changes), (B,), generator=rng, device=rng.device).to(device)
        amount_B = augment.uniform(rng, B, -1.0, 1.0).to(device)
        if pool.applied < 1:
            which_B = torch.where((augment.uniform(rng, B) < pool.applied).to(device), which_B, -1)
        changed = images_BCHW
        for number, change in enumerate(changes):
            mine_B = (which_B == number).nonzero()[:, 0]
            if len(mine_B):
                changed = changed.index_copy(0, mine_B, change(images_BCHW[mine_B], amount_B[mine_B]))
        images_BCHW = changed
    return cutout(images_BCHW, rng, pool.cut_less)


def allowed(pool: Pool, forbids: Collection[str]) -> tuple[Change, ...]:
    """The operations to draw from: all, or those that don't turn where `forbids` has "turn"."""
    return tuple(change for change in pool.changes if change is not _turned or "turn" not in forbids)


def cutout(images_BCHW: Tensor, rng: torch.Generator, less: bool = False) -> Tensor:
    """A gray square around a random place of each picture, its side CUT of the picture's; the square may reach over the edge.

    less: each square's side is drawn between 0 and CUT.
    """
    B, _, H, W = images_BCHW.shape
    half_B = (augment.uniform(rng, B, 0.0, CUT) if less else torch.full((B,), CUT, device=images_BCHW.device)) * W / 2
    y_B, x_B = augment.uniform(rng, B) * H, augment.uniform(rng, B) * W
    rows, columns = (torch.arange(n, device=images_BCHW.device) + 0.5 for n in (H, W))
    down_BH, across_BW = (rows - y_B[:, None]).abs() < half_B[:, None], (columns - x_B[:, None]).abs() < half_B[:, None]
    return torch.where((down_BH[:, :, None] & across_BW[:, None, :])[:, None], FILL, images_BCHW)


def warped(images_BCHW: Tensor, matrix_B23: Tensor) -> Tensor:
    """Each picture sampled through its affine map (in units of half a side); gray comes in at the edges."""
    grid = affine_grid(matrix_B23, list(images_BCHW.shape), align_corners=False)
    return grid_sample(images_BCHW - FILL, grid, mode="bilinear", padding_mode="zeros", align_corners=False) + FILL


def _matrix(a: Tensor, b: Tensor, c: Tensor, d: Tensor, e: Tensor, f: Tensor) -> Tensor:
    return torch.stack([torch.stack([a, b, c], 1), torch.stack([d, e, f], 1)], 1)


# Operations


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


def _posterised(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    """4 to 8 bits a channel."""
    step_B = 2.0 ** (4 - (5 * amount_B.abs()).floor().clamp(max=4))[:, None, None, None]
    level_BCHW = (255 * images_BCHW).round()
    return (level_BCHW - level_BCHW % step_B) / 255


def _stretched(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    low, high = images_BCHW.amin((2, 3), keepdim=True), images_BCHW.amax((2, 3), keepdim=True)
    return torch.where(high > low, (images_BCHW - low) / (high - low).clamp(min=1e-6), images_BCHW)


def _equalised(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    """Each channel's 256 levels spread so that each is as frequent; a channel with a single level stays."""
    level_NP = (255 * images_BCHW).round().long().flatten(0, 1).flatten(1)
    count_NL = torch.zeros(len(level_NP), 256, dtype=torch.long, device=level_NP.device).scatter_add_(
        1, level_NP, torch.ones_like(level_NP)
    )
    last_N1 = count_NL.gather(1, level_NP.amax(1, keepdim=True))  # pixels of the highest level don't count into the step
    step_N1 = (count_NL.sum(1, keepdim=True) - last_N1) // 255
    below_NL = count_NL.cumsum(1) - count_NL
    spread_NL = ((below_NL + step_N1 // 2) // step_N1.clamp(min=1)).clamp(max=255)
    spread_NP = torch.where(step_N1 > 0, spread_NL.gather(1, level_NP), level_NP)
    return (spread_NP / 255.0).view_as(images_BCHW)


def _sharpened(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    """Between the picture (1) and its mean over 3 × 3 pixels, the middle one counting 5 times (0); the outermost pixels stay."""
    C = images_BCHW.shape[1]
    kernel = torch.ones(3, 3, device=images_BCHW.device, dtype=images_BCHW.dtype)
    kernel[1, 1] = 5
    smooth = images_BCHW.clone()
    smooth[..., 1:-1, 1:-1] = conv2d(images_BCHW, (kernel / kernel.sum()).expand(C, 1, 3, 3), groups=C)
    return torch.lerp(smooth, images_BCHW, _factor(amount_B)[:, None, None, None])


def _factor(amount_B: Tensor) -> Tensor:
    """Of brightness, contrast, colour, sharpness: from 0.05 to 0.95, 1 being the picture itself."""
    return 0.05 + 0.9 * amount_B.abs()


def _coarse(images_BCHW: Tensor, amount_B: Tensor) -> Tensor:
    """2 to 16 levels a channel."""
    levels = (2 + 14 * (1 - amount_B.abs())).floor()[:, None, None, None]
    return (images_BCHW * (levels - 1)).round() / (levels - 1)


SHAPES: tuple[Change, ...] = (_turned, _slanted, _slanted_down, _pushed, _pushed_down)
RANDAUGMENT = Pool(
    (
        lambda images, amount: images,
        lambda images, amount: augment.adjust_brightness(images, _factor(amount)),
        lambda images, amount: augment.adjust_contrast(images, _factor(amount)),
        lambda images, amount: augment.adjust_saturation(images, _factor(amount)),
        *(_sharpened, _stretched, _equalised, _solarised, _posterised),
        *SHAPES,
    ),
    applied=0.5,
    cut_less=False,
)
OWN = Pool(
    (
        lambda images, amount: images,
        lambda images, amount: augment.adjust_brightness(images, 1 + 0.9 * amount),
        lambda images, amount: augment.adjust_contrast(images, 1 + 0.9 * amount),
        lambda images, amount: augment.adjust_saturation(images, 1 + 0.9 * amount),
        *(_stretched, _solarised, _coarse),
        *SHAPES,
    ),
    applied=1.0,
    cut_less=True,
)
