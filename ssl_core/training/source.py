"""Where the loop gets its samples: the decoded arrays, on the device when they fit."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ssl_core.datasets.base import ImageSet
from ssl_core.functional.rng import generator
from ssl_core.models.samples import TARGETS
from ssl_core.parts.catalogues import TASKS
from ssl_core.settings import SettingsError
from ssl_core.training.taught import known_labels, own_labels, own_names
from ssl_core.types import Samples

FITS = 0.4  # share of an accelerator's memory that pictures may take


class BatchSource:
    """Training and held-out pictures of a run as Samples on its device."""

    def __init__(
        self,
        train: Any,
        test: Any,
        label_S: Tensor,
        fixed_ids: list[int],
        device: torch.device,
        targets: tuple[TargetReader, TargetReader] | None = None,
    ) -> None:
        """targets: readers of masks and boxes of the training and the held-out pictures; None where the task needs neither."""
        self.device, self.label_S = device, label_S  # label_S: -1 where hidden from this run
        self.images_SCHW, self.words_SL = _place(train, device)
        self.test_images_SCHW, self.test_words_SL = _place(test, torch.device("cpu"))
        self.test_label_S = torch.from_numpy(np.asarray(test.label_N))
        self.place_S = train.id_N  # in the set, of each training row
        row_of = {int(i): row for row, i in enumerate(test.id_N)}
        self.fixed_rows = torch.tensor([row_of[i] for i in fixed_ids if i in row_of])
        self.device_label_S = label_S.to(device)
        self.targets, self.test_targets = targets or (None, None)

    def train(self, rows_B: Tensor) -> Samples:
        """Samples of the training set by place."""
        rows = rows_B.to(self.images_SCHW.device)
        images = self.images_SCHW[rows].to(self.device, non_blocking=True)
        label_B = self.device_label_S[rows_B.to(self.device)]
        words_BL, targets = _words(self.words_SL, rows_B, self.device), _targets(self.targets, rows_B, self.device)
        return Samples(images.float() / 255, rows_B.to(self.device), label_B, words_BL, targets)

    def test(self, rows_B: Tensor) -> Samples:
        """Held-out samples: their place is -1, so that no bank knows them."""
        images = self.test_images_SCHW[rows_B].to(self.device).float() / 255
        place_B = torch.full((len(rows_B),), -1, device=self.device)
        words_BL, targets = _words(self.test_words_SL, rows_B, self.device), _targets(self.test_targets, rows_B, self.device)
        return Samples(images, place_B, self.test_label_S[rows_B].to(self.device), words_BL, targets)

    def fixed(self) -> Samples:
        """The held-out pictures that a person sees at every look."""
        return self.test(self.fixed_rows)

    def test_rows(self, most: int) -> Tensor:
        """Up to `most` held-out places, the same ones every time."""
        order = torch.randperm(len(self.test_label_S), generator=generator(0, "held-out pictures"))
        return order[:most].sort().values


class TargetReader:
    """Masks and boxes of a split by row. Each is read from the set when its picture is first asked for, and kept: 2 bytes a pixel."""

    def __init__(self, data: ImageSet, id_N: np.ndarray, names: Iterable[str]) -> None:
        self.data, self.id_N, N, size = data, id_N, len(id_N), data.image_size
        empty = {"masks": np.zeros((N, size, size), np.int16), "boxes": np.zeros((N, 4), np.float32)}  # memory is taken as it is filled
        self.kept = {name: (torch.from_numpy(empty[name]), np.zeros(N, bool)) for name in names}

    def rows(self, rows_B: Tensor) -> dict[str, Tensor]:
        """ "masks" B H W int64 and "boxes" B 4 float32, those that were asked for."""
        found = {}
        for name, (value_N, known_N) in self.kept.items():
            for row in (rows := rows_B.cpu().numpy())[~known_N[rows]]:
                value_N[row] = TARGETS[name](self.data, int(self.id_N[row]), self.data.image_size)
                known_N[row] = True
            found[name] = value_N[rows_B.cpu()].long() if name == "masks" else value_N[rows_B.cpu()]
        return found


def _targets(reader: TargetReader | None, rows_B: Tensor, device: torch.device) -> dict[str, Tensor]:
    return {} if reader is None else {name: value.to(device) for name, value in reader.rows(rows_B).items()}


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


def open_source(spec: dict[str, Any], device: torch.device, report: Callable[[int, int], object]) -> BatchSource:
    """The data of a spec, decoded now if need be.

    Raises:
        SettingsError: where the data changed since the run began, or too few pictures can be read.
    """
    from ssl_core.library import arrays
    from ssl_core.library.sets import open_set

    options, size = spec.get("dataset_options", {}), spec["recipe"]["image_size"]
    digest = open_set(spec["dataset"], "train", size, options).digest()
    if spec.get("digest") not in (None, digest):
        raise SettingsError(f"The pictures of '{spec['dataset']}' have changed since this run began. Start a new run.")
    train = arrays.decoded(spec["dataset"], "train", size, options, report=report)
    test = arrays.decoded(spec["dataset"], "test", size, options, report=report)
    if len(train.label_N) < 2 or len(test.label_N) < 1:
        raise SettingsError(
            f"'{spec['dataset']}' has {len(train.label_N)} pictures that can be read. Training needs at least 2, and 1 to test."
        )
    known_S, truth_S = known_labels(spec, train), own_labels(spec, test, "test") if own_names(spec) else test.label_N
    readers = _readers(spec, (train.id_N, test.id_N))
    return BatchSource(train, test._replace(label_N=truth_S), known_S, spec["fixed"], device, readers)


def _readers(spec: dict[str, Any], ids: tuple[np.ndarray, np.ndarray]) -> tuple[TargetReader, TargetReader] | None:
    """Readers of the masks and boxes that the spec's task needs, of the training and the held-out pictures."""
    from ssl_core.library.sets import open_set

    names = [name for name in TARGETS if name in TASKS[spec["task"]].needs]
    if not names:
        return None
    sets = [open_set(spec["dataset"], split, spec["recipe"]["image_size"], spec.get("dataset_options", {})) for split in ("train", "test")]
    train, test = (TargetReader(data, id_N, names) for data, id_N in zip(sets, ids, strict=True))
    return train, test
