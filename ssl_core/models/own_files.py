"""Files of weights that people bring: safetensors, or what torch.save wrote, read without running anything that is in it."""

from __future__ import annotations

import argparse
import pickle
import warnings
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from ssl_core.settings import SettingsError

SAVED = (b"PK\3\4", b"\x80")  # the first bytes of what torch.save writes: a zip, or, by versions before 1.6, a pickle
DEEPEST = 4  # dictionaries inside one another: {"state_dict": {…}}, {"model": {"student": {…}}}
DAMAGED = (RuntimeError, OSError, EOFError, ValueError, KeyError, AttributeError, IndexError, SafetensorError)


def read_own(path: Path) -> dict[str, Tensor]:
    """Every weight of a file by its name, half precision as float32; names of dictionaries inside one another are joined by dots.

    Raises:
        SettingsError: there is no such file, it is damaged, it holds no weights, or code would have to run to read it.
    """
    if not path.is_file():
        raise SettingsError(f"There is no file of weights '{path}'. Give the path of a .safetensors, .pt or .pth file on this machine.")
    try:
        with open(path, "rb") as file:
            head = file.read(4)
        found = _saved(path) if head.startswith(SAVED) else load_file(path)
    except pickle.UnpicklingError:
        remedy = "Save its state_dict alone: torch.save(network.state_dict(), 'weights.pth')"
        raise SettingsError(f"'{path.name}' holds more than weights, which is never run here. {remedy}.") from None
    except DAMAGED as error:
        reason = (str(error).splitlines() or ["it ends too early"])[0][:120]
        raise SettingsError(f"'{path.name}' can't be read as safetensors or as a file of torch.save ({reason}).") from None
    weights = _flat(found)
    if not weights:
        raise SettingsError(f"'{path.name}' holds no weights: no tensor with a name is in it.")
    return {name: value.float() if value.is_floating_point() else value for name, value in weights.items()}


def _saved(path: Path) -> Any:
    """What torch.save wrote: tensors, numbers, texts and containers of these. argparse's Namespace, which many recipes save, is one."""
    with torch.serialization.safe_globals([argparse.Namespace]), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's advice on pickles of other protocols
        return torch.load(path, map_location="cpu", weights_only=True)


def _flat(found: Any, before: str = "", depth: int = 0) -> dict[str, Tensor]:
    if not isinstance(found, dict) or depth > DEEPEST:
        return {}
    weights: dict[str, Tensor] = {}
    for name, value in found.items():
        if isinstance(value, Tensor):
            weights[f"{before}{name}"] = value.detach()
        else:
            weights |= _flat(value, f"{before}{name}.", depth + 1)
    return weights
