"""Features of many pictures, computed once and kept on disk as embed jobs: jobs/embed-<digest>/features.npz."""

from __future__ import annotations

import copy
import io
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from filelock import FileLock

from ssl_core.backbones.base import Backbone
from ssl_core.functional.rng import key
from ssl_core.jobs.status import Status, write_status
from ssl_core.library.names import SPLITS
from ssl_core.models.targets import SMALL, Target
from ssl_core.records.asked import Asked
from ssl_core.records.requests import EmbedRequest, TargetRequest
from ssl_core.settings import SettingsError
from ssl_core.system.memory import Kept
from ssl_core.system.processes import me

Report = Callable[[str, int, int], None]  # stage in words, number done, number in all; may raise to stop the work
BATCH = 256  # pictures of a batch; a quarter of that where they have more than SMALL pixels a side
SIZES = {"train": 10_000, "test": 2_000}  # pictures of a split where there is no accelerator


class Embedded(NamedTuple):
    """Features of S pictures."""

    features_SD: np.ndarray  # float32
    label_S: np.ndarray  # int64, -1 where unknown
    id_S: np.ndarray  # int64: index in the split


def how_many(target: Target, train: int | None = None, test: int | None = None) -> tuple[int, int]:
    """Numbers of train and test pictures for evaluation: as asked; else all with an accelerator, 10 000 and 2 000 without.

    Raises:
        SettingsError: a number below 1.
    """
    asked = {"train": train, "test": test}
    sizes = []
    for split, number in asked.items():
        if number is not None and number < 1:
            raise SettingsError(f"'{split}-images' must be at least 1. Got {number}.")
        most = number or (SIZES[split] if not torch.cuda.is_available() else 10**9)
        sizes.append(min(most, len(target.pictures(split))))
    return sizes[0], sizes[1]


def balanced_rows(label_N: np.ndarray, id_N: np.ndarray, most: int) -> np.ndarray:
    """Rows of at most `most` pictures, classes as equally frequent as their sizes allow; the same ones every time.

    Chosen by the pictures' indices in the set, so that a set decoded at another size gives the same pictures.
    """
    if most >= len(label_N):
        return np.arange(len(label_N))
    lot_N = np.array([key(0, "balanced", int(i)) for i in id_N])
    order_N = np.argsort(lot_N, kind="stable")
    turn_N = np.zeros(len(label_N), np.int64)  # number of earlier pictures of the same class
    for label in np.unique(label_N):
        mine = order_N[label_N[order_N] == label]
        turn_N[mine] = np.arange(len(mine))
    chosen = np.lexsort((lot_N, turn_N))[:most]
    return np.sort(chosen)


def embed_request(target: Target, split: str, most: int, layer: str | None = None) -> EmbedRequest:
    """Everything that features depend on: the request of a job of kind `embed`."""
    return {
        "target": target.text,
        "knows": target.digest,
        "dataset": target.dataset,
        "dataset_options": target.dataset_options,
        "data": target.pictures(split).digest(),
        "split": split,
        "pictures": most,
        "image_size": target.image_size,
        "layer": layer,
        "precision": "fp32",
    }


def target_of(spec: TargetRequest) -> Target:
    """The target that a job is about."""
    return Target.parse(spec["target"], spec["dataset"], spec["dataset_options"], spec["image_size"])


def unchanged_target(spec: TargetRequest) -> Target:
    """The target that a job is about, pinned to the pictures that the job was asked about.

    Raises:
        SettingsError: the target has other weights than when the job was asked for, or the set other pictures, splits or classes.
    """
    target = target_of(spec)
    target = target._replace(pinned=_pinned(target, spec))
    for split in target.pinned:
        target.pictures(split)
    Asked.of(spec["kind"], spec).check_unchanged(target.digest, target.title)
    return target


def _pinned(target: Target, spec: Mapping[str, Any]) -> dict[str, str]:
    """Split -> the digest of the pictures that a job was asked about. An untrained network is calibrated on training pictures too."""
    data = spec["data"]
    pinned = {spec["split"]: data} if isinstance(data, str) else dict(zip(SPLITS, data, strict=True))
    if target.kind == "random":
        pinned["train"] = spec["knows"].removeprefix(f"{target.text} ")
    return pinned


def embed_asked(target: Target, split: str, most: int, layer: str | None = None) -> Asked:
    """The job that computes features of at most `most` pictures of a split, at a layer (None: the deepest)."""
    return Asked.of("embed", embed_request(target, split, most, layer))


def cached_features(target: Target, split: str, most: int, layer: str | None = None) -> Embedded | None:
    """Stored features, None where they weren't computed yet."""
    read = (_read(folder / "features.npz") for folder in embed_asked(target, split, most, layer).folders())
    return next((found for found in read if found is not None), None)


def embedded(target: Target, split: str, most: int, layer: str | None = None, report: Report | None = None) -> Embedded:
    """Features of a balanced part of a split, read from disk or computed now and kept.

    Raises:
        SettingsError: the target has no weights, or no such layer.
    """
    found = cached_features(target, split, most, layer)
    if found is not None:
        return found
    tell = report or (lambda stage, done, of: None)
    layer_name = target.layer_named(layer)
    if target.kind == "pixels":  # reading pictures again is faster than storing them twice
        return _compute(target, split, most, layer, tell)
    folder = embed_asked(target, split, most, layer).ask()
    with FileLock(folder / "features.lock"):
        found = _read(folder / "features.npz")
        if found is None:
            found = _compute(target, split, most, layer, tell)
            _write(folder, found, layer_name)
    return found


def _compute(target: Target, split: str, most: int, layer: str | None, tell: Report) -> Embedded:
    pictures = target.picture_set(split).decoded(lambda done, of: tell("reading pictures", done, of))
    rows_S = balanced_rows(pictures.label_N, pictures.id_N, most)
    copied = _on_accelerator(target)
    parts, batch = [], BATCH if target.seen_size <= SMALL else BATCH // 4
    for at in range(0, len(rows_S), batch):
        tell("looking at pictures", at, len(rows_S))
        images_BCHW = torch.from_numpy(pictures.images(rows_S[at : at + batch])).float() / 255
        parts.append(target.features(images_BCHW, layer, copied).numpy())
    tell("looking at pictures", len(rows_S), len(rows_S))
    features_SD = np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)
    if not np.isfinite(features_SD).all():
        raise ArithmeticError(f"Features of '{target.title}' are not finite: its weights are damaged or its training diverged.")
    return Embedded(features_SD.astype(np.float32, copy=False), pictures.label_N[rows_S], pictures.id_N[rows_S])


def _on_accelerator(target: Target) -> Backbone | None:
    """A copy of the network on the accelerator, None where there is none."""
    if target.kind == "pixels" or not torch.cuda.is_available():
        return None
    backbone, lock = target.network()
    with lock:  # outside of the lock the copy could contain another caller's hook
        return copy.deepcopy(backbone).to("cuda")


def _read(path: Path) -> Embedded | None:
    try:
        with open(path, "rb") as file, np.load(file) as arrays:
            return Embedded(arrays["features"], arrays["labels"], arrays["places"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):  # missing or damaged: computed again
        return None


def _write(folder: Path, found: Embedded, layer: str) -> None:
    stream = io.BytesIO()
    np.savez(stream, features=found.features_SD, labels=found.label_S, places=found.id_S)
    part = folder / f"features.{os.getpid()}.part"
    part.write_bytes(stream.getbuffer())
    os.replace(part, folder / "features.npz")
    if not (folder / "status.json").exists():  # computed within another job: no worker writes the status of this one
        write_status(folder, Status(state="done", facts={"layer": layer}, **me()))


DOTS = 2_000  # test pictures on a map, balanced over the classes


def seen_already(target: Target, most: int, layer: str | None = None) -> Embedded | None:
    """Features of test pictures where they are stored; those of `pixels` are computed now if the pictures are decoded. Else None."""
    if target.kind == "pixels":
        ready = target.picture_set("test").is_decoded()
        return _kept(target.text, target.pictures("test").digest(), most, target) if ready else None
    return _kept(target.text, f"{target.digest} {target.pictures('test').digest()} {layer}", most, target, layer)


REMEMBERED = 8  # targets whose features of test pictures are held in memory
_memory: Kept[tuple[str, str, int], Embedded] = Kept(REMEMBERED)


def _kept(text: str, digest: str, most: int, target: Target, layer: str | None = None) -> Embedded | None:
    key = (text, digest, most)
    found = _memory.known(key)
    if found is None:
        found = embedded(target, "test", most) if target.kind == "pixels" else cached_features(target, "test", most, layer)
        if found is not None:
            _memory.put(key, found)
    return found
