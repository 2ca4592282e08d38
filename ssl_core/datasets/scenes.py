"""Selfsight's own pictures: ten everyday things on coloured paper, drawn on demand, nothing to download."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from ssl_core.datasets._drawing import caption as words
from ssl_core.datasets._drawing import scene as art
from ssl_core.datasets.base import ImageSet, Pictures, Split
from ssl_core.settings import Settings
from ssl_core.types import Box, DataInfo

WORTH_HELP = 2**18  # pixels to draw above which helper processes save more time than their start takes
MOST_AT_WORK = 8  # processes, this one included
Drawn = tuple[np.ndarray, list[str]]  # pictures N×3×H×W and their captions


class Scenes(ImageSet):
    """Ten upright everyday things, drawn afresh for each number: colour, size, place, tilt, paper and confetti vary."""

    title = "Scenes, our own drawings"

    class Options(Settings):
        """How many pictures, which ones, and whether they betray which way is up."""

        n_train: int = Field(10_000, ge=10, le=1_000_000, title="training pictures", description="Pictures to learn from.")
        n_test: int = Field(2_000, ge=10, le=1_000_000, title="test pictures", description="Pictures kept apart to measure with.")
        seed: int = Field(0, ge=0, le=2**31 - 1, title="album", description="Another number, other pictures.")
        clutter: int = Field(art.CLUTTER, ge=0, le=20, title="confetti", description="At most so many small shapes beside the thing.")
        leak: bool = Field(False, title="leak", description="A strip of tape always at the top: a shortcut that gives the turn away.")

    def __init__(self, options: Settings, split: Split, image_size: int) -> None:
        super().__init__(options, split, image_size)
        assert isinstance(options, self.Options)
        self.set: Scenes.Options = options
        self.info = DataInfo(len(self), art.CLASSES, image_size, colour=True, words=words.WORDS)
        self.helpers: ProcessPoolExecutor | None = None

    def __len__(self) -> int:
        return self.set.n_train if self.split == "train" else self.set.n_test

    def scene(self, i: int) -> art.Scene:
        """What is in picture i."""
        if not 0 <= i < len(self):
            raise IndexError(i)
        return art.scene(self.set.seed, int(i), self.split, self.set.clutter, self.set.leak)

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        return torch.from_numpy(self.picture(i, self.image_size).transpose(2, 0, 1).copy()), self.label(i)

    def picture(self, i: int, size: int) -> np.ndarray:
        return art.draw_scene(self.scene(i), size)

    def label(self, i: int) -> int:
        return art.label_of(self.set.seed, self.split, int(i))

    def box(self, i: int) -> Box:
        left, top, right, bottom = art.bounds(self.scene(i))
        return Box(left, top, right - left, bottom - top)

    def mask(self, i: int) -> np.ndarray:
        return art.mask(self.scene(i), self.image_size) >= 0.5

    def caption(self, i: int) -> str:
        return words.caption(self.scene(i))

    def factors(self, i: int) -> dict[str, Any]:
        return dict(words.factors_of(self.scene(i)))

    def identity(self) -> dict[str, Any]:
        # The number of pictures changes none of them but changes the arrays: it is part of the options, which the digest includes.
        return {"drawing": art.VERSION}

    def read_many(self, ids: Iterable[int]) -> Pictures:
        id_N = np.fromiter(ids, np.int64)
        drawn = self._drawn(id_N.tolist())
        images_NCHW = np.concatenate([np.zeros((0, 3, self.image_size, self.image_size), np.uint8), *(images for images, _ in drawn)])
        label_N = np.array([self.label(i) for i in id_N.tolist()], np.int64)
        return Pictures(images_NCHW, label_N, id_N, [], tuple(caption for _, captions in drawn for caption in captions))

    def _drawn(self, ids: list[int]) -> list[Drawn]:
        """Pictures and captions in blocks; from `WORTH_HELP` pixels on, several processes draw."""
        draw = partial(words.drawn_and_told, self.set.seed, self.split, self.set.clutter, self.set.leak, self.image_size)
        block = max(1, art.BLOCK // self.image_size**2)
        blocks = [ids[k : k + block] for k in range(0, len(ids), block)]
        count = min(os.cpu_count() or 1, MOST_AT_WORK)
        # A helper process imports the main script again: in a server's thread that script may be a page.
        alone = threading.current_thread() is not threading.main_thread()
        if alone or count == 1 or len(ids) * self.image_size**2 < WORTH_HELP:
            return list(map(draw, blocks))
        try:
            if self.helpers is None:
                # Spawned, not forked: torch's threads don't survive a fork. The helpers import no torch.
                self.helpers = ProcessPoolExecutor(count - 1, get_context("spawn"))
            return _shared(draw, blocks, self.helpers)
        except BrokenProcessPool:
            self.close()
            return list(map(draw, blocks))

    def close(self) -> None:
        if self.helpers is not None:
            self.helpers.shutdown()
        self.helpers = None


def _shared(draw: Callable[[list[int]], Drawn], blocks: list[list[int]], helpers: ProcessPoolExecutor) -> list[Drawn]:
    """All blocks, in order: helpers draw from the first block on, this process draws from the last on those that no helper has begun."""
    asked = [helpers.submit(draw, block) for block in blocks]
    own = {k: draw(blocks[k]) for k in reversed(range(len(blocks))) if asked[k].cancel()}
    return [own[k] if k in own else future.result() for k, future in enumerate(asked)]
