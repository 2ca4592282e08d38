"""Features of several layers by one pass over the pictures, kept on disk: one layer at a time comes into memory.

Axes: S picture, D feature; B C H W as elsewhere.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import IO, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import adaptive_max_pool2d

from ssl_core.backbones.base import Backbone
from ssl_core.functional.transforms.resize import resized
from ssl_core.models.features import Report, batch_of, blocks, on_accelerator
from ssl_core.models.targets import Target
from ssl_core.system.roots import cache_root

BLOCK = 2**30  # bytes on disk of the layers of one pass; a layer with more has a pass of its own
POOLED = "pooled"  # the one layer of a network that has no map
NUMBER = 4  # bytes of a float32


class Map(NamedTuple):
    """The size of a layer's output."""

    channels: int
    side: int  # cells, the shorter side

    def grid(self, numbers: int) -> int:
        """The largest s with channels · s² ≤ numbers, at least 1 and at most the map's side."""
        return max(1, min(self.side, int((numbers / self.channels) ** 0.5 + 1e-9)))


def layers_of(target: Target) -> tuple[str, ...]:
    """What can be probed of a target, input to output; `pixels` has one layer."""
    return ("pixels",) if target.kind == "pixels" else target.backbone().layers or (POOLED,)


def map_sizes(target: Target) -> dict[str, Map]:
    """The size of each layer's output, by one empty picture."""
    found = _outputs(target, torch.zeros(1, 3, target.read_size, target.read_size), layers_of(target), None)
    return {name: Map(value.shape[1], min(value.shape[2:])) for name, value in found.items()}


def in_blocks(maps: dict[str, Map], numbers: int, pictures: int) -> list[list[str]]:
    """The layers in order, as many to a pass over the pictures as fit into BLOCK bytes."""
    found: list[list[str]] = []
    free = 0
    for name, each in maps.items():
        size = NUMBER * pictures * (each.channels * each.grid(numbers) ** 2 + each.channels)
        if size > free or not found:
            found.append([])
            free = BLOCK
        found[-1].append(name)
        free -= size
    return found


class Spooled:
    """Features of some layers of a target's pictures, in files without a name: the system removes them with the process."""

    def __init__(self, target: Target, split: str, most: int, maps: dict[str, Map], numbers: int, report: Report) -> None:
        """Looks at `most` pictures of a split. Raises ArithmeticError where a feature isn't finite."""
        cache_root().mkdir(parents=True, exist_ok=True)
        self.widths = {(name, pool): each.channels * side**2 for name, each in maps.items() for pool, side in _pools(each, numbers)}
        self.files: dict[tuple[str, str], IO[bytes]] = {}
        for key in self.widths:
            self.files[key] = tempfile.TemporaryFile(dir=cache_root())  # noqa: SIM115  # closed by `close`
        copied, ids, done = on_accelerator(target), [], 0
        for block in blocks(target, split, most, batch_of(target), report):
            found = _outputs(target, torch.from_numpy(block.images_BCHW).float() / 255, tuple(maps), copied)
            for name, value_BCHW in found.items():
                for pool, side in _pools(maps[name], numbers):
                    self._add((name, pool), target, _pooled(value_BCHW.float(), pool, side))
            ids.append(block.id_B)
            done += len(block.id_B)
            report("looking at pictures", min(done, most), most)
        self.id_S = np.concatenate(ids) if ids else np.zeros(0, np.int64)

    def _add(self, key: tuple[str, str], target: Target, features_BD: Tensor) -> None:
        values = features_BD.cpu().numpy()
        if not np.isfinite(values).all():
            raise ArithmeticError(f"Features of '{target.title}' are not finite: its weights are damaged or its training diverged.")
        self.files[key].write(np.ascontiguousarray(values, np.float32).tobytes())  # a full disk is an error here, not later

    def read(self, layer: str, pool: str, id_S: np.ndarray) -> np.ndarray:
        """S x D: a layer's features of these pictures, in their order; each of them was looked at."""
        file = self.files[layer, pool]
        file.flush()
        file.seek(0)
        features_SD = np.fromfile(file, np.float32).reshape(len(self.id_S), self.widths[layer, pool])
        if np.array_equal(id_S, self.id_S):
            return features_SD
        order = np.argsort(self.id_S)
        return features_SD[order[np.searchsorted(self.id_S, id_S, sorter=order)]]

    def close(self) -> None:
        """Gives the disk back."""
        for file in self.files.values():
            file.close()


def _pools(map_: Map, numbers: int) -> Sequence[tuple[str, int]]:
    """Both ways to read a map: its name, and the cells a side."""
    return (("grid", map_.grid(numbers)), ("mean", 1))


def _pooled(value_BCHW: Tensor, pool: str, side: int) -> Tensor:
    """B x D: the maxima of side x side parts of each channel's map, or its mean."""
    return value_BCHW.mean((2, 3)) if pool == "mean" else adaptive_max_pool2d(value_BCHW, side).flatten(1)


@torch.no_grad()
def _outputs(target: Target, images_BCHW: Tensor, layers: Sequence[str], on: Backbone | None) -> dict[str, Tensor]:
    """Each layer's output of a batch in [0, 1]. `on`: as in `Target.features`."""
    if target.kind == "pixels":
        return {"pixels": resized(images_BCHW, target.seen_size)}
    if list(layers) == [POOLED]:
        return {POOLED: target.features(images_BCHW, None, on)[:, :, None, None]}
    return target.ask(lambda backbone, seen_BCHW: backbone.activations(seen_BCHW, layers), images_BCHW, on)
