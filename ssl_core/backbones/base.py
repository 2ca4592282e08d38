"""What every backbone promises: RGB in, features out, its layers by name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from ssl_core.functional import together
from ssl_core.settings import Settings
from ssl_core.types import Features

Norm = Literal["batch", "split", "group", "none"]
SPLIT = 32  # samples a statistics group of "split" batch norm (MoCo's shuffling BN on one device)


class Build(NamedTuple):
    """What a task or a data set says about the network, beside the network's own options."""

    image_size: int = 32
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
    stride: int  # pixels a cell of the map = a token
    layers: tuple[str, ...]  # what can be probed, input to output; the last one is what `map` holds, or `tokens` before the final norm
    mean_C: Tensor
    std_C: Tensor

    class Options(Settings):
        """Nothing to set."""

    def __init__(self, options: Settings, build: Build) -> None:
        super().__init__()
        self.options, self.asked = options, build
        plain = build.channels != 3  # nobody's statistics fit: Lab, two gray halves, …
        mean, std = ((0.0,) * build.channels, (1.0,) * build.channels) if plain else (build.mean, build.std)
        self.register_buffer("mean_C", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("std_C", torch.tensor(std, dtype=torch.float32))

    def standardise(self, images_BCHW: Tensor) -> Tensor:
        """Images minus mean over standard deviation, a channel; also for targets in standardised pixels."""
        return (images_BCHW - self.mean_C[:, None, None]) / self.std_C[:, None, None]

    @abstractmethod
    def forward(
        self, images_BCHW: Tensor, *, keep_BN: Tensor | None = None, mask_BN: Tensor | None = None, attention: bool = False
    ) -> Features:
        """Features of a batch.

        keep_BN: ids of the tokens to encode, the rest dropped (MAE); mask_BN: 1 = replaced by the learned mask token (SimMIM).
        """

    @abstractmethod
    def stages(self, images_BCHW: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Layer by layer, its name and what it says: B D H W with gradient (tokens as a grid)."""

    def activations(self, images_BCHW: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """B D H W of each named layer, with gradient; computed no further than the deepest asked for; no hook is left behind."""
        wanted = set(layers)
        assert wanted <= set(self.layers), f"{self.name} has the layers {self.layers}, not {wanted - set(self.layers)}"
        found: dict[str, Tensor] = {}
        for name, value_BDHW in self.stages(images_BCHW):
            if name in wanted:
                found[name] = value_BDHW
            if len(found) == len(wanted):
                break
        return found


def next_part(norm: nn.BatchNorm2d) -> float:
    """Counts a batch, and gives the part of it in the running statistics: the momentum, or 1 / batches so far where that is None.

    None asks for the plain mean over batches, as in torch's own batch norm.
    """
    assert norm.num_batches_tracked is not None
    norm.num_batches_tracked += 1
    return 1 / float(norm.num_batches_tracked) if norm.momentum is None else norm.momentum


class SharedBatchNorm(nn.BatchNorm2d):
    """Batch norm over the samples of all processes (SimCLR, 2002.05709, section 2.2); torch's own such layer needs a graphics card.

    Processes share means and mean squares of channels alone, not what lies in them.
    """

    def forward(self, input: Tensor) -> Tensor:  # the name is nn.Module's
        if not self.training or together.world() == 1:
            return super().forward(input)
        assert self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None
        places, C = (0, 2, 3), input.shape[1]
        moments_2C = torch.stack([input.float().mean(places), input.float().square().mean(places)])
        mean_C, square_C = together.gather_learning(moments_2C[None]).mean(0)
        var_C = square_C - mean_C.square()
        with torch.no_grad():
            count = input.numel() // C * together.world()
            part = next_part(self)
            self.running_mean.lerp_(mean_C, part)
            self.running_var.lerp_(var_C * count / max(1, count - 1), part)
        factor_C = self.weight * (var_C + self.eps).rsqrt()
        return (input * factor_C[:, None, None] + (self.bias - mean_C * factor_C)[:, None, None]).to(input.dtype)


def parts_of(batch: int) -> int:
    """How many groups of equal size, of two or more, a batch is split into: about SPLIT each; 1 where its number allows none.

    At least two, or the key's copy could be told by its statistics; beside other processes each is a group already.
    """
    most = max(1 if together.world() > 1 else 2, batch // SPLIT)
    return next((groups for groups in range(most, 1, -1) if batch % groups == 0 and batch // groups > 1), 1)


class SplitBatchNorm(nn.BatchNorm2d):
    """Batch norm whose statistics come from groups of samples, as if each group were on its own device (MoCo, 1911.05722)."""

    def forward(self, input: Tensor) -> Tensor:  # the name is nn.Module's
        groups = parts_of(len(input))
        if not self.training or groups == 1:
            return super().forward(input)
        assert self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None
        B, C, H, W = input.shape
        mean, var = self.running_mean.repeat(groups), self.running_var.repeat(groups)
        # groups side by side in the channel axis: group g holds samples g, g + groups, …; a copy where channels lie last
        split = input.reshape(B // groups, groups * C, H, W)
        part = next_part(self)
        out = nn.functional.batch_norm(split, mean, var, self.weight.repeat(groups), self.bias.repeat(groups), True, part, self.eps)
        with torch.no_grad():
            self.running_mean.copy_(mean.view(groups, C).mean(0))
            self.running_var.copy_(var.view(groups, C).mean(0))
        return out.reshape(B, C, H, W)


def norm_layer(kind: Norm, channels: int) -> nn.Module:
    """The normalisation that a task asked for, over D of B D H W."""
    if kind == "batch":
        return SharedBatchNorm(channels)
    if kind == "split":
        return SplitBatchNorm(channels)
    if kind == "group":
        return nn.GroupNorm(next(groups for groups in (8, 4, 2, 1) if channels % groups == 0), channels)
    return nn.Identity()
