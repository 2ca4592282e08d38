"""Augmentation of whole batches on their device, random for each picture, from `rng` alone.

Axes: B batch, C channel, H W pixel. Images are RGB in [0, 1], before and after. Each operation comes in two forms: one takes the amount for
each picture (`adjust_hue`, `resized_crop`), the other draws the amount from `rng` (`colour_jitter`, `random_resized_crop`). `rng` is a
generator on the images' device; how many numbers are drawn never depends on their values.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

LUMA = (0.2989, 0.587, 0.114)  # ITU-R 601, as torchvision rounds it
TRIES = 10  # crops drawn at once; the first that fits is taken


def uniform(rng: torch.Generator, count: int, low: float = 0.0, high: float = 1.0) -> Tensor:
    """B = `count` numbers between `low` and `high`, on the generator's device."""
    return low + (high - low) * torch.rand(count, generator=rng, device=rng.device)


def apply_with_probability(images_BCHW: Tensor, changed_BCHW: Tensor, rng: torch.Generator, p: float) -> Tensor:
    """For each picture the one in `changed_BCHW` with probability p, else the one in `images_BCHW`."""
    take_B = uniform(rng, len(images_BCHW)) < p
    return torch.where(take_B[:, None, None, None], changed_BCHW, images_BCHW)


def flip(images_BCHW: Tensor, rng: torch.Generator, p: float = 0.5) -> Tensor:
    """Left and right exchanged, for each picture with probability p."""
    return apply_with_probability(images_BCHW, images_BCHW.flip(3), rng, p)


# place and size


def pad_crop(images_BCHW: Tensor, rng: torch.Generator, pad: int = 4) -> Tensor:
    """Each picture shifted by up to `pad` pixels either way; black comes in at the edges."""
    return shifted(images_BCHW, *shifts(len(images_BCHW), rng, pad), pad)


def shifts(count: int, rng: torch.Generator, pad: int) -> tuple[Tensor, Tensor]:
    """Top and left of a random shift for each picture, B = `count` whole numbers in 0 … 2 × pad each; `pad` moves nothing."""
    top_B, left_B = (torch.randint(2 * pad + 1, (count,), generator=rng, device=rng.device) for _ in "yx")
    return top_B, left_B


def shifted(images_BCHW: Tensor, top_B: Tensor, left_B: Tensor, pad: int, new: float | None = 0) -> Tensor:
    """Padded by `pad` pixels all round, then cut at (top, left), each in 0 … 2 × pad; no pixel is interpolated.

    new: the value of the new pixels; None: the picture mirrored at its edge pixels.
    """
    B, C, H, W = images_BCHW.shape
    padded = images_BCHW[:, :, _mirrored(H, pad)][..., _mirrored(W, pad)] if new is None else F.pad(images_BCHW, (pad,) * 4, value=new)
    rows_BH = top_B[:, None] + torch.arange(H, device=images_BCHW.device)
    columns_BW = left_B[:, None] + torch.arange(W, device=images_BCHW.device)
    picture_B = torch.arange(B, device=images_BCHW.device)
    return padded[picture_B[:, None, None], :, rows_BH[:, :, None], columns_BW[:, None, :]].permute(0, 3, 1, 2)


def _mirrored(side: int, pad: int) -> Tensor:
    """The rows -pad … side + pad - 1, those beyond the edge mirrored at the edge's row: 2 1 0 1 2 … (pad < side)."""
    row = torch.arange(-pad, side + pad).abs()
    return torch.minimum(row, 2 * (side - 1) - row)


def random_resized_crop(
    images_BCHW: Tensor,
    rng: torch.Generator,
    size: int | None = None,
    scale: tuple[float, float] = (0.08, 1.0),
    ratio: tuple[float, float] = (3 / 4, 4 / 3),
) -> Tensor:
    """A random part of each picture, stretched to `size` (None: its height). `scale`: share of the area; `ratio`: width to height."""
    box_B4 = crop_boxes(len(images_BCHW), images_BCHW.shape[2:], rng, scale, ratio)
    return resized_crop(images_BCHW, box_B4, size or images_BCHW.shape[2])


def crop_boxes(
    count: int, shape: tuple[int, int] | torch.Size, rng: torch.Generator, scale: tuple[float, float], ratio: tuple[float, float]
) -> Tensor:
    """B 4: top, left, height, width in whole pixels of a random crop for each picture, drawn as torchvision's RandomResizedCrop does.

    Area uniform, ratio log-uniform, drawn again where the box doesn't fit; after TRIES the largest centred box of an allowed ratio.
    """
    H, W = shape
    area = H * W * uniform(rng, count * TRIES, *scale).view(count, TRIES)
    side = torch.exp(uniform(rng, count * TRIES, math.log(ratio[0]), math.log(ratio[1])).view(count, TRIES))
    w, h = (area * side).sqrt().round(), (area / side).sqrt().round()
    fits = (w >= 1) & (w <= W) & (h >= 1) & (h <= H)
    first = fits.float().argmax(1, keepdim=True)  # 0 where none fits: `fallen` then takes the centred box
    fallen = ~fits.any(1)
    inside = min(max(W / H, ratio[0]), ratio[1])
    w_B = torch.where(fallen, float(min(W, round(H * inside))), w.gather(1, first)[:, 0])
    h_B = torch.where(fallen, float(min(H, round(W / inside))), h.gather(1, first)[:, 0])
    y_B, x_B = uniform(rng, count), uniform(rng, count)
    top_B = torch.where(fallen, ((H - h_B) / 2).floor(), (y_B * (H - h_B + 1)).floor().minimum(H - h_B))
    left_B = torch.where(fallen, ((W - w_B) / 2).floor(), (x_B * (W - w_B + 1)).floor().minimum(W - w_B))
    return torch.stack([top_B, left_B, h_B, w_B], 1)


def resized_crop(images_BCHW: Tensor, box_B4: Tensor, size: int) -> Tensor:
    """Each picture's own box (top, left, height, width in pixels) at size × size: one bilinear sampling of the batch, not antialiased."""
    H, W = images_BCHW.shape[2:]
    top_B, left_B, h_B, w_B = box_B4.to(images_BCHW.dtype).unbind(1)
    y_BS, x_BS = cell_centres(top_B, h_B, size), cell_centres(left_B, w_B, size)
    grid_BSS2 = torch.stack(
        [
            (2 * x_BS / W - 1)[:, None, :].expand(-1, size, -1),
            (2 * y_BS / H - 1)[:, :, None].expand(-1, -1, size),
        ],
        3,
    )
    return F.grid_sample(images_BCHW, grid_BSS2, mode="bilinear", padding_mode="border", align_corners=False)


def cell_centres(start_B: Tensor, length_B: Tensor, size: int) -> Tensor:
    """B S: centres of S = `size` equal cells of [start, start + length], kept half a pixel inside: nothing outside the box shows."""
    cell_S = (torch.arange(size, device=start_B.device, dtype=start_B.dtype) + 0.5) / size
    place_BS = start_B[:, None] + length_B[:, None] * cell_S
    return place_BS.clamp(start_B[:, None] + 0.5, (start_B + length_B)[:, None] - 0.5)


# colour


def gray(images_BCHW: Tensor, rng: torch.Generator, p: float = 0.2) -> Tensor:
    """Each picture gray with probability p (three equal channels)."""
    return apply_with_probability(images_BCHW, luma(images_BCHW).expand_as(images_BCHW), rng, p)


def colour_jitter(
    images_BCHW: Tensor,
    rng: torch.Generator,
    brightness: float = 0.4,
    contrast: float = 0.4,
    saturation: float = 0.4,
    hue: float = 0.1,
    p: float = 0.8,
) -> Tensor:
    """Colours changed by a little, by each picture's own amounts, with probability p.

    Always in the order brightness, contrast, saturation, hue: an order drawn for each picture would cost four times as much.
    """
    B = len(images_BCHW)
    jittered = adjust_brightness(images_BCHW, uniform(rng, B, max(0.0, 1 - brightness), 1 + brightness))
    jittered = adjust_contrast(jittered, uniform(rng, B, max(0.0, 1 - contrast), 1 + contrast))
    jittered = adjust_saturation(jittered, uniform(rng, B, max(0.0, 1 - saturation), 1 + saturation))
    shift_B = uniform(rng, B, -hue, hue)
    if hue:
        jittered = adjust_hue(jittered, shift_B)
    return apply_with_probability(images_BCHW, jittered, rng, p)


def luma(images_BCHW: Tensor) -> Tensor:
    """B 1 H W: the brightness of each pixel, 0.30 R + 0.59 G + 0.11 B (LUMA)."""
    r, g, b = images_BCHW.unbind(1)
    return (LUMA[0] * r + LUMA[1] * g + LUMA[2] * b)[:, None]


def adjust_brightness(images_BCHW: Tensor, factor_B: Tensor) -> Tensor:
    """Each picture times its factor, clipped to [0, 1]."""
    return (images_BCHW * factor_B[:, None, None, None]).clamp_(0, 1)


def adjust_contrast(images_BCHW: Tensor, factor_B: Tensor) -> Tensor:
    """Each picture's distance from its mean brightness times its factor."""
    return _blend(images_BCHW, luma(images_BCHW).mean((1, 2, 3), keepdim=True), factor_B)


def adjust_saturation(images_BCHW: Tensor, factor_B: Tensor) -> Tensor:
    """Each pixel's distance from its gray times the picture's factor."""
    return _blend(images_BCHW, luma(images_BCHW), factor_B)


def _blend(images_BCHW: Tensor, ground: Tensor, factor_B: Tensor) -> Tensor:
    return torch.lerp(ground.expand_as(images_BCHW), images_BCHW, factor_B[:, None, None, None]).clamp_(0, 1)


def adjust_hue(images_BCHW: Tensor, shift_B: Tensor) -> Tensor:
    """Each picture's colours turned round the colour circle by its shift, in turns (-0.5 to 0.5).

    By way of hue and spread: with h in sectors of the circle, red has low + spread (|h - 3| - 1), green and blue low + spread (2 - |h - 2|)
    and (2 - |h - 4|), each share of the spread held within 0 and 1.
    """
    high_BHW, low_BHW = images_BCHW.amax(1), images_BCHW.amin(1)
    spread_BHW = high_BHW - low_BHW
    sector_BHW = _sector(images_BCHW, high_BHW, spread_BHW) + 6 * shift_B[:, None, None]
    sector_BHW -= 6 * (sector_BHW / 6).floor_()
    turned_BCHW = torch.empty_like(images_BCHW)
    for channel, (centre, sign) in enumerate(((3, 1), (2, -1), (4, -1))):
        share_BHW = (sector_BHW - centre).abs_().mul_(sign).add_(-1 if sign > 0 else 2).clamp_(0, 1)
        torch.addcmul(low_BHW, share_BHW, spread_BHW, out=turned_BCHW[:, channel])
    return turned_BCHW


def _sector(images_BCHW: Tensor, high_BHW: Tensor, spread_BHW: Tensor) -> Tensor:
    """B H W: where a pixel lies on the colour circle of six sectors, -1 to 5; 0, 2 or 4 where it has no colour."""
    r, g, b = images_BCHW.unbind(1)
    inverse = spread_BHW.clamp_min(1e-12).reciprocal_()  # every difference is 0 where the spread is
    near_green, near_blue = ((b - r) * inverse).add_(2), ((r - g) * inverse).add_(4)
    return torch.where(high_BHW == r, (g - b) * inverse, torch.where(high_BHW == g, near_green, near_blue))
