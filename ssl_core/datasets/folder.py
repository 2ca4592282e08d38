"""Pictures in folders or archives: class folders, one folder without classes, or `train` and `test` of either; a CSV may add labels."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from ssl_core.datasets._shards import ShardStream
from ssl_core.datasets.base import BadPicture, ImageSet, Pictures, PictureStream, Split
from ssl_core.reading import files
from ssl_core.reading.images import pixels
from ssl_core.reading.images.mask_pixels import Stored, mask_square, stored
from ssl_core.reading.images.sides import side_of_files, upright_size
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.index import Index, read_entry
from ssl_core.reading.splits import Entry
from ssl_core.settings import Settings, SettingsError
from ssl_core.system.roots import typed
from ssl_core.types import DataInfo

PEEKED = 8  # pictures opened to decide whether a set has colour
HANDS = 2  # threads that decode: Pillow releases the interpreter's lock meanwhile
SMALL = 4096  # bytes of a file below which threads gain nothing: most of the work holds the interpreter's lock


class Folder(ImageSet):
    """Your own pictures: a folder or an archive of picture files, with a sub-folder for each class where there are classes."""

    title = "A folder of pictures"

    class Options(Settings):
        """Which folder."""

        path: str = Field("", max_length=4096, description="Folder (or archive) of pictures, alone or in class folders.")

    def __init__(self, options: Settings, split: Split, image_size: int) -> None:
        super().__init__(options, split, image_size)
        self.path = _checked(getattr(options, "path", ""))
        self.index = files.index(self.path)
        self.entries = self.index.entries(split)
        self.range = self.index.range
        streamed = self.index.shards is not None and split == "train"
        colour, words = has_colour(self.index), self.index.words
        self.info = DataInfo(len(self.entries), self.index.classes, image_size, colour, words, streamed=streamed)

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        return torch.from_numpy(self._square(i).transpose(2, 0, 1).copy()), self.label(i)

    def picture(self, i: int, size: int) -> np.ndarray:
        """The whole picture, upright, its longer side `size`."""
        return self._read(i, size, pixels.whole_picture)

    def label(self, i: int) -> int:
        """The class by the table, else by the folder's name; no picture is opened."""
        return self.index.labels[self.entries[i].name]

    @property
    def targets(self) -> tuple[str, ...]:
        """Masks, where a picture of the set has one."""
        return ("masks",) if self.index.masks else ()

    def mask(self, i: int) -> np.ndarray | None:
        """The mask beside the picture, in the same square and the same way up; of several masks whatever is in one of them.

        None where there is none, or one of them can't be read.
        """
        found = self.index.masks.get(self.entries[i].name)
        if not found:
            return None
        try:
            picture = stored(self.index.read(self.entries[i]))
            return np.asarray(np.logical_or.reduce([self._mask(each, picture) for each in found]))
        except Unreadable:
            return None

    def _mask(self, entry: Entry, picture: Stored | None) -> np.ndarray:
        data = read_entry(self.index.mask_sources, entry)
        return mask_square(data, self.image_size, picture, "trimap" in entry.name.lower())

    def caption(self, i: int) -> str | None:
        """The caption in the table."""
        return self.index.table.captions.get(self.entries[i].name) if self.index.table else None

    def factors(self, i: int) -> dict[str, Any] | None:
        """The picture's row in the table's other columns."""
        return self.index.table.factors.get(self.entries[i].name) if self.index.table else None

    def remarks(self, of_classes: bool = False) -> list[tuple[str, str]]:
        """Faults of the tables, or only why they name no classes."""
        return self.index.unnamed if of_classes else self.index.remarks

    def file(self, i: int) -> str:
        """The file's name inside the set."""
        return self.entries[i].name

    def side(self) -> int | None:
        """The median of the shorter sides of a few pictures, by their headers."""
        return side_of_files(lambda i: self.index.read(self.entries[i]), len(self.entries))

    def stored(self, i: int) -> tuple[int, int]:
        """Width and height by the file's header."""
        try:
            return upright_size(self.index.read(self.entries[i]))
        except Unreadable as error:
            raise BadPicture(self.entries[i].name, str(error)) from None

    def stamps(self) -> list[tuple[str, int, int]]:
        """Name, without folders around all pictures, bytes and stamp of each picture's file."""
        return [(self.index.bare(entry.name), entry.size, entry.stamp) for entry in self.entries]

    def file_bytes(self, i: int) -> bytes | None:
        """The file of picture i."""
        try:
            return self.index.read(self.entries[i])
        except Unreadable as error:
            raise BadPicture(self.entries[i].name, str(error)) from None

    def whole(self) -> ImageSet:
        """With the test pictures that leak and are left out by choice."""
        if self.split == "train" or not self.index.aside:
            return self
        found = copy.copy(self)
        found.entries = sorted([*self.entries, *self.index.aside])
        found.info = self.info._replace(samples=len(found.entries))
        return found

    def opened_as(self) -> str:
        """The state of the folder's files when the set was opened."""
        return self.index.state

    def check_files(self) -> None:
        """Raises SettingsError where files have changed since the set was opened; the folder is listed anew."""
        if not files.unchanged(self.index):
            raise SettingsError(f"Files of '{self.path.name[:60]}' changed while its pictures were read. Ask again.")

    def left_out(self) -> list[tuple[str, str]]:
        """Links out of the folder, and files of an archive that aren't read."""
        return self.index.left_out[self.split]

    def identity(self) -> dict[str, Any]:
        """Names, sizes and times of change (in a zip: checksums) of all files, as one digest; the bits of a camera's range where found.

        Of a stream the shards too.
        """
        told: dict[str, Any] = {"bits": self.range.bits} if self.range else {}
        told |= {"shards": self.index.shards.digest} if self.index.shards and self.info.streamed else {}
        return {"files": self.index.digests[self.split], **told}

    def stream(self, seed: int) -> PictureStream | None:
        """The pictures of the shards, for a folder of numbered tar files."""
        if self.index.shards is None or not self.info.streamed:
            return None
        return ShardStream(self.index.shards, self.index.classes, self.image_size, seed)

    def digest(self) -> str:
        """Digest of the pixels; it doesn't depend on the folder's path."""
        asked = ["folder", self.split, self.image_size, self.identity()]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]

    def read_many(self, ids: Iterable[int]) -> Pictures:
        """A block of pictures, decoded by a few threads, in the order asked for."""
        places = list(ids)
        if sum(self.entries[i].size for i in places) < SMALL * len(places):
            read = [self._tried(i) for i in places]
        else:
            with ThreadPoolExecutor(HANDS, thread_name_prefix="decode") as hands:
                read = list(hands.map(self._tried, places))
        good = [i for i, image in zip(places, read, strict=True) if not isinstance(image, BadPicture)]
        images = [image for image in read if not isinstance(image, BadPicture)]
        images_NHWC = np.stack(images) if images else np.zeros((0, self.image_size, self.image_size, 3), np.uint8)
        label_N = np.array([self.label(i) for i in good], np.int64)
        skipped = [(bad.file, bad.reason) for bad in read if isinstance(bad, BadPicture)]
        return Pictures(np.ascontiguousarray(images_NHWC.transpose(0, 3, 1, 2)), label_N, np.array(good, np.int64), skipped)

    def _tried(self, i: int) -> np.ndarray | BadPicture:
        try:
            return self._square(i)
        except BadPicture as bad:
            return bad

    def _square(self, i: int) -> np.ndarray:
        return self._read(i, self.image_size, pixels.square)

    def _read(self, i: int, size: int, shape: Callable[..., np.ndarray]) -> np.ndarray:
        entry = self.entries[i]
        try:
            return shape(self.index.read(entry), size, range_=self.range)
        except Unreadable as error:
            raise BadPicture(entry.name, str(error)) from None


def _checked(text: str) -> Path:
    if not text or "\0" in text:
        raise SettingsError("'path' of Folder must name a folder or an archive with pictures. Got nothing.")
    path = typed(text)
    if files.is_set(path):
        return path.resolve()
    raise SettingsError(
        f"'path' of Folder must name a folder or an archive ({files.KINDS}) with pictures. There is none at '{text[:200]}'."
    )


def has_colour(index: Index) -> bool:
    """Whether any of a few pictures, spread evenly, is more than gray; a set that can't be read counts as colour."""
    entries = index.train or index.test
    peeked = [entries[k * len(entries) // PEEKED] for k in range(min(PEEKED, len(entries)))]
    gray = []
    for entry in peeked:
        try:
            image_HW3 = pixels.square(index.read(entry), 32, index.range).astype(np.int16)
        except Unreadable:
            continue
        gray.append(np.ptp(image_HW3, axis=2).max() <= 2)
    return not gray or not all(gray)
