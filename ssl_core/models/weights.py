"""Checkpoints: weights as safetensors, optimisers and state in a second file; written in one step, the newest two are kept."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from ssl_core.models.build import read_weights
from ssl_core.records.checkpoints import REST, WEIGHTS, note_digests
from ssl_core.settings import SettingsError

KEEP = 2  # checkpoints: the newest, and the one before in case the newest can't be read
UNREADABLE = (RuntimeError, KeyError, ValueError, TypeError, EOFError, FileNotFoundError, pickle.UnpicklingError, SafetensorError)


def save_checkpoint(folder: Path, task: nn.Module, optimisers: dict[str, Optimizer], state: dict[str, Any]) -> str:
    """Writes checkpoints/<step>/; returns the digest of the weights."""
    home = folder / "checkpoints"
    part, final = home / f".{state['step']:08d}.part", home / f"{state['step']:08d}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    weights = plain_weights(task.state_dict())
    rest = {"state": state, "optimisers": {name: optimiser.state_dict() for name, optimiser in optimisers.items()}}
    try:
        save_file(weights, part / WEIGHTS)
        torch.save(rest, part / REST)
        note_digests(part)
        for file in part.iterdir():
            with open(file, "rb") as written:
                os.fsync(written.fileno())
        shutil.rmtree(final, ignore_errors=True)
        os.replace(part, final)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)  # frees space on a full disk, so that the failure can be written down
        raise
    for old in sorted(path for path in home.iterdir() if path.name.isdigit())[:-KEEP]:
        shutil.rmtree(old, ignore_errors=True)
    return weights_digest(weights)


def load_checkpoint(checkpoint: Path, task: nn.Module, optimisers: dict[str, Optimizer]) -> dict[str, Any]:
    """Restores weights and optimisers; returns the state that was saved with them.

    Raises:
        SettingsError: a file is missing, damaged, or of another network.
    """
    try:
        task.load_state_dict(read_weights(checkpoint / WEIGHTS))
        rest = torch.load(checkpoint / REST, map_location="cpu", weights_only=True)
        for name, optimiser in optimisers.items():
            optimiser.load_state_dict(rest["optimisers"][name])
        state: dict[str, Any] = rest["state"]
        return state
    except UNREADABLE as error:
        remedy = f"Delete '{checkpoint}' to go on from the one before"
        raise SettingsError(f"The checkpoint of step {int(checkpoint.name)} can't be gone on from ({_short(error)}). {remedy}.") from error


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:120]


def plain_weights(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Contiguous copies on the CPU that share no memory, as safetensors requires."""
    return {name: value.detach().cpu().contiguous().clone() for name, value in state.items()}


def weights_digest(weights: dict[str, Tensor]) -> str:
    """Digest of the names and values of weights; independent of the file they are stored in."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(weights[name].contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
