"""Tar files of samples, numbered and written as WebDataset writes them."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

from tests.help.dropped import encoded

KINDS = ("bright", "dark")


def sample(number: int, labelled: bool = True) -> dict[str, bytes]:
    """The files of a sample by their endings: a picture whose red says the number, a class of two, and a description."""
    files = {"jpg": encoded(number, form="PNG"), "json": b"{}"}  # the first bytes of a file say what it is
    return {**files, "cls": str(number % 2).encode()} if labelled else files


def write_shard(path: Path, numbers: range, labelled: bool = True, extra: dict[str, bytes] | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as tar:
        named = {f"{number:06d}.{end}": data for number in numbers for end, data in sample(number, labelled).items()} | (extra or {})
        for name, data in named.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def is_aside(number: int, each: int = 20, start: str = "pets") -> bool:
    """Whether the picture of this number is kept aside for testing, where any of its shard may be."""
    name = f"{start}-{number // each:06d}/{number:06d}.jpg"
    return hashlib.sha256(name.encode()).digest()[0] < 25


def write_shards(folder: Path, count: int = 3, each: int = 20, start: str = "pets", labelled: bool = True) -> Path:
    """A folder of shards: pets-000000.tar with the numbers 0 to each - 1, and so on."""
    for shard in range(count):
        write_shard(folder / f"{start}-{shard:06d}.tar", range(shard * each, (shard + 1) * each), labelled)
    return folder
