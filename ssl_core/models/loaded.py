"""Networks of runs and baselines on the CPU, the last few kept in memory; predictions and evaluation share a run's weights and lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

import torch
from safetensors import SafetensorError

from ssl_core.backbones.base import Backbone, Build
from ssl_core.functional.rng import global_rng
from ssl_core.library.sets import PictureSet
from ssl_core.models.build import build_task, load_task, read_weights
from ssl_core.models.networks import file_digest
from ssl_core.models.own import OwnNetwork, own_backbone
from ssl_core.models.untrained import untrained_backbone, untrained_digest, untrained_task
from ssl_core.parts.fit import build_backbone
from ssl_core.records.checkpoints import latest_checkpoint
from ssl_core.records.encoders import kept_encoder
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.system.memory import Kept
from ssl_core.tasks.base import PretextTask

MODELS = 12  # networks kept in memory: tasks of runs and backbones of baselines together


class Model(NamedTuple):
    """A run's task in eval mode; call it only while holding the lock."""

    task: PretextTask
    lock: threading.Lock


class Network(NamedTuple):
    """A backbone in eval mode; call it only while holding the lock. A run's backbone and lock are those of its `Model`."""

    backbone: Backbone
    lock: threading.Lock


_kept: Kept[tuple[str, ...], Model | Network] = Kept(MODELS)


def model_of(name: str, trained: bool = True) -> Model:
    """A run's task with the weights of its last checkpoint, or before its first step; the same object until a newer checkpoint exists.

    Raises:
        SettingsError: there is no such run, or it has no weights yet.
    """
    folder = folder_of(name)
    last = latest_checkpoint(folder) if trained else None
    stamp = f"{last}{last.stat().st_mtime if last else ''}" if trained else "untrained"  # never that of a run without weights yet

    def made() -> Model:
        return Model(load_task(folder) if trained else build_task(spec_of(folder)).requires_grad_(False), threading.Lock())

    found = _kept.get(("run", str(folder), stamp), made)
    assert isinstance(found, Model)
    return found


def kept_network(name: str, step: int) -> Network:
    """The encoder that a run kept at a step. Raises SettingsError where it kept none then, or it can't be read."""
    folder = folder_of(name)
    path = kept_encoder(folder, step)

    def made() -> Backbone:
        encoder = build_task(spec_of(folder)).encoder
        try:
            encoder.load_state_dict(read_weights(path))
        except (RuntimeError, OSError, SafetensorError) as error:  # damaged, or names and shapes of another version
            raise SettingsError(f"The encoder that '{name}' kept at step {step} can't be read. Delete '{path}' to leave it out.") from error
        return encoder

    return _network(("kept", str(path), file_digest(path)), made)


def imagenet_network(model: str, size: int) -> Network:
    """A network trained on ImageNet, for pictures of `size` pixels a side. Raises SettingsError where its weights aren't available."""

    def made() -> Backbone:
        with global_rng(0):  # the weights are read over those drawn here
            network = build_backbone("torchvision", {"model": model, "weights": "imagenet"}, Build(size))
        return network.to(memory_format=torch.channels_last)  # a fifth quicker on a CPU

    return _network(("imagenet", model, str(size)), made)


def own_network(own: OwnNetwork, size: int) -> Network:
    """A researcher's own network, for pictures of `size` pixels a side. Raises SettingsError where its file isn't of the named network."""
    return _network(("weights", own.text, own.digest, str(size)), lambda: own_backbone(own, size))


def untrained_network(backbone: str, seed: int, pictures: PictureSet) -> Network:
    """A backbone before its first step, its batch norm calibrated on training pictures."""
    return _network(("random", backbone, str(seed), pictures.digest()), lambda: untrained_backbone(pictures, backbone, seed))


def untrained_model(name: str, seed: int) -> Model:
    """A run's task before its first step, by this seed, its encoder's batch norm calibrated. Raises SettingsError without such a run."""
    spec = spec_of(folder_of(name))

    def made() -> Model:
        return Model(untrained_task(spec, seed), threading.Lock())

    found = _kept.get(("untrained", name, str(seed), untrained_digest(spec, seed)), made)
    assert isinstance(found, Model)
    return found


def _network(key: tuple[str, ...], make: Callable[[], Backbone]) -> Network:
    def made() -> Network:
        return Network(make().eval().requires_grad_(False), threading.Lock())

    found = _kept.get(key, made)
    assert isinstance(found, Network)
    return found
