"""The model card of an exported network: what it learnt from and how, what it takes, what was measured, and how to load it."""

from __future__ import annotations

import math
from typing import Any

from ssl_core.backbones.base import Backbone
from ssl_core.models.networks import checkpoint_digest
from ssl_core.models.theirs import Theirs
from ssl_core.parts.catalogues import BACKBONES, PROBES, TASKS
from ssl_core.records.homes import homes_of
from ssl_core.records.runs import Run
from ssl_core.system.disk import read_json
from ssl_core.system.version import __version__

TORCH = """import torch

backbone = torch.export.load("backbone.pt2").module()
images = torch.rand(7, 3, {size}, {size})  # your pictures: RGB in [0, 1]
print(tuple(backbone(images).shape))"""
ONNX = """import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession("backbone.onnx")
images = np.random.rand(7, 3, {size}, {size}).astype(np.float32)  # your pictures: RGB in [0, 1]
print(session.run(["features"], {{"images": images}})[0].shape)"""
TORCHVISION = """import torch
import torchvision
from safetensors.torch import load_file

{lines}
mean, std = torch.tensor({mean}), torch.tensor({std})
images = torch.rand(7, 3, {size}, {size})  # your pictures: RGB in [0, 1]
features = network((images - mean[:, None, None]) / std[:, None, None])
print(tuple(features.shape))"""


def card_of(found: Run, backbone: Backbone, theirs: Theirs | None, onnx: bool) -> str:
    """The card as Markdown."""
    size = int(found.image_size or 0)
    parts = [f"# {found.title}", _about(found, backbone), _taught(found), _takes(backbone, size), _measured(found), _files(theirs, onnx)]
    parts += ["## Load it", "With torch alone:", _python(TORCH.format(size=size))]
    if onnx:
        parts += ["With onnxruntime alone:", _python(ONNX.format(size=size))]
    if theirs is not None:
        pixels = {"mean": _numbers(backbone.mean_C), "std": _numbers(backbone.std_C)}
        parts += [f"As torchvision's {theirs.model} (torchvision and safetensors):"]
        parts += [_python(TORCHVISION.format(lines=theirs.example(), size=size, **pixels))]
        if not theirs.same:
            parts += ["Behind its last layer torchvision's code goes on otherwise: its output there isn't the features above."]
    parts += ["`python load.py picture.png folder` reads picture files as Selfsight does and prints their features (torch, numpy, Pillow)."]
    return "\n\n".join(parts) + "\n"


def _about(found: Run, backbone: Backbone) -> str:
    title = BACKBONES[found.backbone].title if found.backbone in BACKBONES else found.backbone
    weights = sum(value.numel() for value in backbone.parameters())
    return (
        f"{title} with {weights:,} weights, trained on pictures by Selfsight {__version__} (run `{found.id}`). "
        f"It turns a picture into {backbone.width} numbers (features)."
    )


def _taught(found: Run) -> str:
    known = found.task in TASKS  # else a task that an update took away
    labels = "with their labels" if known and "labels" in TASKS[found.task].needs else "without labels"
    samples = (found.spec.get("data") or {}).get("samples", 0)
    many = "a stream of pictures" if found.streamed else f"{samples:,} pictures"
    recipe = found.spec.get("recipe") or {}
    said = [f"- pictures: {many} of '{found.dataset}', {labels}"]
    said += [f"- task: {found.task}{f' ({TASKS[found.task].title})' if known else ''}; settings {_settings(found.options)}"]
    said += [f"- network: {found.backbone}; settings {_settings(found.spec.get('backbone_options') or {})}"]
    said += [f"- {found.status.step:,} steps, batch {recipe.get('batch')}, seed {found.seed}; every setting stands in about.json"]
    return "\n".join(["## How it learnt", "", *said])


def _settings(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items()) or "as usual"


def _takes(backbone: Backbone, size: int) -> str:
    return "\n".join(
        [
            "## What it takes",
            "",
            f"- RGB pictures, {size} x {size} pixels, values in [0, 1], any number at once: float32, batch x 3 x {size} x {size}",
            "- of another picture its middle square, scaled down with averaging over pixels; load.py does that",
            f"- the normalisation is inside the network: minus {_numbers(backbone.mean_C)}, divided by {_numbers(backbone.std_C)}",
        ]
    )


def _numbers(values: Any) -> list[float]:
    return [round(float(value), 6) for value in values]


def _measured(found: Run) -> str:
    lines = []
    value = found.status.metrics.get(found.metric)
    if isinstance(value, int | float) and math.isfinite(value):
        chance = found.status.chance.get(found.metric)
        beside = f" (chance {chance:.3g})" if isinstance(chance, int | float) else ""
        lines.append(f"- {found.metric} on held-out pictures of the task that it learnt by: {value:.4g}{beside}")
    lines += sorted(_scores(found))
    return "\n".join(["## Measured", "", *(lines or ["- nothing yet"])])


def _scores(found: Run) -> list[str]:
    """A line for each score of these weights that counts right answers, with its 95 % interval."""
    lines, digest = [], checkpoint_digest(found.folder)
    for folder in (folder for home in homes_of(found.id) for folder in (home / "jobs").glob("probe-*")):
        spec, result = read_json(folder / "spec.json"), read_json(folder / "result.json")
        if not (isinstance(spec, dict) and isinstance(result, dict)) or spec.get("knows") != digest:
            continue
        if spec.get("protocol") not in PROBES or not PROBES[spec["protocol"]].measure.counted:
            continue
        few = f", {spec['labels_per_class']} labels a class" if spec.get("labels_per_class") else ""
        low, high = result["ci95"]
        lines.append(
            f"- {PROBES[spec['protocol']].title.lower()} on frozen features ({result['layer']}{few}), '{spec['dataset']}': "
            f"{result['accuracy']:.1%} right of {result['n_test']:,} test pictures, 95 % interval {low:.1%} to {high:.1%}"
        )
    return lines


def _files(theirs: Theirs | None, onnx: bool) -> str:
    lines = ["- weights.safetensors: the weights under Selfsight's names", "- backbone.pt2: the network as a program of torch.export"]
    lines += [f"- torchvision.safetensors: the weights under the names of torchvision's {theirs.model}"] if theirs is not None else []
    lines += ["- backbone.onnx: the network as ONNX (opset 17), any batch, this picture size"] if onnx else []
    lines += ["- load.py, picturefiles/: reading pictures; about.json: how the run was asked for"]
    return "\n".join(["## Files", "", *lines])


def _python(code: str) -> str:
    return f"```python\n{code}\n```"
