"""Digests of checkpoints, and pooled features of a backbone."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from torch import Tensor

from ssl_core.backbones.base import Backbone
from ssl_core.records.checkpoints import latest_checkpoint
from ssl_core.settings import SettingsError


def pooled(backbone: Backbone, images_BCHW: Tensor, layer: str | None) -> Tensor:
    """B x D: the deepest pooled layer, or the mean over height and width of a named one."""
    if layer is None:
        features: Tensor = backbone(images_BCHW).pooled_BD
        return features
    return backbone.activations(images_BCHW, [layer])[layer].mean((2, 3))


def checkpoint_digest(folder: Path) -> str:
    """Digest of the weights file of a run's newest checkpoint.

    Raises:
        SettingsError: the run has no checkpoint yet.
    """
    last = latest_checkpoint(folder)
    if last is None:
        raise SettingsError(f"The run '{folder.name}' has no weights yet: it hasn't been trained long enough to save any.")
    return file_digest(last / "weights.safetensors")


def file_digest(path: Path) -> str:
    """Digest of a file's content: 16 hexadecimal digits of its SHA-256."""
    facts = path.stat()
    return _file_digest(str(path), facts.st_size, facts.st_mtime_ns)


@lru_cache(256)
def _file_digest(path: str, size: int, stamp: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
