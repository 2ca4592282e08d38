"""The device to train on, and the precision and memory format that were measured to be fastest on it."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from typing import TYPE_CHECKING, Any

import torch

from ssl_core.functional import distributed
from ssl_core.functional.rng import generator
from ssl_core.records.spec import RunSpec
from ssl_core.settings import SettingsError
from ssl_core.system.measured import recall, remember
from ssl_core.tasks.base import PretextTask
from ssl_core.training.source import BatchSource
from ssl_core.types import Batch

if TYPE_CHECKING:
    from lightning_fabric import Fabric


ENOUGH = 0.9  # seconds after which the precisions are tried no more: a click on Train waits for it, once for each network and picture size
LEAST, MOST = 2, 20  # passes in each precision, the first of which allocates memory and isn't counted
ROWS = 32  # pictures that a processor is timed on; an accelerator's choice depends on how full it is, so that it gets whole batches
GAIN = 0.9  # another precision or format must take less than this share of plain float32's time to be chosen


def pick_device(asked: str) -> torch.device:
    """The device to train on; `auto` takes the first accelerator there is.

    Raises:
        SettingsError: this machine lacks the device that was asked for.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if asked == "auto":
        return torch.device(next(name for name, found in there.items() if found))
    if not there.get(asked, False):
        found = ", ".join(name for name, is_there in there.items() if is_there)
        raise SettingsError(f"'device' must be auto or one this machine has ({found}). Got {str(asked)[:60]}.")
    return torch.device(asked)


def open_fabric(device: torch.device, precision: Any, phases: int) -> Fabric:
    """Lightning Fabric for this process: alone, or with DDP among the processes that `torchrun` started.

    Buffers aren't broadcast: tasks fill theirs from gathered rows, and batch norm's statistics are averaged after each step.

    Raises:
        SettingsError: there are more processes on this machine than graphics cards.
    """
    load_fabric()
    from lightning_fabric import Fabric
    from lightning_fabric.strategies import DDPStrategy
    from torch.nn.parallel import DistributedDataParallel

    world = distributed.world()
    if world == 1:
        return Fabric(accelerator=device.type, devices=1, precision=precision)
    here = int(os.environ.get("LOCAL_WORLD_SIZE", world))
    if device.type == "cuda" and here > torch.cuda.device_count():
        cards = torch.cuda.device_count()
        raise SettingsError(f"{here} processes need as many graphics cards; there are {cards}. Start {cards}, or choose the device cpu.")
    known = signature(DistributedDataParallel).parameters
    buffers = "forward_sync_buffers" if "forward_sync_buffers" in known else "broadcast_buffers"  # torch drops the older name
    wrapping: dict[str, Any] = {buffers: False, "find_unused_parameters": phases > 1}
    strategy = DDPStrategy(**wrapping)
    fabric = Fabric(accelerator=device.type, devices=here, num_nodes=world // here, strategy=strategy, precision=precision)
    fabric.launch()
    return fabric


def load_fabric() -> None:
    """Imports Lightning Fabric, which is slow to load and which only training needs."""
    with _hidden("torchmetrics"):  # Fabric imports it for its version alone, which takes half a second
        import lightning_fabric.strategies  # noqa: F401


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """A package that isn't loaded yet can't be imported meanwhile, as if it weren't installed."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # None makes `import` raise ModuleNotFoundError
    try:
        yield
    finally:
        del sys.modules[name]


def pick_speed(task: PretextTask, source: BatchSource, spec: RunSpec) -> dict[str, Any]:
    """Precision and memory format for a run: those asked for, or the fastest, measured on this machine once and stored.

    {"device", "precision" (Fabric's name), "channels_last", "images_per_second" by precision and format tried}
    """
    precision = {"fp32": "32-true", "bf16": "bf16-mixed"}.get(spec.precision)
    device, batch = source.device.type, spec.recipe.batch // spec.recipe.accumulate
    if precision:
        return {"device": device, "precision": precision, "channels_last": False}
    key = "/".join(map(str, (device, spec.backbone, spec.recipe.image_size)))  # which is fastest is the network's affair, not the task's
    known: dict[str, Any] | None = recall("speed", key)
    if known is None:
        known = _measure(task, source, batch)
        remember("speed", key, known)
    return known


def _measure(task: PretextTask, source: BatchSource, batch_size: int) -> dict[str, Any]:
    """Times a forward and backward pass in each precision and format, about ENOUGH seconds in all; weights don't change."""
    ways = [("32-true", False), ("32-true", True)]
    if source.device.type != "cpu" or _fast_bf16():  # emulated bf16 is many times slower
        ways.append(("bf16-mixed", True))
    state = {name: value.clone() for name, value in task.state_dict().items()}
    rows = torch.arange(min(batch_size, len(source.label_S), ROWS if source.device.type == "cpu" else batch_size))
    batch = task.transform(source.train(rows), generator(0, "speed", device=source.device))
    task.train()
    best = dict.fromkeys(ways, float("inf"))
    began, rounds = time.perf_counter(), 0
    while rounds < LEAST or (time.perf_counter() - began < ENOUGH and rounds < MOST):  # in turn: other load slows all ways alike
        for precision, last in ways:
            task.to(memory_format=torch.channels_last if last else torch.contiguous_format)
            seconds = _one_pass(task, batch, precision, source.device)
            if rounds:
                best[precision, last] = min(best[precision, last], seconds)
        rounds += 1
    task.zero_grad()
    task.to(memory_format=torch.contiguous_format)
    task.load_state_dict(state)
    speeds = {way: len(rows) / seconds for way, seconds in best.items()}
    fastest = max(speeds, key=lambda way: speeds[way] * (GAIN if way != ways[0] else 1))
    named = {f"{p}{' channels_last' if last else ''}": round(s, 1) for (p, last), s in speeds.items()}
    return {"device": source.device.type, "precision": fastest[0], "channels_last": fastest[1], "images_per_second": named}


def _fast_bf16() -> bool:
    """Whether this processor has instructions for bf16."""
    known = (getattr(torch.cpu, name, lambda: False) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(check() for check in known) or platform.machine() == "arm64"


def _one_pass(task: PretextTask, batch: Batch, precision: str, device: torch.device) -> float:
    """Seconds of a forward and backward pass."""
    task.zero_grad()
    then = time.perf_counter()
    with torch.autocast(device.type, torch.bfloat16, enabled=precision.startswith("bf16")):
        loss = task(batch, task.last_phase).loss
    if loss.requires_grad:
        loss.backward()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - then
