"""Decoded pictures as arrays in the cache, a folder a split: written by the first who asks, mapped into memory by all others."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from ssl_core.datasets.base import ImageSet, Pictures
from ssl_core.functional.words import word_ids
from ssl_core.library.decoded import BLOCK, Decoded, RowColumn, Rows
from ssl_core.reading import READS, files
from ssl_core.system.roots import cache_root
from ssl_core.types import Box

Report = Callable[[int, int], object]  # done, of how many; may raise to stop the work
HOLES_ONLY = (errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS)  # disks that don't reserve space for what comes later
Reader = Callable[[ImageSet, int], Box | np.ndarray | str | None]  # what a data set says of one picture, None where it doesn't
UNKNOWN = 255  # of a mask: the value that losses ignore


class ArrayPictures(Decoded):
    """Decoded pictures in one memory-mapped array; masks and boxes come from the data set itself."""

    def __init__(self, folder: Path, data: ImageSet) -> None:
        facts = json.loads((folder / "done.json").read_text())
        super().__init__(np.load(folder / "labels.npy"), np.load(folder / "ids.npy"), [tuple(pair) for pair in facts["skipped"]])
        self._images_NCHW = np.load(folder / "images.npy", mmap_mode="r")
        self._words_NL = np.load(folder / "words.npy") if (folder / "words.npy").exists() else None
        self._data = data

    def images(self, rows: Rows) -> np.ndarray:
        """A copy in memory, so that it can be written to."""
        return np.asarray(self._images_NCHW[np.asarray(rows, np.int64)])

    def column(self, name: str) -> RowColumn | None:
        """Words were stored with the pictures; the rest is asked of the data set for the rows that are read."""
        if name == "words":
            return self._words_NL
        read = _READERS.get(name)
        return _Asked(self._data, self.id_N, read, _MISSING[name]) if read is not None and self._says(name, read) else None

    def _says(self, name: str, read: Reader) -> bool:
        """Whether the data set has the column; masks and boxes by its own word, since single pictures may lack theirs."""
        if name in _TARGETS:
            return _TARGETS[name] in self._data.targets
        return len(self) > 0 and read(self._data, int(self.id_N[0])) is not None


class _Asked:
    """A column that the data set is asked for, row by row."""

    def __init__(self, data: ImageSet, id_N: np.ndarray, read: Reader, missing: Callable[[ImageSet], np.ndarray]) -> None:
        self._data, self._id_N, self._read, self._missing = data, id_N, read, missing

    def __getitem__(self, rows: Rows) -> np.ndarray:
        missing = self._missing(self._data)
        found = [self._read(self._data, int(i)) for i in self._id_N[np.asarray(rows, np.int64)]]
        values = [missing if each is None else each for each in found]
        return np.array(values, missing.dtype).reshape(len(values), *missing.shape)


_READERS: dict[str, Reader] = {
    "caption": lambda data, i: data.caption(i),
    "box": lambda data, i: data.box(i),
    "mask": lambda data, i: data.mask(i),
}
_TARGETS = {"box": "boxes", "mask": "masks"}  # column -> its name among a data set's `targets`
_MISSING: dict[str, Callable[[ImageSet], np.ndarray]] = {
    "caption": lambda data: np.array("", object),
    "box": lambda data: np.full(4, np.nan, np.float32),
    "mask": lambda data: np.full((data.image_size, data.image_size), UNKNOWN, np.uint8),
}


def decode(data: ImageSet, home: Path, report: Report | None = None) -> Decoded:
    """The whole split as arrays under `home`, decoded now if they aren't there yet.

    Whatever was half written by an earlier try is thrown away; a finished folder appears in one step.
    """
    known, folder = facts_of(home), Path(home) / "arrays"
    if known is None:
        _write_arrays(data, folder, report or (lambda done, of: None))
    return ArrayPictures(folder, data)


def facts_of(home: Path) -> dict[str, Any] | None:
    """done.json of the arrays under `home`; None where they aren't finished, or where this version may read what they skipped."""
    try:
        facts: dict[str, Any] = json.loads((Path(home) / "arrays" / "done.json").read_text())
    except (OSError, ValueError):
        return None
    return facts if not facts["skipped"] or facts.get("reads", 1) >= READS else None


def _write_arrays(data: ImageSet, home: Path, report: Report) -> None:
    part = home.with_name(f"{home.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _fill(data, part, report)
        shutil.rmtree(home, ignore_errors=True)
        os.replace(part, home)
    except OSError:  # the disk is full: what was half made would keep it so
        shutil.rmtree(part, ignore_errors=True)
        raise


def _fill(data: ImageSet, part: Path, report: Report) -> None:
    """Reads every picture, block by block, into arrays in the folder `part`."""
    images = _reserved(part / "images.npy", (len(data), 3, data.image_size, data.image_size))
    labels, ids, skipped, words, rows = [], [], [*data.left_out()], [], 0
    try:
        for start in range(0, len(data), BLOCK):
            report(start, len(data))
            block = data.read_many(range(start, min(start + BLOCK, len(data))))
            images[rows : rows + len(block.id_N)] = block.images_NCHW
            rows += len(block.id_N)
            labels.append(block.label_N)
            ids.append(block.id_N)
            skipped += block.skipped
            words += _words_of(data, block)
        report(len(data), len(data))
        if len(skipped) > len(data.left_out()):  # a file that went while the pictures were read may come back
            data.check_files()
    finally:
        data.close()
    if rows < len(data):  # some were skipped: the file must not end in empty rows
        np.save(part / "shorter.npy", images[:rows])
        os.replace(part / "shorter.npy", part / "images.npy")
    else:
        images.flush() if isinstance(images, np.memmap) else np.save(part / "images.npy", images)
    id_N = np.concatenate(ids) if ids else np.zeros(0, np.int64)
    np.save(part / "labels.npy", np.concatenate(labels) if labels else np.zeros(0, np.int64))
    np.save(part / "ids.npy", id_N)
    if data.info.words:
        np.save(part / "words.npy", np.stack(words))
    (part / "done.json").write_text(json.dumps({"rows": rows, "skipped": skipped, "reads": READS, "data": data.identity()}))


def _reserved(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """A new array on disk, its space reserved: a sparse file would end the process by SIGBUS where the disk gets full."""
    if not shape[0]:
        return np.zeros(shape, np.uint8)
    images = np.lib.format.open_memmap(path, "w+", np.uint8, shape)
    if hasattr(os, "posix_fallocate"):
        try:
            with open(path, "r+b") as file:
                os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
        except OSError as error:
            if error.errno not in HOLES_ONLY:
                raise
    return images


def _words_of(data: ImageSet, block: Pictures) -> list[np.ndarray]:
    """Each row's caption as ids; nothing where the set has no captions."""
    if not data.info.words:
        return []
    captions = block.captions or [data.caption(int(i)) or "" for i in block.id_N]
    return [word_ids(caption, data.info.words) for caption in captions]


def decoded(data: ImageSet, report: Report | None = None) -> Decoded:
    """The split as arrays in the cache, decoded now where they aren't there; `data` is closed then."""
    home = _home(data)
    if is_decoded(data):
        return decode(data, home, report)
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home, len(data), report):
        files.discard(home.glob("arrays.*.part"))  # of a worker that was killed
        return decode(data, home, report)


def is_decoded(data: ImageSet) -> bool:
    """Whether the split's arrays are in the cache."""
    return facts_of(_home(data)) is not None


def skipped_pictures(data: ImageSet) -> list[tuple[str, str]] | None:
    """Which pictures couldn't be read, and why; before the split is decoded those refused unopened, None where there are none."""
    facts = facts_of(_home(data))
    return (data.left_out() or None) if facts is None else [(str(file), str(reason)) for file, reason in facts["skipped"]]


def _home(data: ImageSet) -> Path:
    return cache_root() / "data" / data.digest()


class _alone:
    """Holds a folder's lock; while somebody else decodes the same pictures, `report` is still asked, so that a stop is heard."""

    def __init__(self, home: Path, of: int, report: Report | None) -> None:
        self.lock, self.of, self.report = FileLock(home / "lock"), of, report

    def __enter__(self) -> None:
        while True:
            try:
                self.lock.acquire(timeout=1)
                return
            except Timeout:
                if self.report:
                    self.report(0, self.of)

    def __exit__(self, *_: object) -> None:
        self.lock.release()
