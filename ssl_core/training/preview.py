"""A task's transformation of given pictures, before any training."""

from __future__ import annotations

from typing import Any

from ssl_core.functional.rng import generator
from ssl_core.library.sets import PictureSet
from ssl_core.models.build import build_task
from ssl_core.models.samples import samples_at
from ssl_core.records.snapshots import Shown
from ssl_core.tasks.base import to_uint8
from ssl_core.training.request import make_spec
from ssl_core.types import Panel, PictureId


def transformed(values: dict[str, Any], ids: list[str], seed: int = 0) -> Shown:
    """Panels of a task's transformation of pictures, without any training: a row a picture, the original first.

    values: as `new_run` takes them; ids: "test-12".

    Raises:
        SettingsError: as `make_spec`.
    """
    spec = make_spec({**values, "seed": 0})
    task = build_task(spec).train()  # in train mode, so that random augmentation applies
    chosen = [PictureId.parse(text) for text in ids]
    data = {s: PictureSet.of_spec(spec, s).open() for s in {each.split for each in chosen}}
    samples = samples_at([(data[each.split], each.index) for each in chosen], task.needs)
    batch = task.transform(samples, generator(seed, "preview"))
    originals = to_uint8(samples.images_BCHW).numpy()
    rows = [[Panel(image, "the picture", turns=0), *row] for image, row in zip(originals, task.preview(batch), strict=True)]
    return Shown(0, [0], rows, spec.dataset, ids, task.metric, task.headline)
