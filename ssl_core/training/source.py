"""Where the loop gets its samples: the decoded arrays, on the device when they fit."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ssl_core.functional.rng import generator
from ssl_core.records.spec import RunSpec
from ssl_core.settings import SettingsError
from ssl_core.training.taught import known_labels, own_labels, own_names
from ssl_core.types import Samples

FITS = 0.4  # share of an accelerator's memory that pictures may take


class BatchSource:
    """Training and held-out pictures of a run as Samples on its device."""

    def __init__(self, train: Any, test: Any, label_S: Tensor, fixed_ids: list[int], device: torch.device) -> None:
        self.device, self.label_S = device, label_S  # label_S: -1 where hidden from this run
        self.images_SCHW, self.words_SL = _place(train, device)
        self.test_images_SCHW, self.test_words_SL = _place(test, torch.device("cpu"))
        self.test_label_S = torch.from_numpy(np.asarray(test.label_N))
        self.place_S = train.id_N  # in the set, of each training row
        row_of = {int(i): row for row, i in enumerate(test.id_N)}
        self.fixed_rows = torch.tensor([row_of[i] for i in fixed_ids if i in row_of])
        self.device_label_S = label_S.to(device)

    def train(self, rows_B: Tensor) -> Samples:
        """Samples of the training set by place."""
        rows = rows_B.to(self.images_SCHW.device)
        images = self.images_SCHW[rows].to(self.device, non_blocking=True)
        label_B = self.device_label_S[rows_B.to(self.device)]
        return Samples(images.float() / 255, rows_B.to(self.device), label_B, _words(self.words_SL, rows_B, self.device))

    def test(self, rows_B: Tensor) -> Samples:
        """Held-out samples: their place is -1, so that no bank knows them."""
        images = self.test_images_SCHW[rows_B].to(self.device).float() / 255
        place_B = torch.full((len(rows_B),), -1, device=self.device)
        return Samples(images, place_B, self.test_label_S[rows_B].to(self.device), _words(self.test_words_SL, rows_B, self.device))

    def fixed(self) -> Samples:
        """The held-out pictures that a person sees at every look."""
        return self.test(self.fixed_rows)

    def test_rows(self, most: int) -> Tensor:
        """Up to `most` held-out places, the same ones every time."""
        order = torch.randperm(len(self.test_label_S), generator=generator(0, "held-out pictures"))
        return order[:most].sort().values


def _place(decoded: Any, device: torch.device) -> tuple[Tensor, Tensor | None]:
    images = decoded.images_NCHW
    room = torch.cuda.get_device_properties(device).total_memory if device.type == "cuda" else 0
    if device.type == "cuda" and images.nbytes < FITS * room:
        placed = torch.from_numpy(np.ascontiguousarray(images)).to(device)
    else:
        placed = _mapped(images)
    words = None if decoded.words_NL is None else torch.from_numpy(decoded.words_NL)
    return placed, words


def _mapped(images: np.ndarray) -> Tensor:
    """A memory-mapped array as a tensor that is only read; the system keeps in memory what is used."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(images)


def _words(words_SL: Tensor | None, rows_B: Tensor, device: torch.device) -> Tensor | None:
    return None if words_SL is None else words_SL[rows_B].to(device)


def open_source(spec: RunSpec, device: torch.device, report: Callable[[int, int], object]) -> BatchSource:
    """The data of a spec, decoded now if need be.

    Raises:
        SettingsError: where the data changed since the run began, or too few pictures can be read.
    """
    from ssl_core.library import arrays
    from ssl_core.library.sets import open_set

    options, size = spec.dataset_options, spec.recipe.image_size
    digest = open_set(spec.dataset, "train", size, options).digest()
    if spec.digest not in ("", digest):
        raise SettingsError(f"The pictures of '{spec.dataset}' have changed since this run began. Start a new run.")
    train = arrays.decoded(spec.dataset, "train", size, options, report=report)
    test = arrays.decoded(spec.dataset, "test", size, options, report=report)
    if len(train.label_N) < 2 or len(test.label_N) < 1:
        raise SettingsError(
            f"'{spec.dataset}' has {len(train.label_N)} pictures that can be read. Training needs at least 2, and 1 to test."
        )
    known_S, truth_S = known_labels(spec, train), own_labels(spec, test, "test") if own_names(spec) else test.label_N
    return BatchSource(train, test._replace(label_N=truth_S), known_S, list(spec.fixed), device)
