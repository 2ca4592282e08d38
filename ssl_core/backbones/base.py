"""The interface of backbones: RGB in, features out, layers by name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ssl_core.functional.modules.norms import Norm
from ssl_core.settings import Settings
from ssl_core.types import Features


class Build(NamedTuple):
    """What a task and a data set ask of a network, beside the network's own options."""

    image_size: int = 32  # pixels a side
    mean: tuple[float, ...] = (0.5, 0.5, 0.5)
    std: tuple[float, ...] = (0.25, 0.25, 0.25)
    channels: int = 3
    width: float = 1.0  # factor on the number of channels
    norm: Norm = "batch"
    upto: str | None = None  # last layer kept


class Backbone(nn.Module, ABC):
    """RGB in [0, 1] of any size from 8 px (transformers: divisible by stride) to features."""

    name: str  # its file, set by the catalogue
    title: str
    gives: frozenset[str]  # of {"pooled", "map", "tokens", "masking", "dropping", "attention"}
    width: int  # D of pooled, map and tokens alike
    stride: int  # pixels a side of a cell of the map, or of a token
    layers: tuple[str, ...]  # names of what can be probed, input to output; the last is `map`, or `tokens` before the final norm
    mean_C: Tensor
    std_C: Tensor

    class Options(Settings):
        """Nothing to set."""

    def __init__(self, options: Settings, build: Build) -> None:
        super().__init__()
        self.options, self.asked = options, build
        plain = build.channels != 3  # not RGB (L or a, b of Lab, …): the set's RGB statistics don't apply
        mean, std = ((0.0,) * build.channels, (1.0,) * build.channels) if plain else (build.mean, build.std)
        self.register_buffer("mean_C", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("std_C", torch.tensor(std, dtype=torch.float32))

    def standardise(self, images_BCHW: Tensor) -> Tensor:
        """B C H W: (images - mean) / standard deviation, channel by channel; also for targets in standardised pixels."""
        return (images_BCHW - self.mean_C[:, None, None]) / self.std_C[:, None, None]

    @abstractmethod
    def forward(
        self, images_BCHW: Tensor, *, keep_BN: Tensor | None = None, mask_BN: Tensor | None = None, attention: bool = False
    ) -> Features:
        """Features of a batch.

        keep_BN: B n ids of the tokens to encode, the rest dropped (MAE); mask_BN: 1 = replaced by the learned mask token (SimMIM).
        attention: whether `Features.attention` is filled. Each of the three only where the backbone `gives` it.
        """

    @abstractmethod
    def stages(self, images_BCHW: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Each layer's name and output, input to output: B D H W with gradient (tokens as a grid)."""

    def first_centre(self, layer: str) -> float:
        """Pixels from the picture's left and top edge to the centre of a layer's first cell; the next centres follow in strides.

        Half a pixel where kernels are odd and padded on both sides alike: cell i looks around pixel i · stride, while a grid drawn over
        the picture puts it (stride - 1) / 2 pixels farther down and right.
        """
        return 0.5

    def activations(self, images_BCHW: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """B D H W of each named layer, with gradient. The pass ends at the deepest layer asked for; no hooks are used."""
        wanted = set(layers)
        assert wanted <= set(self.layers), f"{self.name} has the layers {self.layers}, not {wanted - set(self.layers)}"
        found: dict[str, Tensor] = {}
        for name, value_BDHW in self.stages(images_BCHW):
            if name in wanted:
                found[name] = value_BDHW
            if len(found) == len(wanted):
                break
        return found
