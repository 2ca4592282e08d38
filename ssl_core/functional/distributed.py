"""Communication between the processes of one training run; with one process every function returns its argument.

Process r of W holds the rows r, r + W, r + 2 W, … of a batch, and gathered rows stand in the order of the whole batch again: a queue filled
from them, or a loss over them, is the one that a single process would have. Views below each other (row v B + b) keep their order too.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch import distributed as dist
from torch.nn.modules.batchnorm import _BatchNorm

T = TypeVar("T")
PATIENCE = timedelta(days=1)  # longest wait for another process: rank 0 may wait in the queue, or test for long
CHUNK = 256  # rows a call of the function in `map_shards`

_alone: ContextVar[bool] = ContextVar("alone", default=False)


def join() -> None:
    """Joins the process group where `torchrun` started several processes; does nothing otherwise, or when called again."""
    if int(os.environ.get("WORLD_SIZE", 1)) == 1 or dist.is_initialized():
        return
    cards, own = torch.cuda.device_count(), int(os.environ.get("LOCAL_RANK", 0))
    if own < cards:
        torch.cuda.set_device(own)
    dist.init_process_group("cpu:gloo,cuda:nccl" if cards else "gloo", timeout=PATIENCE)
    atexit.register(dist.destroy_process_group)


@contextmanager
def alone() -> Iterator[None]:
    """Inside the context, `world()` is 1: for computations that every process repeats on equal data, or that rank 0 does alone."""
    before = _alone.set(True)
    try:
        yield
    finally:
        _alone.reset(before)


def world() -> int:
    """The number of processes of this run."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() and not _alone.get() else 1


def rank() -> int:
    """The rank of this process: 0 to world() - 1."""
    return dist.get_rank() if world() > 1 else 0


# Rows


def shard(rows_ND: Tensor) -> Tensor:
    """This process's rows of the whole batch."""
    return rows_ND[rank() :: world()]


def gather(rows_BD: Tensor) -> Tensor:
    """N D: the rows of all processes in the order of the whole batch, without gradient; each process must give equally many."""
    if world() == 1:
        return rows_BD
    parts = [torch.empty_like(rows_BD, memory_format=torch.contiguous_format) for _ in range(world())]
    dist.all_gather(parts, rows_BD.detach().contiguous())
    return torch.stack(parts, 1).flatten(0, 1)


def gather_with_grad(rows_BD: Tensor) -> Tensor:
    """As `gather`, with gradient: the gradient of a process's rows is the sum over all processes' losses.

    DDP takes the mean of the processes' gradients, so a loss that is a mean over own rows comes out as the mean over the whole batch.
    """
    return rows_BD if world() == 1 else _Gather.apply(rows_BD)


class _Gather(torch.autograd.Function):
    """All rows forward; the sum of all processes' gradients backward, cut to the own rows."""

    @staticmethod
    def forward(ctx, rows_BD: Tensor) -> Tensor:  # type: ignore[no-untyped-def]
        return gather(rows_BD)

    @staticmethod
    def backward(ctx, gradient_ND: Tensor) -> Tensor:  # type: ignore[no-untyped-def]
        return shard(total(gradient_ND)).contiguous()


def map_shards(function: Callable[[Tensor], Tensor], count: int) -> Tensor:
    """The rows of function(indices) for the indices 0 … count - 1, in order, on every process; each process computes its share."""
    mine = shard(torch.arange(-(-count // world()) * world()) % count)
    return gather(torch.cat([function(part) for part in mine.split(CHUNK)]))[:count]


# Numbers


def total(value: Tensor) -> Tensor:
    """The sum over processes, without gradient."""
    if world() == 1:
        return value
    summed = value.detach().contiguous().clone()
    dist.all_reduce(summed)
    return summed


def mean(value: Tensor) -> Tensor:
    """The mean over processes, without gradient."""
    return value if world() == 1 else total(value) / world()


@torch.no_grad()
def average_statistics(module: nn.Module) -> None:
    """Sets the running statistics of batch norm to their mean over processes: each process saw other pictures."""
    if world() == 1:
        return
    norms = [layer for layer in module.modules() if isinstance(layer, _BatchNorm)]
    held = [value for layer in norms for value in (layer.running_mean, layer.running_var) if value is not None]
    if held:
        means = mean(torch.cat(held)).split([len(value) for value in held])
        torch._foreach_copy_(held, list(means))


# From rank 0 to all


def broadcast(value: T) -> T:
    """Rank 0's value, on every process."""
    if world() == 1:
        return value
    said = [value]
    dist.broadcast_object_list(said)
    return said[0]


def once(function: Callable[[], T]) -> T:
    """Rank 0 computes `function()`; every process gets the result, or raises the exception."""
    if world() == 1:
        return function()
    found: T | None = None
    fault: Exception | None = None
    if rank() == 0:
        with alone():
            try:
                found = function()
            except Exception as error:  # raised by every process below: raised here, the others would wait
                fault = error
    found, fault = broadcast((found, fault))
    if fault:
        raise fault
    return found  # type: ignore[return-value]


def broadcast_tensor(value: Tensor) -> Tensor:
    """Rank 0's tensor, on every process."""
    if world() == 1:
        return value
    copied = value.contiguous().clone()
    dist.broadcast(copied, 0)
    return copied
