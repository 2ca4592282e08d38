"""Small networks on top of a backbone that several methods share."""

from __future__ import annotations

from itertools import pairwise

from torch import nn


def mlp(*widths: int, norm: bool = True, last_norm: bool = False) -> nn.Sequential:
    """Linear layers from width to width, batch norm and ReLU between them; `last_norm`: batch norm without weights at the end."""
    layers: list[nn.Module] = []
    for place, (before, after) in enumerate(pairwise(widths), start=2):
        last = place == len(widths)
        layers.append(nn.Linear(before, after, bias=last or not norm))
        if not last:
            layers += [nn.BatchNorm1d(after), nn.ReLU()] if norm else [nn.ReLU()]
    if last_norm:
        layers.append(nn.BatchNorm1d(widths[-1], affine=False))
    return nn.Sequential(*layers)
