"""Answers on single pictures, computed on the CPU while a person waits, one at a time for each model."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
import torch
from torch import Tensor

from ssl_core.functional.metrics.neighbours import far_from
from ssl_core.functional.rng import generator
from ssl_core.library.sets import PictureSet
from ssl_core.models.loaded import model_of
from ssl_core.models.samples import as_samples, fixed_samples
from ssl_core.records.runs import folder_of
from ssl_core.records.snapshots import Shown
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.tasks.base import PretextTask, Verdict
from ssl_core.types import Panel, PictureId, Samples, by_index


class Answer(NamedTuple):
    """A run's answer to one picture."""

    panels: list[Panel]
    verdict: Verdict | None
    unlike: str  # "this network has only seen …" where the picture is unlike its training pictures, else ""


@torch.no_grad()
def play(name: str, picture: np.ndarray, values: dict[str, Any], untrained: bool = False) -> Answer:
    """A run's answer to a uint8 H W 3 picture, with `values` in place of random draws. untrained: by the network before its first step.

    Raises:
        SettingsError: the run has no weights yet, its task can't be played, or a value is out of range.
    """
    task, lock = model_of(name, not untrained)
    if task.Play is None:
        raise SettingsError(f"'{task.name}' has nothing to play with.")
    with lock:
        chosen = task.Play.read(values, task.name)
        samples = fill_batch(folder_of(name), task, as_samples([picture], task.data.image_size))
        batch = task.transform(samples, generator(0, "play"), chosen)
        output = task(batch, task.last_phase)
        verdicts = task.verdicts(batch, output)
        unlike = "" if untrained else unlike_training(folder_of(name), task, picture)
        panels = panels_at_hand(folder_of(name), task.render(batch, output)[0])
        return Answer(panels, verdicts[0] if verdicts else None, unlike)


def fill_batch(folder: Path, task: PretextTask, samples: Samples) -> Samples:
    """A batch of the picture and `task.fill_batch` held-out ones, for losses that compare; the picture alone where its set is missing."""
    if not task.fill_batch:
        return samples
    try:
        others = _fixed(str(folder))
    except SettingsError:
        return samples
    images_BCHW = torch.cat([samples.images_BCHW, others.images_BCHW[: task.fill_batch]])
    unknown_B = torch.full((len(images_BCHW),), -1)
    return Samples(images_BCHW, unknown_B, unknown_B)


@lru_cache(8)
def _fixed(folder: str) -> Samples:
    return fixed_samples(spec_of(Path(folder)))


def panels_at_hand(folder: Path, panels: list[Panel]) -> list[Panel]:
    """Panels with array rows replaced by indices into the data set; such panels are dropped where the set isn't on this machine."""
    if not any(isinstance(panel.image, int) for panel in panels):
        return panels
    spec = spec_of(folder)
    try:
        place_S = PictureSet.of_spec(spec, "train").indices()
    except SettingsError:
        place_S = None
    return by_index(panels, place_S)


def opening(name: str) -> dict[str, Any]:
    """The values of `play` that a screen starts with, as plain values by setting; {} where the run's task can't be played.

    Raises:
        SettingsError: the run has no weights yet.
    """
    first = model_of(name).task.opening()
    return first.plain() if first is not None else {}


def unlike_training(folder: Path, task: PretextTask, picture: np.ndarray) -> str:
    """A warning where a picture is further from the training pictures than 99 of 100 held-out ones; "" where it isn't."""
    known = read_reference(folder)
    if known is None:
        return ""
    rows_SD, limit = known
    with torch.no_grad():
        feature_BD = task.encoder(as_samples([picture], task.data.image_size).images_BCHW).pooled_BD
    if float(far_from(feature_BD, rows_SD)[0]) <= limit:
        return ""
    shown = task.data.classes
    seen = f"pictures of {', '.join(shown[:4])}{' and the like' if len(shown) > 4 else ''}" if shown else "its training pictures"
    return f"This network has only seen {seen}. This picture is unlike them, so take its answer lightly."


def read_reference(folder: Path) -> tuple[Tensor, float] | None:
    """The content of reference.npz: S D features of training pictures, and the distance that 99 of 100 held-out pictures stay under."""
    path = folder / "reference.npz"
    if not path.exists():
        return None
    try:
        with np.load(path) as arrays:
            return torch.from_numpy(arrays["rows_SD"].astype(np.float32)), float(arrays["limit"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):  # damaged: no warning can be given
        return None


@torch.no_grad()
def untrained(name: str) -> Shown:
    """Panels of a run's fixed pictures by its network before the first step, which spec and seed determine."""
    folder = folder_of(name)
    spec, (task, lock) = spec_of(folder), model_of(name, trained=False)
    samples = fixed_samples(spec)
    with lock:
        batch = task.transform(samples, generator(spec.seed, "pictures"))
        rows = task.render(batch, task(batch, task.last_phase))
    return Shown(0, [0], rows, spec.dataset, PictureId.texts("test", spec.fixed), task.metric, task.headline)
