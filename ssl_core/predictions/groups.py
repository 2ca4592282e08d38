"""Groups that a run makes of test pictures: clusters, predicted classes, pictures retrieved by a sentence."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import torch

from ssl_core.functional.rng import generator
from ssl_core.jobs.status import status_of
from ssl_core.library.sets import PictureSet
from ssl_core.models.loaded import model_of
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.tasks.base import PretextTask
from ssl_core.types import PictureId, Samples

COUNT = 512  # test pictures that are grouped
FEWEST = 4  # pictures that a group must have: the most frequent class of fewer says little


class Together(NamedTuple):
    """A group of pictures."""

    title: str
    ids: tuple[str, ...]  # "test-12", the surest first
    kind: str  # the most frequent class, "" where no class is known; the run may never have seen labels
    share: float  # of the group's pictures that are of that class


class Sorted(NamedTuple):
    """All groups that a run made."""

    dataset: str
    asked: int  # pictures that the run was asked about
    sheets: list[Together]  # by falling `share`


def put_together(name: str, values: dict[str, Any]) -> Sorted:
    """A run's groups of pictures of its test set, in eval mode; kept in memory until its weights change.

    values: as for `play`; only texts are used, for all pictures, since a rectangle, a drawing or an edit belongs to one picture.

    Raises:
        SettingsError: the run has no weights yet, its pictures aren't on this machine, or a value is out of range.
    """
    words = tuple(sorted((key, value) for key, value in values.items() if isinstance(value, str)))
    return _sorted(name, str(folder_of(name)), status_of(folder_of(name)).weights, words)


@lru_cache(maxsize=16)
@torch.no_grad()
def _sorted(name: str, folder: str, weights: str, words: tuple[tuple[str, str], ...]) -> Sorted:
    spec = spec_of(Path(folder))
    task, lock = model_of(name)
    if type(task).groups is PretextTask.groups:
        return Sorted(spec.dataset, 0, [])
    shown = _shown(spec.dataset, spec.recipe.image_size, json.dumps(spec.dataset_options, sort_keys=True))
    with lock:
        play = task.Play.read(dict(words), task.name) if task.Play else None
        batch = task.transform(shown.samples, generator(0, "sheets"), play)
        found = task.groups(batch, task(batch, task.last_phase))
    told = [_told(each.title, each.rows, shown) for each in found if len(each.rows) >= min(FEWEST, len(shown.ids))]
    return Sorted(spec.dataset, len(shown.ids), sorted(told, key=lambda each: (-each.share, -len(each.ids))))


class _Pictures(NamedTuple):
    """Pictures of a test set, read once."""

    samples: Samples
    ids: list[str]
    kinds: list[str]  # the class of each picture, "" where unknown


@lru_cache(maxsize=4)
def _shown(dataset: str, size: int, options: str) -> _Pictures:
    data = PictureSet(dataset, "test", size, json.loads(options)).open()
    read = data.read_many(sorted({k * len(data) // COUNT for k in range(COUNT)}))
    data.close()
    images_BCHW = torch.from_numpy(read.images_NCHW).float() / 255
    label_B = torch.from_numpy(read.label_N)
    kinds = [data.info.classes[k] if k >= 0 else "" for k in read.label_N.tolist()]
    samples = Samples(images_BCHW, torch.full_like(label_B, -1), label_B)
    return _Pictures(samples, PictureId.texts("test", read.id_N), kinds)


def _told(title: str, rows: tuple[int, ...], shown: _Pictures) -> Together:
    kinds = Counter(shown.kinds[row] for row in rows if shown.kinds[row])
    kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
    return Together(title, tuple(shown.ids[row] for row in rows), kind, count / len(rows))
