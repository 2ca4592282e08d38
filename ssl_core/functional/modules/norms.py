"""Batch norm over all processes, over groups of samples, or replaced: what a task asks of its network's normalisation."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

from ssl_core.functional import distributed

Norm = Literal["batch", "split", "group", "none"]
SPLIT = 32  # samples in a group of "split" batch norm (MoCo's shuffling BN on one device)


def next_part(norm: nn.BatchNorm2d) -> float:
    """Counts a batch, and returns the weight of the batch in the running statistics: `momentum`, or 1 / (batches so far).

    The latter where `momentum` is None: the plain mean over batches, as in torch's own batch norm.
    """
    assert norm.num_batches_tracked is not None
    norm.num_batches_tracked += 1
    return 1 / float(norm.num_batches_tracked) if norm.momentum is None else norm.momentum


class SharedBatchNorm(nn.BatchNorm2d):
    """Batch norm over the samples of all processes (SimCLR, 2002.05709, section 2.2); torch's own such layer needs a graphics card.

    Processes exchange two numbers a channel, mean and variance of their own samples, not feature maps.
    """

    def forward(self, input: Tensor) -> Tensor:  # the name is nn.Module's
        if not self.training or distributed.world() == 1:
            return super().forward(input)
        assert self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None
        places, C = (0, 2, 3), input.shape[1]
        var_C, mean_C = torch.var_mean(input.float(), places, correction=0)
        mean_C, var_C = joined_moments(distributed.gather_with_grad(torch.stack([mean_C, var_C])[None]))
        with torch.no_grad():
            count = input.numel() // C * distributed.world()
            part = next_part(self)
            self.running_mean.lerp_(mean_C, part)
            self.running_var.lerp_(var_C * count / max(1, count - 1), part)
        factor_C = self.weight * (var_C + self.eps).rsqrt()
        out: Tensor = (input * factor_C[:, None, None] + (self.bias - mean_C * factor_C)[:, None, None]).to(input.dtype)
        return out


def joined_moments(moments_P2C: Tensor) -> tuple[Tensor, Tensor]:
    """C each: mean and variance of all samples from those of equally large parts: variance = mean of variances + variance of means.

    Never negative, where E[x²] - E[x]² is for values far from 0, by rounding.
    """
    mean_PC, var_PC = moments_P2C.unbind(1)
    return mean_PC.mean(0), var_PC.mean(0) + mean_PC.var(0, correction=0)


def parts_of(batch: int) -> int:
    """The number of equal groups, of two samples or more, that a batch is split into: at most batch / SPLIT or 2; 1 where none fits.

    One process alone splits a small batch in two where it can: were query and key normalised by the same statistics, these would tell
    which key belongs to which query. Among several processes each is a group already.
    """
    most = max(1 if distributed.world() > 1 else 2, batch // SPLIT)
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
        # groups side by side in the channel axis: group g holds samples g, g + groups, …; reshape copies `channels_last`
        split = input.reshape(B // groups, groups * C, H, W)
        part = next_part(self)
        out = nn.functional.batch_norm(split, mean, var, self.weight.repeat(groups), self.bias.repeat(groups), True, part, self.eps)
        with torch.no_grad():
            self.running_mean.copy_(mean.view(groups, C).mean(0))
            self.running_var.copy_(var.view(groups, C).mean(0))
        return out.reshape(B, C, H, W)


def norm_layer(kind: Norm, channels: int) -> nn.Module:
    """The normalisation layer of a kind, over D = `channels` of B D H W; "group" has the most of 8, 4, 2, 1 groups that divide D."""
    if kind == "batch":
        return SharedBatchNorm(channels)
    if kind == "split":
        return SplitBatchNorm(channels)
    if kind == "group":
        return nn.GroupNorm(next(groups for groups in (8, 4, 2, 1) if channels % groups == 0), channels)
    return nn.Identity()
