"""Small networks on top of a backbone that several methods share."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from ssl_core.functional import distributed


def mlp(*widths: int, norm: bool = True, last_norm: bool = False) -> nn.Sequential:
    """Linear layers from width to width, batch norm and ReLU between them; `last_norm`: batch norm without weights at the end."""
    layers: list[nn.Module] = []
    for place, (before, after) in enumerate(pairwise(widths), start=2):
        last = place == len(widths)
        layers.append(nn.Linear(before, after, bias=last or not norm))
        if not last:
            layers += [BatchNorm(after), nn.ReLU()] if norm else [nn.ReLU()]
    if last_norm:
        layers.append(BatchNorm(widths[-1], affine=False))
    return nn.Sequential(*layers)


class BatchNorm(nn.BatchNorm1d):
    """Batch norm over the rows of all processes; torch's own such layer needs a graphics card."""

    def forward(self, input: Tensor) -> Tensor:  # the name is nn.Module's
        if not self.training:
            return super().forward(input)
        return distributed.shard(super().forward(distributed.gather_with_grad(input)))


def halving(size: int, down_to: int, width: int) -> tuple[nn.Sequential, int]:
    """A discriminator's convolutions, and how many features they give: RGB at `size` pixels a side, halved to `down_to`, flattened.

    Channels: `width`, doubled at each halving up to 8 `width`. Spectral norm keeps each layer's Lipschitz constant at about 1
    (1802.05957).
    """
    layers: list[nn.Module] = []
    before, after = 3, width
    while size > down_to:
        layers += [spectral_norm(nn.Conv2d(before, after, 4, 2, 1)), nn.LeakyReLU(0.2)]
        before, after, size = after, min(2 * after, 8 * width), size // 2
    return nn.Sequential(*layers, nn.Flatten()), before * size**2
