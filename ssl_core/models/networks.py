"""Networks of targets, loaded or made, a few of them kept in memory."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from ssl_core.backbones.base import Backbone, Build
from ssl_core.models.build import load_task
from ssl_core.models.untrained import parse_random, untrained_backbone
from ssl_core.parts.fit import build_backbone
from ssl_core.records.checkpoints import latest_checkpoint
from ssl_core.records.runs import folder_of
from ssl_core.settings import SettingsError

if TYPE_CHECKING:
    from ssl_core.models.targets import Target

MODELS = 6  # networks kept in memory


class Network(NamedTuple):
    """A backbone in eval mode on the CPU, and the lock under which it is asked."""

    backbone: Backbone
    lock: threading.Lock


_networks: OrderedDict[tuple[str, str, int], Network] = OrderedDict()
_shelf = threading.RLock()


def network_of(target: Target) -> Network:
    """A target's network and its lock; the same pair for as long as its weights stay and it is kept."""
    name = (target.text, target.digest, target.image_size)
    with _shelf:
        if name not in _networks:
            _networks[name] = Network(_made(target).eval().requires_grad_(False), threading.Lock())
        _networks.move_to_end(name)
        while len(_networks) > MODELS:
            _networks.popitem(last=False)
        return _networks[name]


def pooled(backbone: Backbone, images_BCHW: Tensor, layer: str | None) -> Tensor:
    """B x D: the deepest pooled layer, or the mean over places of a named one."""
    if layer is None:
        return backbone(images_BCHW).pooled_BD
    return backbone.activations(images_BCHW, [layer])[layer].mean((2, 3))


def checkpoint_digest(folder: Path) -> str:
    """A name for the weights of a run's newest checkpoint.

    Raises:
        SettingsError: there is none yet.
    """
    last = latest_checkpoint(folder)
    if last is None:
        raise SettingsError(f"The run '{folder.name}' has no weights yet: it hasn't been trained long enough to save any.")
    facts = (last / "weights.safetensors").stat()
    return _file_digest(str(last / "weights.safetensors"), facts.st_size, facts.st_mtime_ns)


@lru_cache(256)
def _file_digest(path: str, size: int, stamp: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _made(target: Target) -> Backbone:
    if target.kind == "run":
        return load_task(folder_of(target.text)).encoder
    name = target.text.partition(":")[2]
    if target.kind == "imagenet":
        with torch.random.fork_rng(devices=[]):
            network = build_backbone("torchvision", {"model": name, "weights": "imagenet"}, Build(target.seen_size))
            return network.to(memory_format=torch.channels_last)  # a fifth quicker on a CPU
    return untrained_backbone(target, *parse_random(name))
