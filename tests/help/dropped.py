"""Files that a person drops as a data set, and the data sets listed afterwards."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from ssl_core.library import browse, sets


def encoded(value: int = 0, size: tuple[int, int] = (12, 12), form: str = "PNG", **more: object) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (value, 255 - value, 40)).save(stream, form, **more)
    return stream.getvalue()


DROPPED = [(f"{kind}/{k}.png", encoded(k)) for kind in ("cat", "dog") for k in range(20)]


def lay(root: Path, dropped: list[tuple[str, bytes]] = DROPPED) -> Path:
    for name, data in dropped:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def total(name: str) -> int:
    return sum(len(sets.open_set(name, split)) for split in ("train", "test"))


def rows() -> dict[str, browse.SetRow]:
    return {row.name: row for row in browse.list_sets()}
