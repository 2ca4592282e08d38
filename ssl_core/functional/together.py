"""What several processes do together; with one process every function gives back what it got.

Today's engine runs one process; tasks already call these, so that banks and centres are the same everywhere once there are more.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch import distributed as dist


def world() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def gather(rows_BD: Tensor) -> Tensor:
    """The rows of all processes, in the order of processes, without gradient."""
    if world() == 1:
        return rows_BD
    parts = [torch.empty_like(rows_BD) for _ in range(world())]
    dist.all_gather(parts, rows_BD.detach().contiguous())
    return torch.cat(parts)


def mean(value: Tensor) -> Tensor:
    """The mean over processes, without gradient."""
    if world() == 1:
        return value
    total = value.detach().clone()
    dist.all_reduce(total)
    return total / world()
