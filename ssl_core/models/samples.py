"""Single pictures as a task's batch of Samples."""

from __future__ import annotations

import numpy as np
import torch

from ssl_core.datasets.base import ImageSet
from ssl_core.functional.transforms.resize import as_images
from ssl_core.library.sets import PictureSet
from ssl_core.records.spec import RunSpec
from ssl_core.types import Samples


def as_samples(pictures: list[np.ndarray], size: int, label: int = -1) -> Samples:
    """uint8 H W 3 pictures of any size as Samples: the central square scaled to `size` pixels a side; index -1, not of the training set."""
    images_BCHW = as_images(pictures, size)
    nowhere_B = torch.full((len(pictures),), -1)
    return Samples(images_BCHW, nowhere_B, torch.full_like(nowhere_B, label))


def fixed_samples(spec: RunSpec) -> Samples:
    """The run's fixed held-out pictures, which every snapshot shows."""
    data = PictureSet.of_spec(spec, "test").open()
    return samples_at([(data, i) for i in spec.fixed])


def samples_at(places: list[tuple[ImageSet, int]]) -> Samples:
    """Pictures by data set and index as Samples: index_B -1, labels and words where known."""
    pairs = [data[i] for data, i in places]
    images_BCHW = torch.stack([image for image, _ in pairs]).float() / 255
    label_B = torch.tensor([label for _, label in pairs])
    said = all(data.info.words for data, _ in places)
    words_BL = torch.from_numpy(np.stack([_words(data, i) for data, i in places])) if said else None
    return Samples(images_BCHW, torch.full_like(label_B, -1), label_B, words_BL)


def _words(data: ImageSet, i: int) -> np.ndarray:
    from ssl_core.functional.words import word_ids

    return word_ids(data.caption(i) or "", data.info.words)
