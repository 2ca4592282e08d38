"""What is taken home sees pictures as the app does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ssl_core.models.export import ABOUT, export
from ssl_core.models.targets import Target
from ssl_core.reading.images import pixels
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
