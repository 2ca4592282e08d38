"""The layers of a target as a probe reads them one after another.

Axes: S picture, D feature.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ssl_core.models.features import Report
from ssl_core.models.layers import Map, Spooled, in_blocks, layers_of, map_sizes
from ssl_core.models.targets import Target
from ssl_core.probes.base import Labelled


class AtLayer(NamedTuple):
    """One layer's features; `labelled` reads them from disk at each call."""

    side: int  # cells of the grid a side; 1: the mean
    labelled: Callable[[str], Labelled]


class Layered:
    """Features of every layer of a target, a block of layers on disk at a time; asked in order, each picture is looked at once a block."""

    def __init__(self, target: Target, most: dict[str, int], layer: str | None, report: Report) -> None:
        """most: split -> pictures. layer: the only one that is asked for; None: every layer."""
        self.target, self.most, self.report = target, most, report
        if layer is not None:
            target.layer_named(layer)  # raises SettingsError where there is no such layer
        self.only = layer if target.kind != "pixels" else None
        self.block: tuple[list[str], int, dict[str, Spooled]] | None = None

    @property
    def layers(self) -> Sequence[str]:
        """Names of the layers, input to output."""
        return (self.only,) if self.only else layers_of(self.target)

    @cached_property
    def maps(self) -> dict[str, Map]:
        """The size of each layer's output."""
        found = map_sizes(self.target)
        return {name: found[name] for name in self.layers}

    def side(self, layer: str, numbers: int, pool: str) -> int:
        """Cells a side of what is read of a layer."""
        return self.maps[layer].grid(numbers) if pool == "grid" else 1

    def features(self, layer: str, numbers: int, pool: str, split: str, id_S: np.ndarray) -> np.ndarray:
        """S x D: a layer's features of these pictures of a split."""
        names, asked, spooled = self._block(layer, numbers)
        if split not in spooled:
            maps = {name: self.maps[name] for name in names}
            spooled[split] = Spooled(self.target, split, self.most[split], maps, asked, self.report)
        return spooled[split].read(layer, pool, id_S)

    def close(self) -> None:
        """Gives the disk back."""
        for spooled in self.block[2].values() if self.block else ():
            spooled.close()
        self.block = None

    def _block(self, layer: str, numbers: int) -> tuple[list[str], int, dict[str, Spooled]]:
        """The block that holds a layer; the one before is given up."""
        if self.block is None or layer not in self.block[0] or numbers != self.block[1]:
            self.close()
            found = in_blocks(self.maps, numbers, sum(self.most.values()))
            self.block = next(names for names in found if layer in names), numbers, {}
        return self.block
