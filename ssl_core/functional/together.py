"""What several processes do together; with one process every function gives back what it got."""

from __future__ import annotations

import torch
from torch import Tensor
from torch import distributed as dist


def world() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def rank() -> int:
    """Which of them this one is."""
    return dist.get_rank() if world() > 1 else 0


def gather(rows_BD: Tensor) -> Tensor:
    """The rows of all processes, in the order of processes, without gradient."""
    if world() == 1:
        return rows_BD
    parts = [torch.empty_like(rows_BD) for _ in range(world())]
    dist.all_gather(parts, rows_BD.detach().contiguous())
    return torch.cat(parts)


def gather_learning(rows_BD: Tensor) -> Tensor:
    """The rows of all processes with gradient: each process gets back what all of them say about its own rows."""
    return rows_BD if world() == 1 else _Gather.apply(rows_BD)


class _Gather(torch.autograd.Function):
    """All rows forward; the sum of all processes' gradients backward, cut to the own rows."""

    @staticmethod
    def forward(ctx, rows_BD: Tensor) -> Tensor:  # type: ignore[no-untyped-def]
        ctx.count = len(rows_BD)
        return gather(rows_BD)

    @staticmethod
    def backward(ctx, gradient_ND: Tensor) -> Tensor:  # type: ignore[no-untyped-def, override]
        total_ND = gradient_ND.contiguous().clone()
        dist.all_reduce(total_ND)
        return total_ND[rank() * ctx.count : (rank() + 1) * ctx.count]


def mean(value: Tensor) -> Tensor:
    """The mean over processes, without gradient."""
    return value if world() == 1 else total(value) / world()


def total(value: Tensor) -> Tensor:
    """The sum over processes, without gradient."""
    if world() == 1:
        return value
    summed = value.detach().clone()
    dist.all_reduce(summed)
    return summed
