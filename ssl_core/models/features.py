"""Features of many pictures, computed once and kept on disk as embed jobs: jobs/embed-<digest>/features.npz."""

from __future__ import annotations

import copy
import io
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from filelock import FileLock

from ssl_core.backbones.base import Backbone
from ssl_core.jobs.status import Status, write_status
from ssl_core.library.names import SPLITS
from ssl_core.models.blocks import PictureBlock, balanced_rows, read_anew
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


def embed_request(target: Target, split: str, most: int, layer: str | None = None) -> EmbedRequest:
    """Everything that features depend on: the request of a job of kind `embed`."""
    request: EmbedRequest = {
        "target": target.text,
        "knows": target.digest,
        "dataset": target.dataset,
        "dataset_options": target.dataset_options,
        "data": target.pictures(split).digest(),
        "split": split,
        "pictures": most,
        "image_size": target.read_size,
        "layer": layer,
        "precision": target.precision,
    }
    if target.measure > 1:  # results of the measure before it was mended have another request, and are never found
        request["measure"], request["seen"] = target.measure, target.seen_size
    return request


def target_of(spec: TargetRequest) -> Target:
    """The target that a job is about."""
    return Target.parse(spec["target"], spec["dataset"], spec["dataset_options"], spec["image_size"])


def unchanged_target(spec: TargetRequest, later: int = 0) -> Target:
    """The target that a job is about, pinned to the pictures that the job was asked about.

    later: how many versions of the measure the job's own is ahead of the target's.

    Raises:
        SettingsError: the target has other weights than when the job was asked for, or the set other pictures, splits or classes.
    """
    target = target_of(spec)
    target = target._replace(pinned=_pinned(target, spec))
    for split in target.pinned:
        target.pictures(split)
    if spec.get("measure", 1) != target.measure + later:
        raise SettingsError(f"'{target.title}' was asked for by a version that measured otherwise. Ask again.")
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
    copied, batch = on_accelerator(target), batch_of(target)
    parts, labels, ids, done = [], [], [], 0
    for block in blocks(target, split, most, batch, tell):
        images_BCHW = torch.from_numpy(block.images_BCHW).float() / 255
        parts.append(target.features(images_BCHW, layer, copied).numpy())
        labels.append(block.label_B)
        ids.append(block.id_B)
        done += len(block.id_B)
        tell("looking at pictures", min(done, most), most)
    if not parts:
        return Embedded(np.zeros((0, 0), np.float32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    features_SD, label_S, id_S = (np.concatenate(each) for each in (parts, labels, ids))
    if not np.isfinite(features_SD).all():
        raise ArithmeticError(f"Features of '{target.title}' are not finite: its weights are damaged or its training diverged.")
    rows_S = np.argsort(id_S)[balanced_rows(label_S[np.argsort(id_S)], np.sort(id_S), most)]
    return Embedded(features_SD[rows_S].astype(np.float32, copy=False), label_S[rows_S], id_S[rows_S])


def batch_of(target: Target) -> int:
    """Pictures of a batch."""
    return BATCH if target.seen_size <= SMALL else BATCH // 4


def blocks(target: Target, split: str, most: int, size: int, tell: Report) -> Iterator[PictureBlock]:
    """The pictures in blocks, balanced over the classes: from decoded arrays; for `reads_files`, where there are none, read anew."""
    wanted = target.picture_set(split)
    if target.reads_files and not wanted.is_decoded():  # at its size a whole set would fill gigabytes of the cache
        tell("reading pictures", 0, most)
        yield from read_anew(wanted, most, size)
        return
    pictures = wanted.decoded(lambda done, of: tell("reading pictures", done, of))
    rows_S = balanced_rows(pictures.label_N, pictures.id_N, most)
    for at in range(0, len(rows_S), size):
        rows_B = rows_S[at : at + size]
        yield PictureBlock(pictures.images(rows_B), pictures.label_N[rows_B], pictures.id_N[rows_B])


def on_accelerator(target: Target) -> Backbone | None:
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
