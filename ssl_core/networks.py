"""Networks of targets, loaded or made, a few of them kept in memory."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from ssl_core import decoding
from ssl_core.backbones.base import Backbone, Build
from ssl_core.build import build_backbone, latest_checkpoint, load_task
from ssl_core.data.base import statistics
from ssl_core.functional.keys import key
from ssl_core.parts import BACKBONES
from ssl_core.runs import folder_of
from ssl_core.settings import SettingsError

if TYPE_CHECKING:
    from ssl_core.targets import Target

CALIBRATION = (10, 64)  # batches, pictures each, that set an untrained network's batch norm (card P24)
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


def parse_random(name: str) -> tuple[str, int]:
    """Backbone and seed of "convnet@3"."""
    backbone, _, seed = name.partition("@")
    BACKBONES[backbone]  # says which there are
    if seed and not (seed.isdigit() and len(seed) < 10):
        raise SettingsError(f"The seed of random:{backbone}@seed must be a whole number between 0 and 999999999. Got '{seed[:60]}'.")
    return backbone, int(seed or 0)


def weights_digest(folder: Path) -> str:
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
    return _untrained(target, *parse_random(name))


def _untrained(target: Target, name: str, seed: int) -> Backbone:
    """A network before its first step, its batch norm set to the training pictures: else its features mean nothing (card P24)."""
    mean, std = statistics(target.pictures("train"))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(key(seed, "weights"))  # the words a run's own weights are drawn with
        backbone = build_backbone(name, {}, Build(target.image_size, tuple(mean), tuple(std)))
        calibrate(backbone, calibration_images(target))
    return backbone


def calibration_images(target: Target) -> Tensor:
    """Training pictures spread evenly over the set, S C H W in [0, 1]; from the decoded arrays where they are there."""
    data = target.pictures("train")
    wanted = min(len(data), CALIBRATION[0] * CALIBRATION[1])
    places = sorted({k * len(data) // wanted for k in range(wanted)})
    if decoding.is_decoded(target.dataset, "train", target.image_size, target.dataset_options):
        arrays = decoding.decoded(target.dataset, "train", target.image_size, target.dataset_options)
        images = arrays.images_NCHW[np.isin(arrays.id_N, places)]
    else:
        images = data.read_many(places).images_NCHW
        data.close()
    return torch.from_numpy(np.ascontiguousarray(images)).float() / 255


@torch.no_grad()
def calibrate(backbone: Backbone, images_SCHW: Tensor) -> None:
    """Sets running statistics of batch norm to the plain mean over batches of these images; nothing else changes."""
    norms = [layer for layer in backbone.modules() if isinstance(layer, nn.modules.batchnorm._BatchNorm)]
    if not norms or len(images_SCHW) < 2:
        return
    backbone.eval()
    momenta = [layer.momentum for layer in norms]
    for layer in norms:
        layer.reset_running_stats()
        layer.momentum = None  # the mean over batches, not a decaying one
        layer.train()
    for batch in images_SCHW.split(CALIBRATION[1]):
        if len(batch) > 1:
            backbone(batch)
    for layer, momentum in zip(norms, momenta, strict=True):
        layer.momentum = momentum
    backbone.eval()
