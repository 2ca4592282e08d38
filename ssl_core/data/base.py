"""What every data set promises, and how any of them is decoded once into arrays."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ssl_core.reading import READS
from ssl_core.reading.table import spoken
from ssl_core.settings import Settings
from ssl_core.types import Box, DataInfo

Split = Literal["train", "test"]
Report = Callable[[int, int], object]  # done, of how many; may raise to stop the work
BLOCK = 500  # pictures read between two reports
WORDS_PER_CAPTION = 32
HOLES_ONLY = (errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS)  # disks that keep no room for what comes later


class BadPicture(Exception):
    """One picture that can't be read: its file and the reason, in words."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file, self.reason = file, reason


class Pictures(NamedTuple):
    """A block of pictures read together; those that can't be read are named, not filled in."""

    images_NCHW: np.ndarray  # uint8
    label_N: np.ndarray  # int64, -1 where unknown
    id_N: np.ndarray  # int64: the place in the set
    skipped: list[tuple[str, str]]  # file, reason
    captions: tuple[str, ...] | None = None  # of each row, where they come along; None: `caption` says them


class ImageSet(ABC):
    """Pictures by place: `len(images)`, `images[i]`; the same i gives the same pixels, at any time, in any process."""

    name: str  # its file, set by the catalogue
    title: str
    info: DataInfo  # of this split
    measured: ClassVar[dict[str, Any]] = {}  # options that take the place of a run's own where its features are measured

    class Options(Settings):
        """Nothing to set."""

    def __init__(self, options: Settings, split: Split, image_size: int) -> None:
        self.options, self.split, self.image_size = options, split, image_size

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        """uint8 C H W (C = 3, H = W = image_size) and the label, -1 where unknown. Raises BadPicture."""

    @abstractmethod
    def picture(self, i: int, size: int) -> np.ndarray:
        """uint8 H W 3 for a person: the original scaled to fit `size`, or the scene drawn at it."""

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """JSON-ready: everything that the pixels of this split depend on besides image_size. Cheap: no picture is opened."""

    def box(self, i: int) -> Box | None:
        """Where the object is, None where nobody knows."""
        return None

    def mask(self, i: int) -> np.ndarray | None:
        """bool H W at image_size: the object's pixels, None where nobody knows."""
        return None

    def caption(self, i: int) -> str | None:
        """What the picture shows in words, None where nobody said."""
        return None

    def factors(self, i: int) -> dict[str, Any] | None:
        """What the picture was made of (colour, size, place), None where nobody knows."""
        return None

    def label(self, i: int) -> int:
        """The class of picture i without opening it where that can be avoided."""
        return self[i][1]

    def file(self, i: int) -> str:
        """The name a person knows picture i by."""
        return f"{self.name} {i}"

    def left_out(self) -> list[tuple[str, str]]:
        """Files that were refused without being opened, and the reason as the rest of a sentence."""
        return []

    def remarks(self) -> list[tuple[str, str]]:
        """What is amiss in a table about the pictures: its name, and the rest of a sentence."""
        return []

    def read_many(self, ids: Iterable[int]) -> Pictures:
        """A block of pictures; sets that can read faster than one by one override it."""
        images, labels, good, skipped = [], [], [], []
        for i in ids:
            try:
                image_CHW, label = self[i]
            except BadPicture as bad:
                skipped.append((bad.file, bad.reason))
                continue
            images.append(image_CHW.numpy())
            labels.append(label)
            good.append(i)
        shape = (0, 3, self.image_size, self.image_size)
        stacked = np.stack(images) if images else np.zeros(shape, np.uint8)
        return Pictures(stacked, np.array(labels, np.int64), np.array(good, np.int64), skipped)

    def close(self) -> None:  # noqa: B027 (most sets need nothing)
        """Gives back what reading many needed (helper processes, open archives)."""

    def digest(self) -> str:
        """A name for exactly these pixels: the same data, the same digest."""
        asked = [self.name, self.options.plain(), self.split, self.image_size, self.identity()]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


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


def word_ids(caption: str, words: tuple[str, ...]) -> np.ndarray:
    """A caption as L int64 ids: 1 + place in the vocabulary, 0 = padding; words outside it are left out."""
    place = {word: 1 + k for k, word in enumerate(words)}
    known = [place[word] for word in spoken(caption) if word in place][:WORDS_PER_CAPTION]
    return np.array(known + [0] * (WORDS_PER_CAPTION - len(known)), np.int64)


def statistics(data: ImageSet, sample: int = 64) -> tuple[list[float], list[float]]:
    """Mean and standard deviation a channel in [0, 1], from `sample` pictures spread evenly: enough to standardise by."""
    places = sorted({int(k * len(data) / sample) for k in range(sample)})
    images = torch.from_numpy(data.read_many(places).images_NCHW).double() / 255
    data.close()
    if not len(images):
        return [0.5] * 3, [0.25] * 3
    mean_C, std_C = images.mean((0, 2, 3)), images.std((0, 2, 3))
    return [round(float(m), 4) for m in mean_C], [round(max(float(s), 0.02), 4) for s in std_C]
