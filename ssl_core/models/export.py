"""Exports a run's backbone: weights, programs that run on torch alone or on onnxruntime, a script that gives it pictures, a model card."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from ssl_core.backbones.base import Backbone
from ssl_core.models.build import load_task
from ssl_core.models.card import card_of
from ssl_core.models.onnx_file import need_onnx, save_onnx
from ssl_core.models.theirs import theirs_of
from ssl_core.models.weights import plain_weights
from ssl_core.reading import images
from ssl_core.records.runs import run
from ssl_core.system.roots import typed

ABOUT = ("task", "options", "backbone", "backbone_options", "dataset", "recipe", "seed", "mean", "std", "range")
PICTUREFILES = "picturefiles"  # the folder beside a script that reads pictures as they are read here
SCRIPT = '''"""Prints the features of pictures: `python load.py picture.png folder …`, a list a line. Needs torch, numpy and Pillow."""
import sys
from pathlib import Path
import torch
from picturefiles.given import Given
backbone = torch.export.load(Path(__file__).parent / "backbone.pt2").module()
given = Given(sys.argv[1:], {size}, {range_})
for file, image_HW3 in given:
    print(backbone(torch.from_numpy(image_HW3).permute(2, 0, 1)[None] / 255).tolist()[0], flush=True)
sys.exit(given.failed > 0)
'''


class Pooled(nn.Module):
    """A backbone reduced to its pooled features, for export."""

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, images_BCHW: Tensor) -> Tensor:
        """images B 3 H W in [0, 1] → the pooled features, B D."""
        features: Tensor = self.backbone(images_BCHW).pooled_BD
        return features


def export(name: str, out: Path, onnx: bool = False) -> Path:
    """Writes a run's backbone into a folder, with load.py and README.md that say how it is used; the folder. onnx: also as backbone.onnx.

    Raises:
        SettingsError: there is no such run, it has no weights that can be loaded, or the package onnx isn't installed.
    """
    if onnx:
        need_onnx()
    found, task = run(name), load_task(run(name).folder)
    out = typed(out)
    out.mkdir(parents=True, exist_ok=True)
    size = task.data.image_size
    save_backbone(task.encoder, size, out)
    about = {key: found.spec.get(key) for key in ABOUT}
    (out / "about.json").write_text(
        json.dumps({**about, "run": name, "width": task.encoder.width, "metrics": found.status.metrics}, indent=1)
    )
    (out / "load.py").write_text(SCRIPT.format(size=size, range_=about["range"]))
    copy_reader(out)
    theirs = theirs_of(task.encoder, size)
    if theirs is not None:
        save_file(plain_weights(theirs.weights), out / "torchvision.safetensors")
    if onnx:
        save_onnx(Pooled(task.encoder), size, out / "backbone.onnx")
    (out / "README.md").write_text(card_of(found, task.encoder, theirs, onnx), encoding="utf-8")
    return out


def copy_reader(out: Path) -> None:
    """Copies the modules that read picture files into the folder `out`, under a name of their own: they need numpy and Pillow alone."""
    home = out / PICTUREFILES
    home.mkdir(exist_ok=True)
    for module in Path(images.__file__).parent.glob("*.py"):
        text = module.read_text(encoding="utf-8").replace(images.__name__, PICTUREFILES)
        (home / module.name).write_text(text, encoding="utf-8")


def save_backbone(backbone: Backbone, size: int, out: Path) -> None:
    """Writes weights.safetensors and backbone.pt2 (any batch size, pictures of `size` pixels a side)."""
    backbone = backbone.eval().requires_grad_(False)
    save_file(plain_weights(backbone.state_dict()), out / "weights.safetensors")
    dynamic = {"images_BCHW": {0: torch.export.Dim("batch", min=1, max=4096)}}
    program = torch.export.export(Pooled(backbone), (torch.rand(2, 3, size, size),), dynamic_shapes=dynamic)
    torch.export.save(program, out / "backbone.pt2")
