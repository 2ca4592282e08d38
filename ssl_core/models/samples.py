"""Single pictures as a task's batch of Samples."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import torch
from torch import Tensor

from ssl_core.datasets.base import ImageSet
from ssl_core.functional.transforms.resize import as_images
from ssl_core.library.sets import PictureSet
from ssl_core.parts.catalogues import TASKS
from ssl_core.records.spec import RunSpec
from ssl_core.settings import SettingsError
from ssl_core.types import Samples


def as_samples(pictures: list[np.ndarray], size: int, label: int = -1) -> Samples:
    """uint8 H W 3 pictures of any size as Samples: the central square scaled to `size` pixels a side; index -1, not of the training set."""
    images_BCHW = as_images(pictures, size)
    nowhere_B = torch.full((len(pictures),), -1)
    return Samples(images_BCHW, nowhere_B, torch.full_like(nowhere_B, label))


def fixed_samples(spec: RunSpec) -> Samples:
    """The run's fixed held-out pictures, which every snapshot shows. Raises SettingsError where the set has others by now."""
    data = PictureSet.of_spec(spec, "test").open()
    if max(spec.fixed, default=0) >= len(data):
        raise SettingsError(f"'{spec.dataset}' has fewer test pictures than when the run began. Start a new run.")
    return samples_at([(data, i) for i in spec.fixed], TASKS[spec.task].needs)


def samples_at(places: list[tuple[ImageSet, int]], needs: Collection[str] = ()) -> Samples:
    """Pictures by data set and index as Samples: index_B -1, labels and words where known, masks and boxes where the task `needs` them."""
    pairs = [data[i] for data, i in places]
    images_BCHW = torch.stack([image for image, _ in pairs]).float() / 255
    label_B = torch.tensor([label for _, label in pairs])
    said = all(data.info.words for data, _ in places)
    words_BL = torch.from_numpy(np.stack([_words(data, i) for data, i in places])) if said else None
    size = images_BCHW.shape[-1]
    targets = {name: torch.stack([TARGETS[name](data, i, size) for data, i in places]) for name in TARGETS if name in needs}
    return Samples(images_BCHW, torch.full_like(label_B, -1), label_B, words_BL, targets)


def read_mask(data: ImageSet, i: int, size: int) -> Tensor:
    """H W int64 of a picture: 0 background, 1 the object, -1 where unknown."""
    mask_HW = data.mask(i)
    return torch.full((size, size), -1) if mask_HW is None else torch.from_numpy(np.asarray(mask_HW)).long()


def read_box(data: ImageSet, i: int, size: int) -> Tensor:
    """Left, top, width, height as shares of the picture's side, float32; NaN where unknown."""
    return torch.tensor(data.box(i) or (torch.nan,) * 4)


TARGETS: dict[str, Callable[[ImageSet, int, int], Tensor]] = {"masks": read_mask, "boxes": read_box}


def _words(data: ImageSet, i: int) -> np.ndarray:
    from ssl_core.functional.words import word_ids

    return word_ids(data.caption(i) or "", data.info.words)
