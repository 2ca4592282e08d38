"""Speed of making two edited copies of each picture: ours, a whole batch at once, beside two libraries with the same edits."""

from __future__ import annotations

import importlib
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image

from benchmarks import LeftOut
from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.views import GRAY, JITTERED, Edits, two_views

BATCH, SIZE, ROUNDS = 256, 32, 12
STRENGTH = 0.8  # of brightness, contrast and saturation at full change of colours, a quarter of it of hue (SimCLR, appendix A)


def times_faster(library: str, part: float = 1.0) -> float:
    """Our pictures a second divided by those of `library` ("lightly" or "kornia"), on one thread; the median of rounds taken in turn."""
    images_BCHW = torch.from_numpy(np.random.default_rng(0).random((BATCH, 3, SIZE, SIZE), np.float32))
    edits, rng, threads = Edits(), generator(0, "views"), torch.get_num_threads()
    rival = {"lightly": lightly_views, "kornia": kornia_views}[library](images_BCHW, edits)
    torch.set_num_threads(1)
    try:
        seconds(rival), seconds(lambda: two_views(images_BCHW, rng, edits))  # the first call allots memory and compiles kernels
        return statistics.median(
            seconds(rival) / seconds(lambda: two_views(images_BCHW, rng, edits)) for _ in range(max(2, round(ROUNDS * part)))
        )
    finally:
        torch.set_num_threads(threads)


def seconds(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def lightly_views(images_BCHW: torch.Tensor, edits: Edits) -> Callable[[], object]:
    """lightly's SimCLR transform without blur, called for one picture at a time as its data loaders do."""
    transform = library("lightly.transforms").SimCLRTransform(
        input_size=SIZE, cj_prob=JITTERED, cj_strength=edits.colour, min_scale=edits.smallest, random_gray_scale=GRAY, gaussian_blur=0.0
    )
    pictures = [Image.fromarray(picture) for picture in (255 * images_BCHW).byte().permute(0, 2, 3, 1).numpy()]
    return lambda: torch.stack([torch.stack(transform(picture)) for picture in pictures])


def kornia_views(images_BCHW: torch.Tensor, edits: Edits) -> Callable[[], object]:
    """The same edits by kornia: a whole batch at once, drawn anew for each picture."""
    kornia, s = library("kornia.augmentation"), STRENGTH * edits.colour
    edit = kornia.AugmentationSequential(
        kornia.RandomResizedCrop((SIZE, SIZE), scale=(edits.smallest, 1.0)),
        kornia.RandomHorizontalFlip(p=0.5),
        kornia.ColorJitter(s, s, s, s / 4, p=JITTERED),
        kornia.RandomGrayscale(p=GRAY),
    )
    return lambda: torch.stack([edit(images_BCHW), edit(images_BCHW)])


def library(name: str) -> Any:
    """A module of a library that only tests and figures need.

    Raises:
        LeftOut: where it isn't installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as missing:
        raise LeftOut(f"{name.partition('.')[0]} is not installed: `python3 start.py test` installs it.") from missing
