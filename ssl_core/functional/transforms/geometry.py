"""Crops, shifts, mirrors and quarter turns that are drawn once and applied to pictures, their masks and their boxes alike.

Axes: B batch, C channel, H W pixel. Boxes are (left, top, width, height) in parts of the picture's side; NaN where there is none.
Masks hold whole numbers or truth values and are never interpolated: each new pixel takes the value of the nearest old one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from ssl_core.functional.transforms import augment, turns
from ssl_core.types import Samples


class Geometry(ABC):
    """A geometric transformation of each picture of a batch, its random numbers already drawn."""

    @abstractmethod
    def images(self, images_BCHW: Tensor) -> Tensor:
        """B C H' W': the pictures, interpolated where pixels don't fall onto pixels."""

    @abstractmethod
    def masks(self, masks_BHW: Tensor) -> Tensor:
        """B H' W', of the same type: the value of the nearest pixel."""

    @abstractmethod
    def boxes(self, boxes_B4: Tensor) -> Tensor:
        """B 4 (or B N 4 for N boxes a picture): cut off at the picture's edge; NaN where nothing of a box is left."""


@dataclass(frozen=True, eq=False)
class Crop(Geometry):
    """Each picture's own part, stretched to size × size. `shape`: height and width in pixels of the pictures before the crop."""

    part_B4: Tensor  # top, left, height, width in pixels
    shape: tuple[int, int]
    size: int

    def images(self, images_BCHW: Tensor) -> Tensor:
        """As `augment.resized_crop`."""
        self._fits(images_BCHW)
        return augment.resized_crop(images_BCHW, self.part_B4, self.size)

    def masks(self, masks_BHW: Tensor) -> Tensor:
        """The value under the centre of each new pixel."""
        self._fits(masks_BHW)
        top_B, left_B, h_B, w_B = self.part_B4.float().unbind(1)
        row_BS, column_BS = (
            augment.cell_centres(start, length, self.size).floor().long() for start, length in ((top_B, h_B), (left_B, w_B))
        )
        picture_B = torch.arange(len(masks_BHW), device=masks_BHW.device)
        return masks_BHW[picture_B[:, None, None], row_BS[:, :, None], column_BS[:, None, :]]

    def boxes(self, boxes_B4: Tensor) -> Tensor:
        """In parts of the new side."""
        H, W = self.shape
        top_B, left_B, h_B, w_B = self.part_B4.to(boxes_B4.dtype).unbind(1)
        left, top, right, bottom = _edges(boxes_B4)
        spread = (slice(None), *[None] * (left.ndim - 1))
        across = [(x * W - left_B[spread]) / w_B[spread] for x in (left, right)]
        down = [(y * H - top_B[spread]) / h_B[spread] for y in (top, bottom)]
        return _cut(across[0], down[0], across[1], down[1])

    def _fits(self, value: Tensor) -> None:
        assert tuple(value.shape[-2:]) == self.shape, f"drawn for pictures of {self.shape}, got {tuple(value.shape[-2:])}"


@dataclass(frozen=True, eq=False)
class Shift(Geometry):
    """Each picture moved by whole pixels: `pad` new pixels all round, then cut at (top, left), each in 0 … 2 × pad."""

    top_B: Tensor
    left_B: Tensor
    pad: int
    shape: tuple[int, int]  # height and width in pixels
    mirrored: bool = False  # whether the new pixels are the picture's, mirrored at its edge; else black

    def images(self, images_BCHW: Tensor) -> Tensor:
        """As `augment.shifted`: no pixel is interpolated."""
        return augment.shifted(images_BCHW, self.top_B, self.left_B, self.pad, None if self.mirrored else 0)

    def masks(self, masks_BHW: Tensor) -> Tensor:
        """As the pictures. Where black comes in, -1 (unknown); 0 where the type has no -1, as truth values."""
        new = None if self.mirrored else -1 if masks_BHW.dtype.is_signed else 0
        return augment.shifted(masks_BHW[:, None], self.top_B, self.left_B, self.pad, new)[:, 0]

    def boxes(self, boxes_B4: Tensor) -> Tensor:
        """Moved by pad - left to the right and pad - top down; what is mirrored in at the edge has no box."""
        H, W = self.shape
        spread = (slice(None), *[None] * (boxes_B4.ndim - 2))
        across_B, down_B = (self.pad - self.left_B)[spread] / W, (self.pad - self.top_B)[spread] / H
        left, top, right, bottom = _edges(boxes_B4)
        return _cut(left + across_B, top + down_B, right + across_B, bottom + down_B)


@dataclass(frozen=True, eq=False)
class Mirror(Geometry):
    """Left and right exchanged in the pictures of `mirrored_B`."""

    mirrored_B: Tensor  # bool

    def images(self, images_BCHW: Tensor) -> Tensor:
        """Exact: no pixel is interpolated."""
        return torch.where(self.mirrored_B[:, None, None, None], images_BCHW.flip(3), images_BCHW)

    def masks(self, masks_BHW: Tensor) -> Tensor:
        """As the pictures."""
        return torch.where(self.mirrored_B[:, None, None], masks_BHW.flip(2), masks_BHW)

    def boxes(self, boxes_B4: Tensor) -> Tensor:
        """The distance from the left edge becomes that from the right edge."""
        left, top, width, height = boxes_B4.unbind(-1)
        mirrored = torch.stack([1 - left - width, top, width, height], -1)
        return torch.where(self.mirrored_B.view(-1, *[1] * (boxes_B4.ndim - 1)), mirrored, boxes_B4)


@dataclass(frozen=True, eq=False)
class Turn(Geometry):
    """Each picture turned clockwise by its own number of quarters (H = W)."""

    quarters_B: Tensor  # whole numbers; 4 quarters are none

    def images(self, images_BCHW: Tensor) -> Tensor:
        """Exact: no pixel is interpolated."""
        return turns.rotate_quarters(images_BCHW, self.quarters_B)

    def masks(self, masks_BHW: Tensor) -> Tensor:
        """As the pictures."""
        return turns.rotate_quarters(masks_BHW[:, None], self.quarters_B)[:, 0]

    def boxes(self, boxes_B4: Tensor) -> Tensor:
        """A clockwise quarter takes the point (x, y) to (1 - y, x)."""
        turned = [boxes_B4]
        for _ in range(3):
            left, top, width, height = turned[-1].unbind(-1)
            turned.append(torch.stack([1 - top - height, left, height, width], -1))
        return torch.stack(turned)[self.quarters_B % 4, torch.arange(len(boxes_B4), device=boxes_B4.device)]


def draw_crop(
    count: int,
    shape: tuple[int, int],
    rng: torch.Generator,
    size: int | None = None,
    scale: tuple[float, float] = (0.08, 1.0),
    ratio: tuple[float, float] = (3 / 4, 4 / 3),
) -> Crop:
    """A random part for each picture: the same draw as `augment.random_resized_crop`. `size`: None keeps the height."""
    return Crop(augment.crop_boxes(count, shape, rng, scale, ratio), shape, size or shape[0])


def draw_shift(count: int, shape: tuple[int, int], rng: torch.Generator, pad: int = 4, mirrored: bool = False) -> Shift:
    """Each picture moved by up to `pad` pixels either way: the same draw as `augment.pad_crop`."""
    return Shift(*augment.shifts(count, rng, pad), pad, shape, mirrored)


def draw_mirror(count: int, rng: torch.Generator, p: float = 0.5) -> Mirror:
    """Each picture mirrored with probability p: the same draw as `augment.flip`."""
    return Mirror(augment.uniform(rng, count) < p)


def draw_turn(count: int, rng: torch.Generator) -> Turn:
    """A number of quarter turns for each picture, each of the four as likely."""
    return Turn(torch.randint(4, (count,), generator=rng, device=rng.device))


def moved(samples: Samples, *steps: Geometry) -> Samples:
    """Samples after one geometry or several, the first one first: pictures, and masks and boxes where there are any."""
    for step in steps:
        targets = dict(samples.targets)
        if "masks" in targets:
            targets["masks"] = step.masks(targets["masks"])
        if "boxes" in targets:
            targets["boxes"] = step.boxes(targets["boxes"])
        samples = samples._replace(images_BCHW=step.images(samples.images_BCHW), targets=targets)
    return samples


def _edges(boxes_B4: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Left, top, right, bottom."""
    left, top, width, height = boxes_B4.unbind(-1)
    return left, top, left + width, top + height


def _cut(left: Tensor, top: Tensor, right: Tensor, bottom: Tensor) -> Tensor:
    """The part of a box, given by its edges, that lies within the picture; NaN where no part does."""
    left, top, right, bottom = (edge.clamp(0, 1) for edge in (left, top, right, bottom))
    box = torch.stack([left, top, right - left, bottom - top], -1)
    return torch.where(((right > left) & (bottom > top))[..., None], box, torch.nan)
