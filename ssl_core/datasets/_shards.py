"""The stream of a set of shards: passes over its tar files, each pass in an order of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from ssl_core.datasets.base import BadPicture, PictureStream, StreamPicture
from ssl_core.functional.rng import generator
from ssl_core.reading.archives.shards import Sample, ShardSet
from ssl_core.reading.images import pixels
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.roots import cache_root


class ShardStream(PictureStream):
    """The pictures to learn from, shard by shard; the order of the shards of pass n is drawn from (seed, n).

    A position is found by headers alone, 0.1 ms a picture; how many pictures a shard has is kept in the cache once it was read to its end,
    so that a run goes on within a shard's time, and without the cache after a walk over all headers before it.
    """

    def __init__(self, shards: ShardSet, classes: tuple[str, ...], image_size: int, seed: int) -> None:
        self.shards, self.image_size, self.seed = shards, image_size, seed
        self.number = {name: k for k, name in enumerate(classes)}
        self.home = cache_root() / "data" / shards.digest / "counts.json"
        said = read_json(self.home, {})
        known = said.items() if isinstance(said, dict) else ()
        self.counts = {
            str(name): count for name, count in known if isinstance(count, int)
        }  # pictures of shards that were read to their end

    def pictures(self, position: int) -> Iterator[StreamPicture]:
        """Pass after pass. Raises SettingsError where a shard is gone, or none has a picture."""
        passes = before = 0  # before: the position at which the next shard begins
        while True:
            order = torch.randperm(len(self.shards.learnt), generator=generator(self.seed, "shards", passes)).tolist()
            start = before
            for shard in (self.shards.learnt[each] for each in order):
                if shard.name not in self.counts or position < before + self.counts[shard.name]:
                    yield from (self._picture(sample) for place, sample in enumerate(self._of(shard), before) if place >= position)
                before += self.counts[shard.name]
            passes += 1
            if before == start:
                raise SettingsError(f"No tar file in '{self.shards.learnt[0].parent}' holds a picture to learn from.")

    def _of(self, shard: Path) -> Iterator[Sample]:
        """The samples of a shard to learn from; their number is noted at the end."""
        count = 0
        try:
            for sample in self.shards.to_learn(shard):
                yield sample
                count += 1
        except OSError as error:
            raise SettingsError(f"'{shard}' can't be read any more: {(error.strerror or str(error)).lower()}.") from None
        if shard.name not in self.counts:
            self.counts[shard.name] = count
            with contextlib.suppress(OSError):  # where the cache can't be written, they are counted again
                self.home.parent.mkdir(parents=True, exist_ok=True)
                write_json(self.home, self.counts)

    def _picture(self, sample: Sample) -> StreamPicture:
        known = not self.number or not sample.label or sample.label in self.number
        fault = "" if known else f"has the class '{sample.label[:60]}', which no indexed picture of the set has"
        return StreamPicture(sample.shown, self.number.get(sample.label, -1), lambda: self._square(sample, fault))

    def _square(self, sample: Sample, fault: str) -> np.ndarray:
        try:
            if fault:
                raise Unreadable(fault)
            return np.ascontiguousarray(pixels.square(sample.read(), self.image_size).transpose(2, 0, 1))
        except Unreadable as error:
            raise BadPicture(sample.shown, str(error)) from None
