"""Residual networks (He et al., 1512.03385), built of torchvision's blocks; for small pictures the stem keeps the resolution."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Literal

from pydantic import Field
from torch import Tensor, nn

from ssl_core.backbones.base import Backbone, Build
from ssl_core.functional.modules.norms import norm_layer
from ssl_core.functional.pooling import mean_over_positions
from ssl_core.settings import Settings
from ssl_core.types import Features

BLOCKS = {18: ("BasicBlock", (2, 2, 2, 2)), 34: ("BasicBlock", (3, 4, 6, 3)), 50: ("Bottleneck", (3, 4, 6, 3))}
LAYERS = ("stem", "layer1", "layer2", "layer3", "layer4")
CHANNELS = 64  # of the stem
SMALL = 64  # pixels a side below which the stem keeps the resolution (SimCLR, 2002.05709, appendix B.9)


class ResNet(Backbone):
    """The field's common yardstick: residual networks of 18, 34 or 50 layers; slow without a graphics card."""

    title = "Residual network (ResNet)"
    gives = frozenset({"pooled", "map"})

    class Options(Settings):
        """Size of the network."""

        depth: Literal[18, 34, 50] = Field(18, description="Layers with weights; 50 also makes the features four times as wide.")

    def __init__(self, options: Options, build: Build) -> None:
        super().__init__(options, build)
        from torchvision.models import resnet  # the import takes a second, and most runs train another backbone

        kind, counts = BLOCKS[options.depth]
        block = getattr(resnet, kind)
        self.layers = LAYERS[: LAYERS.index(build.upto) + 1] if build.upto else LAYERS
        first = max(1, round(CHANNELS * build.width))
        self.stem = _stem(build, first)
        self.width, self.stride = first, 1 if build.image_size < SMALL else 4
        for k, name in enumerate(self.layers[1:]):
            step = 1 if k == 0 else 2
            self.add_module(name, _layer(block, counts[k], self.width, first * 2**k, step, build))
            self.width, self.stride = first * 2**k * block.expansion, self.stride * step
        self.apply(_initialise)

    def stages(self, images_BCHW: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Layer by layer, B D H W."""
        value_BDHW = self.standardise(images_BCHW)
        for name in self.layers:
            value_BDHW = self.get_submodule(name)(value_BDHW)
            yield name, value_BDHW

    def forward(
        self, images_BCHW: Tensor, *, keep_BN: Tensor | None = None, mask_BN: Tensor | None = None, attention: bool = False
    ) -> Features:
        """The last layer's map and its mean over the picture."""
        assert keep_BN is None and mask_BN is None and not attention, "a residual network has no tokens"
        map_BDHW = self.activations(images_BCHW, self.layers[-1:])[self.layers[-1]]
        return Features(mean_over_positions(map_BDHW), map_BDHW)


def _stem(build: Build, width: int) -> nn.Sequential:
    if build.image_size < SMALL:
        return nn.Sequential(nn.Conv2d(build.channels, width, 3, 1, 1, bias=False), norm_layer(build.norm, width), nn.ReLU())
    first = nn.Conv2d(build.channels, width, 7, 2, 3, bias=False)
    return nn.Sequential(first, norm_layer(build.norm, width), nn.ReLU(), nn.MaxPool2d(3, 2, 1))


def _layer(block: Any, count: int, before: int, planes: int, step: int, build: Build) -> nn.Sequential:
    norm, after = partial(norm_layer, build.norm), planes * block.expansion
    shortcut = None
    if step != 1 or before != after:
        shortcut = nn.Sequential(nn.Conv2d(before, after, 1, step, bias=False), norm(after))
    rest = [block(after, planes, norm_layer=norm) for _ in range(count - 1)]
    return nn.Sequential(block(before, planes, step, shortcut, norm_layer=norm), *rest)


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
