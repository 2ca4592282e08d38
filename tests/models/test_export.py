"""What is taken home sees pictures as the app does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image

from ssl_core.backbones.base import Build
from ssl_core.evaluation.probe import probe_asked
from ssl_core.evaluation.protocol import Protocol
from ssl_core.jobs.worker import work
from ssl_core.models.export import ABOUT, Pooled, export
from ssl_core.models.onnx_file import save_onnx
from ssl_core.models.targets import Target
from ssl_core.models.theirs import theirs_of
from ssl_core.parts.fit import build_backbone
from ssl_core.reading.images import pixels
from ssl_core.settings import SettingsError
from tests.help.small import small_run

TURNED = 6  # EXIF: a quarter turn, as a phone that was held upright writes it


def photo(path: Path) -> Path:
    """A photograph of 4 : 3 that lies on its side and says so."""
    high, wide = np.mgrid[0:120, 0:160]
    image = np.stack([wide * 255 / 160, high * 255 / 120, 127 + 100 * np.sin(wide / 9)], -1).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = TURNED
    Image.fromarray(image).save(path, exif=exif)
    return path


def test_the_exported_script_sees_the_upright_middle_square_as_the_app_does(clean_folders: Path, tmp_path: Path) -> None:
    folder, _ = small_run(steps=2)
    out, file = export(folder.name, tmp_path / "out"), photo(tmp_path / "photo.png")
    command = [sys.executable, str(out / "load.py"), str(file)]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout)
    target = Target.parse(folder.name)
    square = torch.from_numpy(pixels.square(file.read_bytes(), target.image_size)).permute(2, 0, 1)[None] / 255
    assert said == pytest.approx(target.features(square)[0].tolist(), abs=1e-4)
    stretched = np.array(Image.open(file).convert("RGB").resize((target.image_size,) * 2))
    assert said != pytest.approx(target.embed([stretched])[0].tolist(), abs=1e-4)


def test_what_is_said_about_an_export_is_what_the_run_was_asked(clean_folders: Path, tmp_path: Path) -> None:
    folder, _ = small_run(steps=2)
    about = json.loads((export(folder.name, tmp_path / "out") / "about.json").read_text())
    spec = json.loads((folder / "spec.json").read_text())
    assert set(about) == {*ABOUT, "run", "width", "metrics"} and all(about[name] == spec.get(name) for name in ABOUT)


def example(out: Path, mark: str) -> str:
    """What the card's example that mentions `mark` prints, in a process of its own that stands in the exported folder."""
    blocks = re.findall(r"```python\n(.*?)```", (out / "README.md").read_text(), re.DOTALL)
    (code,) = (block for block in blocks if mark in block)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=out)
    return done.stdout.strip()


def test_the_card_says_what_was_learnt_and_measured_and_its_examples_run(clean_folders: Path, tmp_path: Path) -> None:
    onnx = find_spec("onnxruntime") is not None
    folder, _ = small_run(steps=2)
    target = Target.parse(folder.name)
    assert work(probe_asked(target, Protocol()).ask()).state == "done"
    out = export(folder.name, tmp_path / "out", onnx)
    card, width = (out / "README.md").read_text(), target.backbone().width
    assert "64 pictures of 'scenes', without labels" in card and "32 x 32 pixels, values in [0, 1]" in card
    assert re.search(r"- linear probe on frozen features \(stage4\), 'scenes': [\d.]+% right of 32 test pictures, 95 % interval", card)
    assert not (out / "torchvision.safetensors").exists()
    assert example(out, "torch.export.load") == f"(7, {width})"
    assert (out / "backbone.onnx").exists() == onnx and (not onnx or example(out, "onnxruntime") == f"(7, {width})")


@pytest.mark.parametrize(("name", "options", "size"), [("resnet", {}, 32), ("torchvision", {"model": "mobilenet_v2"}, 32)])
def test_a_network_of_torchvisions_loads_there_strictly_and_gives_the_same_features(name: str, options: dict[str, str], size: int) -> None:
    backbone = build_backbone(name, options, Build(size)).eval()
    theirs = theirs_of(backbone, size)
    assert theirs is not None and theirs.same and theirs.cut == (("fc",) if name == "resnet" else ("classifier.1",))
    assert theirs.small == (name == "resnet" and size < 64)
    made: dict[str, Any] = {"torch": torch, "torchvision": torchvision, "load_file": lambda name: theirs.weights}
    exec(theirs.example(), made)
    images_BCHW = torch.rand(2, 3, size, size)
    with torch.no_grad():
        found, own = made["network"](backbone.standardise(images_BCHW)), backbone(images_BCHW).pooled_BD
    np.testing.assert_allclose(found.numpy(), own.numpy(), atol=1e-4)


def test_a_network_that_is_none_of_torchvisions_has_no_names_there() -> None:
    assert theirs_of(build_backbone("convnet", {}, Build(32)), 32) is None
    assert theirs_of(build_backbone("resnet", {}, Build(32, width=2.0)), 32) is None


def test_without_the_package_onnx_a_sentence_says_how_to_get_it_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"pip install -e '.\[onnx\]'"):
        export("rotation-starter", tmp_path / "out", onnx=True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "options", "build"),
    [
        ("resnet", {}, Build(32, width=0.125)),
        ("vit", {"width": 32, "depth": 1}, Build(32)),
        ("torchvision", {"model": "squeezenet1_1"}, Build(64)),
    ],
)
def test_every_kind_of_network_becomes_onnx(name: str, options: dict[str, object], build: Build, tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    network, size = Pooled(build_backbone(name, options, build).requires_grad_(False)).eval(), build.image_size
    save_onnx(network, size, tmp_path / "net.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx")
    for count in (1, 7):
        images_BCHW = torch.rand(count, 3, size, size)
        (found,) = session.run(["features"], {"images": images_BCHW.numpy()})
        np.testing.assert_allclose(found, network(images_BCHW).numpy(), atol=1e-4)
