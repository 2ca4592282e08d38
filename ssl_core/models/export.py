"""Exports a run's backbone: weights, a program that runs on torch alone, and a short script that loads both."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from ssl_core.backbones.base import Backbone
from ssl_core.models.build import load_task
from ssl_core.models.weights import plain_weights
from ssl_core.records.runs import run
from ssl_core.system.roots import typed

ABOUT = ("task", "options", "backbone", "backbone_options", "dataset", "recipe", "seed", "mean", "std")
SCRIPT = '''"""Prints the features of a picture: `python load.py picture.png`. Needs torch, safetensors and Pillow."""
import sys
from pathlib import Path
import numpy as np, torch
from PIL import Image, ImageOps
from safetensors.torch import load_file
home, size = Path(__file__).parent, {size}
backbone = torch.export.load(home / "backbone.pt2").module()
backbone.load_state_dict({{f"backbone.{{name}}": weight for name, weight in load_file(home / "weights.safetensors").items()}})
picture = ImageOps.fit(ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB"), (size, size), Image.Resampling.BICUBIC)
print(backbone(torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None] / 255).tolist()[0])
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


def export(name: str, out: Path) -> Path:
    """Writes weights.safetensors, backbone.pt2, about.json and load.py of a run into a folder; the folder.

    Raises:
        SettingsError: there is no such run, or it has no weights that can be loaded.
    """
    found, task = run(name), load_task(run(name).folder)
    out = typed(out)
    out.mkdir(parents=True, exist_ok=True)
    size = task.data.image_size
    save_backbone(task.encoder, size, out)
    about = {key: found.spec.get(key) for key in ABOUT}
    (out / "about.json").write_text(
        json.dumps({**about, "run": name, "width": task.encoder.width, "metrics": found.status.metrics}, indent=1)
    )
    (out / "load.py").write_text(SCRIPT.format(size=size))
    return out


def save_backbone(backbone: Backbone, size: int, out: Path) -> None:
    """Writes weights.safetensors and backbone.pt2 (any batch size, pictures of `size` pixels a side)."""
    backbone = backbone.eval().requires_grad_(False)
    save_file(plain_weights(backbone.state_dict()), out / "weights.safetensors")
    dynamic = {"images_BCHW": {0: torch.export.Dim("batch", min=1, max=4096)}}
    program = torch.export.export(Pooled(backbone), (torch.rand(2, 3, size, size),), dynamic_shapes=dynamic)
    torch.export.save(program, out / "backbone.pt2")
