"""Answers on single pictures, fast enough to wait for: on the CPU, one lock a model."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
import torch
from torch import Tensor

from ssl_core import decoding, library
from ssl_core.build import build_task, latest_checkpoint, load_task
from ssl_core.functional.distances import far_from
from ssl_core.functional.frames import as_images
from ssl_core.functional.keys import generator
from ssl_core.request import make_spec
from ssl_core.runs import folder_of
from ssl_core.settings import SettingsError
from ssl_core.snapshots import Shown
from ssl_core.specs import spec_of
from ssl_core.tasks.base import PretextTask, Verdict, to_uint8
from ssl_core.types import Panel, Samples, placed

MODELS = 6  # kept in memory


class Answer(NamedTuple):
    """What a run says to one picture."""

    panels: list[Panel]
    verdict: Verdict | None
    unlike: str  # "this network has only seen …" where the picture is unlike its training pictures, else ""


class Model(NamedTuple):
    """A task in eval mode with the lock under which it is asked."""

    task: PretextTask
    lock: threading.Lock


_models: OrderedDict[tuple[str, str], Model] = OrderedDict()
_shelf = threading.Lock()


def model_of(name: str, trained: bool = True) -> Model:
    """The task of a run as trained so far, or before its first step; a few are kept in memory."""
    folder = folder_of(name)
    last = latest_checkpoint(folder) if trained else None
    key = (str(folder), f"{last}{last.stat().st_mtime if last else ''}")
    with _shelf:
        if key not in _models:
            task = load_task(folder) if trained else build_task(spec_of(folder)).requires_grad_(False)
            _models[key] = Model(task, threading.Lock())
        _models.move_to_end(key)
        while len(_models) > MODELS:
            _models.popitem(last=False)
        return _models[key]


def as_samples(pictures: list[np.ndarray], size: int, label: int = -1) -> Samples:
    """uint8 H W 3 pictures of any size as a batch: the middle square, scaled to what the network gets; their place is -1."""
    images_BCHW = as_images(pictures, size)
    nowhere_B = torch.full((len(pictures),), -1)
    return Samples(images_BCHW, nowhere_B, torch.full_like(nowhere_B, label))


@torch.no_grad()
def play(name: str, picture: np.ndarray, values: dict[str, Any], untrained: bool = False) -> Answer:
    """What a run (or its untrained twin) answers to a uint8 H W 3 picture with chance replaced by a person's choice.

    Raises:
        SettingsError: where the run has no weights yet, its task can't be played, or a value is out of range.
    """
    task, lock = model_of(name, not untrained)
    if task.Play is None:
        raise SettingsError(f"'{task.name}' has nothing to play with.")
    with lock:
        chosen = task.Play.read(values, task.name)
        samples = in_company(folder_of(name), task, as_samples([picture], task.data.image_size))
        batch = task.transform(samples, generator(0, "play"), chosen)
        output = task(batch, task.phases[-1] if task.phases else "main")
        verdicts = task.verdicts(batch, output)
        unlike = "" if untrained else unlike_training(folder_of(name), task, picture)
        panels = at_hand(folder_of(name), task.render(batch, output)[0])
        return Answer(panels, verdicts[0] if verdicts else None, unlike)


def in_company(folder: Path, task: PretextTask, samples: Samples) -> Samples:
    """A picture with held-out ones behind it, for a task that compares pictures; alone where those aren't on this machine."""
    if not task.company:
        return samples
    try:
        others = _fixed(str(folder))
    except SettingsError:
        return samples
    images_BCHW = torch.cat([samples.images_BCHW, others.images_BCHW[: task.company]])
    return Samples(images_BCHW, *(torch.full((len(images_BCHW),), -1) for _ in range(2)))


@lru_cache(8)
def _fixed(folder: str) -> Samples:
    return fixed_samples(spec_of(Path(folder)))


def at_hand(folder: Path, panels: list[Panel]) -> list[Panel]:
    """Panels that show a training picture by its row, by its place in the set instead; left out where the set isn't on this machine."""
    if not any(isinstance(panel.image, int) for panel in panels):
        return panels
    spec = spec_of(folder)
    try:
        place_S = decoding.places(spec["dataset"], "train", spec["recipe"]["image_size"], spec.get("dataset_options", {}))
    except SettingsError:
        place_S = None
    return placed(panels, place_S)


def opening(name: str) -> dict[str, Any]:
    """What a person finds when they begin to play with a run, as plain values by setting; {} where its task can't be played.

    Raises:
        SettingsError: where the run has no weights yet.
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
    """Features of training pictures and the distance that 99 of 100 held-out pictures stay under, as the worker left them."""
    path = folder / "reference.npz"
    if not path.exists():
        return None
    try:
        with np.load(path) as arrays:
            return torch.from_numpy(arrays["rows_SD"].astype(np.float32)), float(arrays["limit"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):  # damaged: then nobody can say how unlike a picture is
        return None


@torch.no_grad()
def untrained(name: str) -> Shown:
    """The fixed pictures of a run as it answers them before the first step: from spec and seed alone."""
    folder = folder_of(name)
    spec, (task, lock) = spec_of(folder), model_of(name, trained=False)
    samples = fixed_samples(spec)
    with lock:
        batch = task.transform(samples, generator(spec["seed"], "pictures"))
        rows = task.render(batch, task(batch, task.phases[-1] if task.phases else "main"))
    return Shown(0, [0], rows, spec["dataset"], [f"test-{i}" for i in spec["fixed"]], task.metric, task.glance)


def fixed_samples(spec: dict[str, Any]) -> Samples:
    """The held-out pictures of a run that a person sees at every look."""
    data = library.open_set(spec["dataset"], "test", spec["recipe"]["image_size"], spec.get("dataset_options", {}))
    return _samples([(data, i) for i in spec["fixed"]])


def _samples(places: list[tuple[Any, int]]) -> Samples:
    """Pictures by set and place as a task gets them: not in the training set, with class and sentence where they are known."""
    pairs = [data[i] for data, i in places]
    images_BCHW = torch.stack([image for image, _ in pairs]).float() / 255
    label_B = torch.tensor([label for _, label in pairs])
    said = all(data.info.words for data, _ in places)
    words_BL = torch.from_numpy(np.stack([_words(data, i) for data, i in places])) if said else None
    return Samples(images_BCHW, torch.full_like(label_B, -1), label_B, words_BL)


def _words(data: Any, i: int) -> np.ndarray:
    from ssl_core.data.base import word_ids

    return word_ids(data.caption(i) or "", data.info.words)


def transformed(values: dict[str, Any], ids: list[str], seed: int = 0) -> Shown:
    """What a task makes of pictures, before any training: a row a picture, the original first.

    Raises:
        SettingsError: where the values can't be granted.
    """
    spec = make_spec({**values, "seed": 0})
    task = build_task(spec).train()  # as in training: mirrored at random and the like
    chosen = [(split, int(i)) for split, _, i in (name.partition("-") for name in ids)]
    data = {s: library.open_set(spec["dataset"], s, spec["recipe"]["image_size"], spec["dataset_options"]) for s in {s for s, _ in chosen}}
    samples = _samples([(data[s], i) for s, i in chosen])
    batch = task.transform(samples, generator(seed, "preview"))
    originals = to_uint8(samples.images_BCHW).numpy()
    rows = [[Panel(image, "the picture", turns=0), *row] for image, row in zip(originals, task.preview(batch), strict=True)]
    return Shown(0, [0], rows, spec["dataset"], ids, task.metric, task.glance)


def sample_pictures() -> list[tuple[str, np.ndarray]]:
    """Two photographs that are always at hand (scikit-learn's), uint8 H W 3."""
    found = find_spec("sklearn")
    assert found is not None and found.submodule_search_locations
    home = Path(found.submodule_search_locations[0]) / "datasets" / "images"  # its pictures without its seconds of imports
    return [(path.stem, library.upload_picture(path.read_bytes())) for path in sorted(home.glob("*.jpg"))]
