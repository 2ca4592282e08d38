"""Batches of decoded pictures as Samples on the device."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.resize import resized
from ssl_core.library.decoded import Decoded
from ssl_core.library.sets import PictureSet
from ssl_core.parts.catalogues import TASKS
from ssl_core.records.spec import RunSpec
from ssl_core.settings import Recipe, SettingsError
from ssl_core.training.taught import known_labels, own_labels, own_names
from ssl_core.types import Samples

FITS = 0.4  # share of an accelerator's memory below which all training pictures are kept there
UNKNOWN = 255  # value of an unknown pixel in a decoded mask


class BatchSource:
    """Training and held-out pictures of a run as Samples on its device."""

    def __init__(
        self,
        train: Decoded,
        test: Decoded,
        label_S: Tensor,
        test_label_S: Tensor,
        fixed_ids: list[int],
        device: torch.device,
        needs: Collection[str] = (),
        size: int | None = None,
    ) -> None:
        """needs: of the task; masks and boxes are read only where `needs` names them. size: that the network gets, None: as they are."""
        self.size = size
        self.device, self.label_S = device, label_S  # label_S: -1 where hidden from this run
        self.pictures, self.test_pictures = train, test
        self.resident_SCHW = _resident(train, device)
        self.words_SL, self.test_words_SL = _words_of(train), _words_of(test)
        self.test_label_S = test_label_S
        self.place_S = train.id_N  # index in the data set of each training row
        row_of = {int(i): row for row, i in enumerate(test.id_N)}
        self.fixed_rows = torch.tensor([row_of[i] for i in fixed_ids if i in row_of])
        self.device_label_S = label_S.to(device)
        self.needs = frozenset(needs)

    def train(self, rows_B: Tensor) -> Samples:
        """Training samples by row, as large as they are kept: with the recipe's `room` larger than the network gets them."""
        label_B = self.device_label_S[rows_B.to(self.device)]
        words_BL, targets = _words(self.words_SL, rows_B, self.device), self._targets(self.pictures, rows_B)
        return Samples(self._stored(rows_B), rows_B.to(self.device), label_B, words_BL, targets)

    def images(self, rows_B: Tensor) -> Tensor:
        """B 3 H W in [0, 1]: training pictures at the network's size, without labels, masks or boxes."""
        images_BCHW = self._stored(rows_B)
        return images_BCHW if self.size is None else resized(images_BCHW, self.size).clamp(0, 1)

    def _stored(self, rows_B: Tensor) -> Tensor:
        resident = self.resident_SCHW
        images = _read(self.pictures, rows_B, self.device) if resident is None else resident[rows_B.to(self.device)]
        return images.float() / 255

    def test(self, rows_B: Tensor) -> Samples:
        """Held-out samples by row; index_B is -1, so that no memory bank reads or writes them."""
        images = _read(self.test_pictures, rows_B, self.device).float() / 255
        place_B = torch.full((len(rows_B),), -1, device=self.device)
        words_BL, targets = _words(self.test_words_SL, rows_B, self.device), self._targets(self.test_pictures, rows_B)
        return Samples(images, place_B, self.test_label_S[rows_B].to(self.device), words_BL, targets)

    def _targets(self, pictures: Decoded, rows_B: Tensor) -> dict[str, Tensor]:
        """Masks B H W int64 (-1: unknown) and boxes B 4 float32 of some rows, where the task needs them."""
        found, rows = {}, rows_B.cpu().numpy()
        if "masks" in self.needs and (masks := pictures.column("mask")) is not None:
            masks_BHW = torch.from_numpy(masks[rows]).to(self.device).long()
            found["masks"] = masks_BHW.masked_fill(masks_BHW == UNKNOWN, -1)
        if "boxes" in self.needs and (boxes := pictures.column("box")) is not None:
            found["boxes"] = torch.from_numpy(boxes[rows]).to(self.device)
        return found

    def fixed(self) -> Samples:
        """The run's fixed held-out pictures, which every snapshot shows."""
        return self.test(self.fixed_rows)

    def test_rows(self, most: int) -> Tensor:
        """Up to `most` held-out rows, ascending; the same ones in every run."""
        order = torch.randperm(len(self.test_label_S), generator=generator(0, "held-out pictures"))
        return order[:most].sort().values


def _resident(pictures: Decoded, device: torch.device) -> Tensor | None:
    """All pictures on an accelerator where they take less than FITS of its memory; None: they are read batch by batch."""
    if device.type != "cuda" or not len(pictures):
        return None
    one = pictures.images([0])
    if len(pictures) * one.nbytes >= FITS * torch.cuda.get_device_properties(device).total_memory:
        return None
    return all_images(pictures, device)


def all_images(pictures: Decoded, device: torch.device) -> Tensor:
    """uint8 S C H W: every picture on a device, copied there block by block."""
    images_SCHW = torch.empty((len(pictures), *pictures.images([0]).shape[1:]), dtype=torch.uint8, device=device)
    for rows_B, images_BCHW in pictures.blocks():
        images_SCHW[rows_B[0] : rows_B[-1] + 1] = torch.from_numpy(images_BCHW)
    return images_SCHW


def _read(pictures: Decoded, rows_B: Tensor, device: torch.device) -> Tensor:
    """uint8 B C H W on the device, read for this batch."""
    return torch.from_numpy(pictures.images(rows_B.cpu().numpy())).to(device, non_blocking=True)


def _words_of(pictures: Decoded) -> Tensor | None:
    words = pictures.column("words")
    return None if words is None else torch.from_numpy(words[np.arange(len(pictures))])


def _words(words_SL: Tensor | None, rows_B: Tensor, device: torch.device) -> Tensor | None:
    return None if words_SL is None else words_SL[rows_B].to(device)


def open_source(spec: RunSpec, device: torch.device, report: Callable[[int, int], object]) -> BatchSource:
    """The pictures that a spec names, decoded now where the cache lacks them.

    Raises:
        SettingsError: the data changed since the run began, or too few pictures can be read.
    """
    learnt, held_out = PictureSet.of_spec(spec, "train"), PictureSet.of_spec(spec, "test")
    if spec.digest not in ("", learnt.digest()):
        raise SettingsError(f"The pictures of '{spec.dataset}' have changed since this run began. Start a new run.")
    train, test = with_room(learnt, spec.recipe).decoded(report), held_out.decoded(report)
    if len(train) < 2 or len(test) < 1:
        raise SettingsError(f"'{spec.dataset}' has {len(train)} pictures that can be read. Training needs at least 2, and 1 to test.")
    known_S, truth_S = known_labels(spec, train), own_labels(spec, test, "test") if own_names(spec) else test.label_N
    needs, size = TASKS[spec.task].needs, spec.recipe.image_size
    return BatchSource(train, test, known_S, torch.from_numpy(truth_S), list(spec.fixed), device, needs, size)


def with_room(pictures: PictureSet, recipe: Recipe) -> PictureSet:
    """The training pictures at the size at which they are kept: `room` times the network's, so that crops come from a finer picture.

    Raises:
        SettingsError: the pictures aren't those that the run began with, whose digest holds the network's size.
    """
    if recipe.room == 1:
        return pictures
    pictures.open()
    finer = replace(pictures, image_size=round(recipe.room * recipe.image_size), pinned="")
    return replace(finer, pinned=finer.digest())
