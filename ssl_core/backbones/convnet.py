"""A convolutional network small enough to train on a laptop's processor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import Field
from torch import Tensor, nn

from ssl_core.backbones.base import Backbone, Build
from ssl_core.functional.modules.norms import Norm, norm_layer
from ssl_core.functional.pooling import mean_over_positions
from ssl_core.settings import Settings
from ssl_core.types import Features


class Stage(NamedTuple):
    """Convolutions at one resolution."""

    factor: int  # channels, in multiples of the first stage's
    size: int = 3  # pixels a side of the first convolution
    stride: int = 1  # of the first convolution


# The first convolution halves the resolution: a first stage at full resolution costs more than all the others together.
# Strides halve the map, not max pooling: with max pooling an untrained network already tells 50 % of scenes' classes.
STAGES = {"stage1": Stage(1, 5, 2), "stage2": Stage(2, 3, 2), "stage3": Stage(4, 3, 2), "stage4": Stage(6)}


class ConvNet(Backbone):
    """Four stages of convolutions, made for minutes on a processor rather than hours on a graphics card."""

    title = "Small convolutional network"
    gives = frozenset({"pooled", "map"})

    class Options(Settings):
        """Size of the network."""

        width: int = Field(32, ge=4, le=256, description="Channels of the first stage; the last has six times as many.")
        depth: int = Field(1, ge=1, le=8, description="Convolutions a stage.")

    def __init__(self, options: Options, build: Build) -> None:
        super().__init__(options, build)
        names = tuple(STAGES)
        self.layers = names[: names.index(build.upto) + 1] if build.upto else names
        first, self.width, self.stride = max(1, round(options.width * build.width)), build.channels, 1
        for name in self.layers:
            stage = STAGES[name]
            self.add_module(name, _convolutions(stage, self.width, stage.factor * first, options.depth, build.norm))
            self.width = stage.factor * first
            self.stride *= stage.stride

    def stages(self, images_BCHW: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Layer by layer, B D H W."""
        value_BDHW = self.standardise(images_BCHW)
        for name in self.layers:
            value_BDHW = self.get_submodule(name)(value_BDHW)
            yield name, value_BDHW

    def forward(
        self, images_BCHW: Tensor, *, keep_BN: Tensor | None = None, mask_BN: Tensor | None = None, attention: bool = False
    ) -> Features:
        """The last stage's map and its mean over the picture."""
        assert keep_BN is None and mask_BN is None and not attention, "a convnet has no tokens"
        map_BDHW = self.activations(images_BCHW, self.layers[-1:])[self.layers[-1]]
        return Features(mean_over_positions(map_BDHW), map_BDHW)


def _convolutions(stage: Stage, before: int, after: int, depth: int, norm: Norm) -> nn.Sequential:
    parts: list[nn.Module] = []
    for k in range(depth):
        size, step = (stage.size, stage.stride) if k == 0 else (3, 1)
        parts += [_convolution(before, after, size, step, bias=norm == "none"), norm_layer(norm, after), nn.ReLU(inplace=True)]
        before = after
    return nn.Sequential(*parts)


def _convolution(before: int, after: int, size: int, stride: int, bias: bool) -> nn.Conv2d:
    made = nn.Conv2d(before, after, size, stride, size // 2, bias=bias)
    nn.init.kaiming_normal_(made.weight, mode="fan_out", nonlinearity="relu")
    if made.bias is not None:
        nn.init.zeros_(made.bias)
    return made
