"""What a batch shows of each of its samples, found by the names and shapes of its tensors."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ssl_core.types import Batch, Panel, axes_of

COPIES = ("one copy", "another copy")  # of a picture, in a stack of views


def preview_rows(batch: Batch) -> list[list[Panel]]:
    """A row a sample: all its RGB images in the batch side by side, of whatever size; an empty row where the batch holds none.

    Several images of a sample may stand in a list of B C H W (crops), in an axis before B (views V B C H W) or behind it (tiles
    B T C H W), or below each other: in rows k B + b, or in rows b T + t where the name says so (tiles_BTCHW with four axes).
    """
    count = samples_in(batch)
    columns = [column for name, value in batch.items() for column in columns_of(name, value, count)]
    pictures = [(words, to_uint8(images_BCHW).numpy()) for words, images_BCHW in columns]
    return [[Panel(images[b], words) for words, images in pictures] for b in range(count)]


def samples_in(batch: Batch) -> int:
    """How many samples a batch holds: the shortest B of its tensors, by their names; the fewest images where no name has a B."""
    named = [(axes_of(name), value) for name, value in batch.items()]
    lists = [(axes[1:], each) for axes, value in named if isinstance(value, list | tuple) for each in value]
    tensors = [(axes, value) for axes, value in [*named, *lists] if isinstance(value, Tensor)]
    counts = [value.shape[axes.index("B")] for axes, value in tensors if "B" in axes and len(axes) == value.ndim]
    return min(counts or [len(value) for _, value in tensors if is_rgb(value)], default=0)


def is_rgb(value: Any) -> bool:
    """Whether a value holds RGB images below each other, N 3 H W."""
    return isinstance(value, Tensor) and value.ndim == 4 and value.shape[1] == 3


def columns_of(name: str, value: Any, count: int) -> list[tuple[str, Tensor]]:
    """The images of a tensor or list as columns of one image a sample, B 3 H W each, with their words; [] where it holds none."""
    words, axes = name.rpartition("_")[0].replace("_", " ") or name, axes_of(name)
    if isinstance(value, list | tuple):
        return [(copy_words(v), images) for v, images in enumerate(value) if is_rgb(images)]
    if is_rgb(value):
        each = max(1, len(value) // max(1, count))  # images a sample
        if len(axes) == 5 and axes[0] == "B":
            return pieces(words, value[: each * count].unflatten(0, (count, each)))
        return [(words, value[k * count : (k + 1) * count]) for k in range(each)]
    if not isinstance(value, Tensor) or value.ndim != 5 or value.shape[2] != 3:
        return []
    return pieces(words, value) if axes[:1] == "B" else [(copy_words(v), images_BCHW) for v, images_BCHW in enumerate(value)]


def pieces(words: str, tiles_BTCHW: Tensor) -> list[tuple[str, Tensor]]:
    """Columns of the tiles of each sample: "tile 1", "tile 2", …"""
    return [(f"{words.removesuffix('s')} {t + 1}", tiles_BTCHW[:, t]) for t in range(tiles_BTCHW.shape[1])]


def copy_words(view: int) -> str:
    """The caption of a view: one of COPIES, then "copy 3", …"""
    return COPIES[view] if view < len(COPIES) else f"copy {view + 1}"


def to_uint8(images_BCHW: Tensor) -> Tensor:
    """Images in [0, 1] as uint8 B H W C on the host, for panels."""
    return (images_BCHW.detach().float().clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1).cpu()
