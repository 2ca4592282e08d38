"""The pictures of a stream in a shuffled order that follows from seed and position alone: a resume needs no stored pictures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import torch

from ssl_core.datasets.base import PictureStream, StreamPicture
from ssl_core.functional.rng import generator
from ssl_core.settings import SettingsError


def shuffled(stream: PictureStream, seed: int, position: int) -> Iterator[StreamPicture]:
    """The pictures from a position of the shuffled order on, endless.

    Block k holds the stream's pictures W k to W (k + 1) - 1, W = `stream.window`, in an order drawn from (seed, k). For each picture that
    is given, one of the next block is taken in: W pictures are held, undecoded, and the source is read at the pace of training. To begin
    within a block, the block is read again from its start.

    Raises:
        SettingsError: the source ends.
    """
    block, given = divmod(position, stream.window)
    source = stream.pictures(block * stream.window)
    held: list[StreamPicture | None] = list(islice(source, stream.window))
    if len(held) < stream.window:
        raise SettingsError(_ended(block * stream.window + len(held)))
    while True:
        following: list[StreamPicture | None] = []
        for turn, row in enumerate(torch.randperm(stream.window, generator=generator(seed, "stream", block)).tolist()):
            picture, held[row] = held[row], None
            entered = next(source, None)
            if entered is None:
                raise SettingsError(_ended((block + 1) * stream.window + turn))
            following.append(entered)
            assert picture is not None
            if turn >= given:
                yield picture
        held, block, given = following, block + 1, 0


def _ended(position: int) -> str:
    return f"The stream of pictures ended after {position:,}, and a stream has to go on as long as training does. Begin again at its end."
