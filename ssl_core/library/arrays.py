"""A data set as arrays, in the cache: decoded by the first who asks, read by all others. torch loads inside functions only."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from filelock import FileLock, Timeout

from ssl_core.datasets.base import ImageSet, Pictures
from ssl_core.functional.words import word_ids
from ssl_core.library import sets
from ssl_core.library.names import SPLITS
from ssl_core.library.sets import open_set
from ssl_core.reading import READS, files
from ssl_core.system.disk import write_json
from ssl_core.system.roots import cache_root

Report = Callable[[int, int], object]  # done, of how many; may raise to stop the work
BLOCK = 500  # pictures read between two reports
HOLES_ONLY = (errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS)  # disks that keep no room for what comes later


class Decoded(NamedTuple):
    """A data set as arrays: read once, mapped into memory ever after."""

    images_NCHW: np.ndarray  # uint8, memory-mapped
    label_N: np.ndarray
    id_N: np.ndarray  # place in the ImageSet of each row
    words_NL: np.ndarray | None  # int64 word ids, 0 = padding; None without captions
    skipped: list[tuple[str, str]]


def decode(data: ImageSet, home: Path, report: Report | None = None) -> Decoded:
    """The whole split as arrays under `home`, decoded now if they aren't there yet.

    Whatever was half written by an earlier try is thrown away; a finished folder appears in one step.
    """
    known, home = facts_of(home), Path(home) / "arrays"
    if known is None:
        _write_arrays(data, home, report or (lambda done, of: None))
    facts = json.loads((home / "done.json").read_text())
    words = np.load(home / "words.npy") if (home / "words.npy").exists() else None
    images = np.load(home / "images.npy", mmap_mode="r")
    return Decoded(images, np.load(home / "labels.npy"), np.load(home / "ids.npy"), words, [tuple(pair) for pair in facts["skipped"]])


def facts_of(home: Path) -> dict[str, Any] | None:
    """What the arrays under `home` say of themselves; None where they aren't finished, or what they skipped might be read by now."""
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
    """Reads every picture into arrays in the folder `part`."""
    images = _room(part / "images.npy", (len(data), 3, data.image_size, data.image_size))
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


def _room(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """A new array on disk that has its room there: a file with holes would end the process by SIGBUS where the disk gets full."""
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


def decoded(name: str, split: str = "train", image_size: int = 32, options: Any = None, report: Report | None = None) -> Decoded:
    """A data set as arrays, decoded by the first who asks and read from the cache ever after."""

    data = sets.fresh(name, split, image_size, options)  # a set of its own: decoding closes it at the end
    home = _home(data)
    if _finished(home):
        return decode(data, home, report)
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home, len(data), report):
        files.discard(home.glob("arrays.*.part"))  # of a worker that was killed
        return decode(data, home, report)


def is_decoded(name: str, split: str = "train", image_size: int = 32, options: Any = None) -> bool:
    """Whether a set's arrays are there, so that `decoded` gives them at once."""
    return _finished(_home(open_set(name, split, image_size, options)))


def skipped(name: str, split: str = "train", image_size: int = 32, options: Any = None) -> list[tuple[str, str]] | None:
    """Which pictures couldn't be read, and why; as long as nobody decoded the set at this size, those refused unopened, or None."""

    data = open_set(name, split, image_size, options)
    facts = facts_of(_home(data))
    return (data.left_out() or None) if facts is None else [(str(file), str(reason)) for file, reason in facts["skipped"]]


def places(name: str, split: str = "train", image_size: int = 32, options: Any = None) -> np.ndarray | None:
    """Where in the set each row of its arrays stands: what can't be read has no row; None as long as nobody decoded it."""
    how = (name, split, image_size, options)
    return decoded(*how).id_N if is_decoded(*how) else None


def work_data(folder: Path, spec: dict[str, Any], report: Any) -> None:
    """The job of kind `data`: decodes both halves of a set; counts and skipped pictures go into result.json."""
    result = {}
    for split in SPLITS:
        arrays = decoded(
            spec["dataset"],
            split,
            spec.get("image_size", 32),
            spec.get("dataset_options"),
            report=lambda done, of: report.progress("reading pictures", done, of),
        )
        result[split] = {"samples": len(arrays.label_N), "skipped": arrays.skipped}
    write_json(folder / "result.json", result)


def _home(data: ImageSet) -> Path:
    return cache_root() / "data" / data.digest()


def _finished(home: Path) -> bool:

    return facts_of(home) is not None


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
