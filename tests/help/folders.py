"""Pictures in folders and zips, for tests of folders."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from ssl_core.datasets.folder import Folder

BUSY = Image.fromarray(np.random.default_rng(0).integers(0, 256, (24, 24, 3), np.uint8))  # noise: doesn't compress


def encoded(image: Image.Image, form: str = "PNG", **more: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **more)
    return stream.getvalue()


def plain(value: int, size: tuple[int, int] = (12, 12)) -> bytes:
    return encoded(Image.new("RGB", size, (value, 255 - value, 40)))


def fill(root: Path, names: list[str]) -> Path:
    for k, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(plain(k % 256))
    return root


def zipped(path: Path, names: list[str], data: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for k, name in enumerate(names):
            archive.writestr(name, data or plain(k % 256))
    return path


def opened(path: Path, split: str = "train", size: int = 16) -> Folder:
    return Folder(Folder.Options(path=str(path)), split, size)  # type: ignore[arg-type]


def names(data: Folder) -> list[str]:
    return [data.file(i) for i in range(len(data))]


MANY = [f"{kind}/{k:03d}.png" for kind in ("cat", "dog") for k in range(40)]
