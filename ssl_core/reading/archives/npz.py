"""Pictures in an .npz file as MedMNIST lays them out: train_images, train_labels, val_…, test_…; nothing pickled is ever loaded.

Images are N H W (gray) or N H W 3, uint8; labels are N or N 1, whole numbers. Several labels a picture (N K) are no classes but columns
of a table, or left out where a table may not be as large. What is for validation is left out where there are test pictures, as in
folders; else it is what is tested on.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NoReturn

import numpy as np
from PIL import Image

from ssl_core.reading.archives.unpacked import Report, Unpacked, UnpackedStore
from ssl_core.reading.archives.zips import BROKEN, HERE, SIP, open_zip
from ssl_core.reading.naming import several_names
from ssl_core.reading.sources import MOST_FILES, REMEDY, too_much
from ssl_core.reading.tables.cells import MOST_CELLS
from ssl_core.settings import SettingsError

TABLE = "labels.csv"  # name of the table of labels, where pictures have several
MOST_LABELS = 100  # of a picture
LAYOUT = "train_images, train_labels, test_images and test_labels, as MedMNIST has them"


def arrays(path: Path, report: Report) -> Unpacked:
    """The pictures of an .npz file as a source of PNG files."""
    return Unpacked(path, fill_from_npz, report, _png)


def _png(name: str, pixels: bytes, facts: dict[str, Any]) -> bytes:
    if name == TABLE:
        return pixels
    stream, shape = io.BytesIO(), facts["shapes"][name.split("/")[0]]
    Image.fromarray(np.frombuffer(pixels, np.uint8).reshape(shape)).save(stream, "PNG", compress_level=0)
    return stream.getvalue()


def fill_from_npz(path: Path, store: UnpackedStore, report: Report) -> None:
    """The pictures of both splits, each named by split, class and index."""
    with open_zip(path) as archive:
        try:
            npz = _Npz(path.name, archive)
            bomb = too_much(npz.length, path.stat().st_size)
            if bomb:
                raise SettingsError(f"'{path.name}' {bomb}. {REMEDY}")
            _fill(npz, store, report)
        except SettingsError:
            raise
        except (RuntimeError, MemoryError, *BROKEN) as error:
            raise SettingsError(f"'{path.name}' can't be read: {error or type(error).__name__}.") from None


def _fill(npz: _Npz, store: UnpackedStore, report: Report) -> None:
    halves = npz.halves()
    labels = {half: npz.labels(given) for half, given in halves.items()}
    if len({label_N.shape[1:] for half, label_N in labels.items() if f"{halves[half]}_labels" in npz.sizes}) > 1:
        npz.refuse(f"{halves['test']}_labels", "must be as many a picture as those for training")
    several = [label_NK for label_NK in labels.values() if label_NK.ndim > 1]
    shown = _fits(several)
    digits = len(str(max(int(label_N.max(initial=0)) for label_N in labels.values())))
    rows = []
    for half, given in halves.items():
        many = labels[half].ndim > 1
        for place, (picture, label) in enumerate(zip(npz.pictures(given), labels[half], strict=True)):
            folder = half if many or label < 0 else f"{half}/{label:0{digits}d}"
            store.add(f"{folder}/{place:06d}.png", picture)
            rows += [(f"{folder}/{place:06d}.png", label)] if many and shown else []
            report(store.length, npz.length)
    store.facts["shapes"] = {half: npz.shape(f"{given}_images")[1:] for half, given in halves.items()}
    if "val_images" in npz.sizes and halves.get("test") == "test":
        store.facts["note"] = f"Its {npz.shape('val_images')[0]:,} pictures for validation are left out."
    if several:
        told = "each label is a column" if shown else f"they are left out, since a table may have {MOST_CELLS:,} cells at most"
        note = f"Its pictures have {several[0].shape[1]} labels each, so they have no classes; {told}."
        store.facts["note"] = f"{note} {store.facts.get('note', '')}".strip()
    if rows:
        store.add(TABLE, _table(rows))


def _fits(labels: list[np.ndarray]) -> bool:
    """Whether labels, N K of each split, fit into a table, its header and the column of files included."""
    return not labels or (1 + sum(map(len, labels))) * (1 + labels[0].shape[1]) <= MOST_CELLS


def _table(rows: list[tuple[str, np.ndarray]]) -> bytes:
    """Several labels a picture as rows of a CSV: "yes" and "no" where all are 1 or 0."""
    plain = max(int(label_K.max()) for _, label_K in rows) < 2
    word = ("no", "yes").__getitem__ if plain else str
    head = ",".join(["file", *(f"label {k}" for k in range(len(rows[0][1])))])
    lines = [",".join([name, *map(word, label_K.tolist())]) for name, label_K in rows]
    return "\n".join([head, *lines, ""]).encode()


class _Npz:
    """Arrays in a zip; the header of each is checked before its values are read."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self.name, self.archive = name, archive
        self.sizes = {info.filename.removesuffix(".npy"): info.file_size for info in archive.infolist()}
        self.length = sum(self.sizes.values())

    def halves(self) -> dict[str, str]:
        """train and test, and the names of their arrays."""
        if "train_images" not in self.sizes:
            listing = several_names(self.sizes) or "nothing"
            raise SettingsError(f"'{self.name}' must hold arrays named {LAYOUT}. It holds {listing[:200]}.")
        test = next((half for half in ("test", "val") if f"{half}_images" in self.sizes), None)
        return {"train": "train"} | ({"test": test} if test else {})

    def labels(self, half: str) -> np.ndarray:
        """A class for each picture, -1 without labels; or N K where pictures have several labels."""
        count = self.shape(f"{half}_images")[0]
        if f"{half}_labels" not in self.sizes:
            return np.full(count, -1)
        file, shape, kind = self._opened(f"{half}_labels")
        many = shape[1] if len(shape) == 2 and shape[0] == count else 1
        if kind.kind not in "iu" or math.prod(shape) != count * many or not 0 < many <= MOST_LABELS:
            allowed = f"{count:,} whole numbers, one for each picture, or that many times up to {MOST_LABELS}"
            self.refuse(f"{half}_labels", f"must be {allowed}. They are {shape} of {kind}")
        if count * many * kind.itemsize > SIP:
            self.refuse(f"{half}_labels", f"are larger than {SIP // 2**20} MB. Save them as uint8")
        label_N = np.frombuffer(file.read(count * many * kind.itemsize), kind).astype(np.int64)
        if len(label_N) < count * many or label_N.min(initial=0) < 0:
            self.refuse(f"{half}_labels", "must be 0 or more, one for each picture")
        return label_N.reshape(count, many) if many > 1 else label_N

    def pictures(self, half: str) -> Iterator[bytes]:
        """Each picture's pixels."""
        file, shape, _ = self._opened(f"{half}_images")
        for _ in range(shape[0]):
            pixels = file.read(math.prod(shape[1:]))
            if len(pixels) < math.prod(shape[1:]):
                self.refuse(f"{half}_images", "end too early (truncated)")
            yield pixels

    def shape(self, name: str) -> tuple[int, ...]:
        """N H W or N H W 3 of an array of pictures."""
        _, shape, kind = self._opened(name)
        if kind != np.uint8 or len(shape) not in (3, 4) or (len(shape) == 4 and shape[3] != 3):
            self.refuse(name, f"must be N × height × width or N × height × width × 3 of uint8. They are {shape} of {kind}")
        if shape[0] > MOST_FILES or not 0 < math.prod(shape[1:]) <= SIP:
            self.refuse(name, f"must be at most {MOST_FILES:,} pictures of at most {SIP // 2**20} MB each. They are {shape}")
        return shape

    def _opened(self, name: str) -> tuple[IO[bytes], tuple[int, ...], np.dtype]:
        if self.archive.getinfo(f"{name}.npy").compress_type in HERE:
            self.refuse(name, "are packed by bzip2 or LZMA; save them with numpy.savez_compressed")
        file = self.archive.open(f"{name}.npy")
        if np.lib.format.read_magic(file) != (1, 0):
            self.refuse(name, "are of a kind that isn't read here")
        try:
            shape, by_columns, kind = np.lib.format.read_array_header_1_0(file)
        except BROKEN:
            raise
        except Exception:  # numpy parses a header as Python: a damaged one may raise anything
            self.refuse(name, "begin with a header that is cut short or damaged")
        if kind.hasobject:
            self.refuse(name, "hold Python objects, which are never loaded")
        if by_columns and len(shape) > 1 and max(shape[1:]) > 1:
            self.refuse(name, "are stored column by column; save them with numpy.ascontiguousarray")
        return file, shape, kind

    def refuse(self, name: str, fault: str) -> NoReturn:
        """Raises the SettingsError about one array."""
        raise SettingsError(f"'{name}' of '{self.name}' {fault}.")
