"""Small archives, ordinary and hostile, for tests of archives and of hazards."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import numpy as np

from ssl_core.reading.index import Index
from tests.help.folders import plain

Files = dict[str, bytes]
PACKINGS = ("tar", "tar.gz", "tar.xz", "tar.bz2")
KINDS = ("zip", *PACKINGS)
GOOD: Files = {f"{kind}/{k}.png": plain(20 * k) for kind in ("cat", "dog") for k in range(5)}
LOUD = np.random.default_rng(0).integers(0, 256, 2**16, np.uint8).tobytes()  # noise: doesn't compress


def zip_of(path: Path, files: Files, **more: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", **more) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tar_of(path: Path, files: Files, *odd: tarfile.TarInfo, form: int = tarfile.PAX_FORMAT) -> Path:
    """A tar, compressed as its suffix says; odd members come last."""
    path.parent.mkdir(parents=True, exist_ok=True)
    packing = path.suffix[1:]
    with tarfile.open(path, f"w:{'' if packing == 'tar' else packing}", format=form) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in odd:
            archive.addfile(info, io.BytesIO(b"\0" * info.size))
    return path


def odd(name: str, kind: bytes, target: str = "", size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, size
    return info


def bomb(path: Path, size: int = 40 * 2**20) -> Path:
    """Good pictures, and a file of zeros: 40 MB in about 40 KB."""
    files = {**GOOD, "cat/boom.png": bytes(size)}
    return zip_of(path, files, compression=zipfile.ZIP_DEFLATED) if path.suffix == ".zip" else tar_of(path, files)


def overlapping(path: Path, times: int = 400) -> Path:
    """A zip whose directory lists the bytes of one picture `times` times, each time under another name, so that it unpacks to much more."""
    name, data = b"00000.png", LOUD
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0, zlib.crc32(data), len(data), len(data), len(name), 0) + name + data
    central = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, zlib.crc32(data), len(data), len(data), len(name), 0, 0, 0, 0, 0, 0)
        + b"%05d.png" % k
        for k in range(times)
    )
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, times, times, len(central), len(local), 0)
    path.write_bytes(local + central + end)
    return path


def encrypted(path: Path, only: str = "") -> Path:
    """A zip whose pictures (or those whose name begins with `only`) have the flag of encryption."""
    data = bytearray(zip_of(path, GOOD).read_bytes())
    for mark, flags, name in ((b"PK\3\4", 6, 30), (b"PK\1\2", 8, 46)):
        place = data.find(mark)
        while place >= 0:
            if data[place + name :].startswith(only.encode()):
                data[place + flags] |= 1
            place = data.find(mark, place + 4)
    path.write_bytes(data)
    return path


def lying(path: Path, says: int) -> Path:
    """A zip whose directory gives a wrong size of its first picture."""
    data = bytearray(zip_of(path, GOOD, compression=zipfile.ZIP_DEFLATED).read_bytes())
    place = data.find(b"PK\1\2")
    data[place + 24 : place + 28] = struct.pack("<I", says)
    path.write_bytes(data)
    return path


def cut(path: Path, share: float = 0.6) -> Path:
    """The same archive, truncated to `share` of its bytes."""
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    return path


def linked(path: Path) -> Path:
    """Good pictures, and a symbolic link to a file outside the archive."""
    if path.suffix != ".zip":
        return tar_of(path, GOOD, odd("cat/link.png", tarfile.SYMTYPE, "/etc/passwd"))
    zip_of(path, GOOD)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("cat/link.png")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return path


def medmnist(path: Path, side: int = 8, **changed: np.ndarray | None) -> Path:
    """A few gray pictures in MedMNIST's layout; an array that is changed to None is left out."""
    rng = np.random.default_rng(0)
    arrays: dict[str, np.ndarray | None] = {}
    for half, count in (("train", 12), ("val", 4), ("test", 6)):
        arrays[f"{half}_images"] = rng.integers(0, 256, (count, side, side), np.uint8)
        arrays[f"{half}_labels"] = np.arange(count, dtype=np.uint8)[:, None] % 3
    arrays |= changed
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


def archive(path: Path, content: dict[str, bytes]) -> Path:
    return zip_of(path, content) if path.suffix == ".zip" else tar_of(path, content)


def everything(index: Index) -> dict[str, bytes]:
    return {entry.name: index.read(entry) for entry in (*index.train, *index.test)}


def refused(index: Index) -> dict[str, str]:
    return dict(index.left_out["train"] + index.left_out["test"])


def left(folder: Path) -> list[str]:
    """The files and folders in the cache, without the lock and the folder `archives` itself."""
    return sorted(str(path.relative_to(folder)) for path in (folder / "cache").rglob("*") if path.name not in ("archives", "lock"))
