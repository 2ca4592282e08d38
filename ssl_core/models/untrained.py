"""Networks before their first step, batch norm calibrated on training pictures."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from ssl_core.backbones.base import Backbone, Build
from ssl_core.datasets.base import statistics
from ssl_core.functional.rng import global_rng, key
from ssl_core.library.sets import PictureSet
from ssl_core.models.build import build_task
from ssl_core.parts.catalogues import BACKBONES
from ssl_core.parts.fit import build_backbone
from ssl_core.records.spec import RunSpec
from ssl_core.settings import SettingsError
from ssl_core.tasks.base import PretextTask

UNTRAINED = "untrained:"  # untrained:RUN[@seed] is that run's network before its first step
CALIBRATION = (10, 64)  # batches, and pictures of each, that set an untrained network's batch norm


def parse_random(name: str) -> tuple[str, int]:
    """Backbone and seed of "convnet@3"."""
    backbone, _, seed = name.partition("@")
    BACKBONES[backbone]  # raises SettingsError for an unknown backbone
    if seed and not (seed.isdigit() and len(seed) < 10):
        raise SettingsError(f"The seed of random:{backbone}@seed must be a whole number between 0 and 999999999. Got '{seed[:60]}'.")
    return backbone, int(seed or 0)


def untrained_backbone(pictures: PictureSet, name: str, seed: int) -> Backbone:
    """A network before its first step, its batch norm calibrated: the initial mean 0 and variance 1 fit no pictures."""
    mean, std = statistics(pictures.open())
    with global_rng(key(seed, "weights")):  # the stream of a run's own weights: the same seed, the same network
        backbone = build_backbone(name, {}, Build(pictures.image_size, tuple(mean), tuple(std)))
    calibrate(backbone, calibration_images(pictures))
    return backbone


def untrained_task(spec: RunSpec, seed: int) -> PretextTask:
    """A run's task before its first step, built with the run's own options and another seed; its encoder's batch norm is calibrated.

    Calibrated on the run's own training pictures; on scenes where these aren't on this machine, as of runs that came with the program.
    """
    task = build_task(replace(spec, seed=seed)).requires_grad_(False)
    calibrate(task.encoder, calibration_images(learnt_from(spec)))
    return task


def untrained_digest(spec: RunSpec, seed: int) -> str:
    """Digest of everything that an untrained network's weights and statistics depend on."""
    options = [spec.task, spec.options, spec.backbone, spec.backbone_options, list(spec.data._replace(batch_size=0))]
    told = [*options, spec.mean, spec.std, seed, learnt_from(spec).digest()]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def learnt_from(spec: RunSpec) -> PictureSet:
    """The training pictures of a run where they are on this machine, else those of scenes at the same size."""
    own = PictureSet.of_spec(spec, "train")
    try:
        own.open()
    except SettingsError:
        return PictureSet("scenes", "train", spec.recipe.image_size)
    return own


def parse_untrained(name: str) -> tuple[str, int | None]:
    """Run and seed of "rotation-1@3"; None: no seed was named."""
    run_name, at, seed = name.rpartition("@")
    if not at:
        return name, None
    if not (seed.isdigit() and len(seed) < 10):
        raise SettingsError(f"The seed of untrained:RUN@seed must be a whole number between 0 and 999999999. Got '{seed[:60]}'.")
    return run_name, int(seed)


def calibration_images(pictures: PictureSet) -> Tensor:
    """Pictures spread evenly over a split, S C H W in [0, 1]; read from the cache where the split is decoded."""
    data = pictures.open()
    wanted = min(len(data), CALIBRATION[0] * CALIBRATION[1])
    places = sorted({k * len(data) // wanted for k in range(wanted)})
    if pictures.is_decoded():
        found = pictures.decoded()
        images = found.images(found.rows_of(places))
    else:
        images = data.read_many(places).images_NCHW
        data.close()
    return torch.from_numpy(np.ascontiguousarray(images)).float() / 255


@torch.no_grad()
def calibrate(backbone: Backbone, images_SCHW: Tensor) -> None:
    """Sets running statistics of batch norm to the plain mean over batches of these images; weights don't change."""
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
