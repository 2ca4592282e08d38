"""A task with its network built from a spec, untrained or with the weights of its run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from ssl_core.backbones.base import Backbone, Build
from ssl_core.functional.rng import global_rng, key
from ssl_core.parts.catalogues import TASKS
from ssl_core.parts.fit import build_backbone
from ssl_core.records.checkpoints import WEIGHTS, intact, latest_checkpoint
from ssl_core.records.spec import RunSpec, spec_of
from ssl_core.settings import SettingsError
from ssl_core.tasks.base import PretextTask


def build_task(spec: RunSpec, begin: Callable[[Backbone], Backbone] | None = None) -> PretextTask:
    """The task of a spec before the first step, in eval mode: equal seeds give equal weights in any process.

    begin: gives each backbone the weights that it begins with, before the task copies it (a teacher); None: random ones.
    """
    part = TASKS[spec.task]
    base = Build(spec.data.image_size, spec.mean, spec.std)

    def make(**overrides: Any) -> Backbone:
        backbone = build_backbone(spec.backbone, spec.backbone_options, base._replace(**overrides))
        return begin(backbone) if begin else backbone

    with global_rng(key(spec.seed, "weights")):
        return part(part.Options.read(spec.options, part.name), make, spec.data).eval()


def load_task(folder: Path) -> PretextTask:
    """The task of a run with the weights of its last checkpoint, in eval mode, gradients of weights off.

    Raises:
        SettingsError: the run has no weights yet, or they are damaged or don't fit this version's network.
    """
    last = latest_checkpoint(folder)
    if last is None:
        raise SettingsError(f"The run '{folder.name}' has no weights yet: it hasn't been trained long enough to save any.")
    if not intact(last, WEIGHTS):
        raise SettingsError(f"The weights of '{folder.name}' at step {int(last.name)} are damaged. Delete '{last}' to use the ones before.")
    task = build_task(spec_of(folder))
    try:
        task.load_state_dict(read_weights(last / WEIGHTS))
    except RuntimeError as error:  # names or shapes differ: another version built this network differently
        raise SettingsError(f"The weights of '{folder.name}' don't fit this version's network. Train it anew.") from error
    return task.eval().requires_grad_(False)


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """A state_dict; half precision, in which the runs that come with the program are stored, becomes float32."""
    return {name: value.float() if value.dtype == torch.float16 else value for name, value in load_file(path).items()}
