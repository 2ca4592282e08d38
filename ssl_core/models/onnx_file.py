"""A network as an ONNX file, for onnxruntime and whatever else reads ONNX."""

from __future__ import annotations

import importlib.util
import logging
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ssl_core.settings import SettingsError

OPSET = 17  # version of ONNX's operators: the oldest that has layer normalisation, read by onnxruntime since 1.12
MISSING = "ONNX files need the package onnx, which isn't installed. Run 'pip install onnx', or with the program's extra: "
MISSING += "pip install -e '.[onnx]'."


def onnx_here() -> bool:
    """Whether the package onnx is installed."""
    return importlib.util.find_spec("onnx") is not None


def need_onnx() -> None:
    """Raises SettingsError where the package onnx isn't installed."""
    if not onnx_here():
        raise SettingsError(MISSING)


def save_onnx(network: nn.Module, size: int, file: Path) -> None:
    """Writes a network as ONNX: `images` B x 3 x size x size in [0, 1] -> `features` B x D, for any B. Raises as `need_onnx`.

    The exporter is the one that traces: torch's other exporter needs onnxscript too.
    """
    need_onnx()
    axes = {"images": {0: "batch"}, "features": {0: "batch"}}
    names: dict[str, Any] = {"input_names": ["images"], "output_names": ["features"], "dynamic_axes": axes}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on checks of the picture's size, which is fixed, and on the exporter's age
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        torch.onnx.export(network.eval(), (torch.rand(2, 3, size, size),), str(file), dynamo=False, opset_version=OPSET, **names)
