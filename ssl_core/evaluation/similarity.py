"""Two networks without labels: CKA of their layers, shared neighbours; of each its rank, spectrum, alignment and uniformity.

All on the same N test pictures. Axes: B picture of a batch, S picture, D feature.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ssl_core.functional.metrics.cka import cka
from ssl_core.functional.metrics.collapse import effective_directions, health
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.functional.metrics.shared_neighbours import shared_neighbours
from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.resize import resized
from ssl_core.functional.transforms.views import Edits, two_views
from ssl_core.jobs.report import Reporter
from ssl_core.jobs.status import Status
from ssl_core.models.blocks import balanced_rows, read_anew
from ssl_core.models.features import target_of
from ssl_core.models.targets import Target, parse_all
from ssl_core.records.asked import Asked
from ssl_core.records.requests import SimilarRequest
from ssl_core.settings import SettingsError
from ssl_core.system.disk import write_json

PICTURES = 1_000  # test pictures; their number changes rank, uniformity and shared neighbours, so it is the same for all
FEWEST = 50  # test pictures below which nothing is measured
NEAR = 10  # neighbours compared
BATCH = 128
METHOD = 1  # version of what is measured


class Quality(NamedTuple):
    """What is said of one network's features (the deepest, pooled) without labels."""

    target: str
    title: str
    architecture: str  # name and width of the features: rank and uniformity are compared within one
    rank: float  # effective number of directions (RankMe), at most `most`
    most: int
    singular_values: list[float]  # the spectrum: 33 at most, evenly spaced, over the largest, descending
    alignment: float  # mean squared distance of two edited copies of a picture, features of length 1: 0 where edits change nothing
    uniformity: float  # log mean exp(-2 squared distance) of different pictures: 0 where all are alike, lower is more spread out


class Similarity(NamedTuple):
    """Two networks on the same pictures; the second may be the first."""

    a: Quality
    b: Quality
    a_layers: list[str]  # from shallow to deep
    b_layers: list[str]
    cka: list[list[float]]  # of each layer of a with each of b, debiased
    neighbours: Interval  # mean share of the NEAR nearest others that both have, by the deepest features
    pictures: int

    @property
    def chance(self) -> float:
        """The share of neighbours that features would share by chance."""
        return NEAR / (self.pictures - 1)

    @property
    def notes(self) -> list[str]:
        """What may be compared with what, in sentences."""
        said = [
            f"CKA and shared neighbours compare any two networks on the same {self.pictures} pictures. CKA is 1 where layers differ by a "
            "rotation and a scale alone, about 0 where they have nothing in common (debiased)."
        ]
        alike = self.a.architecture == self.b.architecture
        both = "so the two may be compared" if alike else f"so {self.a.title} and {self.b.title} may not be"
        return [*said, f"Rank, alignment and uniformity depend on the architecture and on the number of pictures, {both}."]

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        value, lo, hi = self.neighbours
        near = {"share": value, "ci95": [lo, hi], "k": NEAR, "chance": self.chance}
        layers = {"layers": [self.a_layers, self.b_layers], "cka": self.cka}
        return {"a": self.a._asdict(), "b": self.b._asdict(), **layers, "neighbours": near, "pictures": self.pictures, "notes": self.notes}


def similar_asked(a: Target, b: Target) -> Asked:
    """The job that compares two networks. Raises SettingsError where one has no weights, or there are too few pictures."""
    count = min(PICTURES, len(a.pictures("test")))
    if count < FEWEST:
        raise SettingsError(f"Without labels networks are compared on at least {FEWEST} test pictures. '{a.dataset}' has {count}.")
    request: SimilarRequest = {
        "target": a.text,
        "knows": a.digest,
        "dataset": a.dataset,
        "dataset_options": a.dataset_options,
        "image_size": a.read_size,
        "layer": None,
        "precision": a.precision,
        "other": b.text,
        "other_knows": b.digest,
        "other_size": b.read_size,
        "seen": a.seen_size,
        "pictures": count,
        "data": a.pictures("test").digest(),
        "method": METHOD,
    }
    return Asked.of("similar", request)


def _two(a: str, b: str, dataset: str | None) -> tuple[Target, Target]:
    found = parse_all([a, b], dataset)
    return found[0], found[-1]


def request_similarity(a: str, b: str, dataset: str | None = None) -> Path:
    """Hands the comparison of two networks to the warm worker; the job's folder. Raises SettingsError as `similar_asked`."""
    return similar_asked(*_two(a, b, dataset)).hand_over()


def stop_similarity(a: str, b: str, dataset: str | None = None) -> None:
    """Asks the comparison to end; nothing happens where none is queued or at work."""
    similar_asked(*_two(a, b, dataset)).withdraw()


def similarity_status(a: str, b: str, dataset: str | None = None) -> Status | None:
    """How the comparison stands; None where nobody has asked for it."""
    return similar_asked(*_two(a, b, dataset)).status()


def similarity(a: str, b: str, dataset: str | None = None) -> Similarity | None:
    """Two networks compared; None until their job is done. Nothing is started. Raises SettingsError as `similar_asked`."""
    found = similar_asked(*_two(a, b, dataset)).result()
    if found is None:
        return None
    own, other = (Quality(**found[name]) for name in ("a", "b"))
    (own_layers, other_layers), cells = found["layers"], found["cka"]
    return Similarity(own, other, own_layers, other_layers, cells, Interval(*found["neighbours"]), found["pictures"])


def work_similar(folder: Path, spec: SimilarRequest, report: Reporter) -> None:
    """Works a job of kind `similar`; the result into result.json.

    Raises:
        SettingsError: a network has other weights now, or the set other pictures.
        ArithmeticError: features aren't finite.
    """
    a = target_of(spec)._replace(pinned={"test": spec["data"]})
    b = Target.parse(spec["other"], spec["dataset"], spec["dataset_options"], spec["other_size"])
    Asked.of("similar", spec).check_unchanged(a.digest, a.title)
    if b.digest != spec["other_knows"]:
        raise SettingsError(f"'{b.title}' has learnt on since this was asked. Ask again for its newest weights.")
    first = _seen(a, spec["pictures"], report)
    second = first if b.text == a.text else _seen(b, spec["pictures"], report)
    report.progress("comparing layers", 0, 1)
    alike = cka(list(first.layers.values()), list(second.layers.values()))
    result = {
        **{name: _quality(target, seen)._asdict() for name, target, seen in (("a", a, first), ("b", b, second))},
        "layers": [list(first.layers), list(second.layers)],
        "cka": np.round(alike, 4).tolist(),
        "neighbours": list(shared_neighbours(first.features_SD, second.features_SD, NEAR)),
        "pictures": len(first.features_SD),
    }
    write_json(folder / "result.json", result)


class Seen(NamedTuple):
    """What a network makes of the pictures."""

    layers: dict[str, np.ndarray]  # S x D: the mean over height and width of each layer
    features_SD: np.ndarray  # the deepest, pooled
    copies_2SD: Tensor  # of two edited copies of each picture


def _seen(target: Target, most: int, report: Reporter) -> Seen:
    layers: dict[str, list[np.ndarray]] = {}
    features, copies, done = [], [], 0
    for images_BCHW in _batches(target, most):
        report.progress(f"looking at pictures with {target.title}", done, most)
        for name, value_BD in _pooled_layers(target, images_BCHW).items():
            layers.setdefault(name, []).append(value_BD.numpy())
        features.append(target.features(images_BCHW).numpy())
        edited_2BCHW = two_views(images_BCHW, generator(0, done, "copies"), Edits())
        copies.append(torch.stack([target.features(each) for each in edited_2BCHW]))
        done += len(images_BCHW)
    seen = Seen({name: np.concatenate(parts) for name, parts in layers.items()}, np.concatenate(features), torch.cat(copies, 1))
    if not all(np.isfinite(each).all() for each in (*seen.layers.values(), seen.features_SD)):
        raise ArithmeticError(f"Features of '{target.title}' are not finite: its weights are damaged or its training diverged.")
    return seen


def _batches(target: Target, most: int) -> Iterator[Tensor]:
    """The test pictures in [0, 1], balanced over the classes: from decoded arrays; for ImageNet, where there are none, from their files."""
    wanted = target.picture_set("test")
    if target.kind == "imagenet" and not wanted.is_decoded():
        for block in read_anew(wanted, most, BATCH // 2):
            yield torch.from_numpy(block.images_BCHW).float() / 255
        return
    pictures = wanted.decoded(lambda done, of: None)
    rows_S = balanced_rows(pictures.label_N, pictures.id_N, most)
    for at in range(0, len(rows_S), BATCH):
        yield torch.from_numpy(pictures.images(rows_S[at : at + BATCH])).float() / 255


@torch.no_grad()
def _pooled_layers(target: Target, images_BCHW: Tensor) -> dict[str, Tensor]:
    """B x D of each layer, from shallow to deep; of raw pixels themselves."""
    seen_BCHW = resized(images_BCHW, target.seen_size)
    if target.kind == "pixels":
        return {"pixels": seen_BCHW.flatten(1)}
    backbone, lock = target.network()
    with lock:
        found = backbone.activations(seen_BCHW, backbone.layers)
    return {name: found[name].mean((2, 3)).float() for name in backbone.layers}


def _quality(target: Target, seen: Seen) -> Quality:
    directions, measured = effective_directions(torch.from_numpy(seen.features_SD)), health(seen.copies_2SD)
    name = "pixels" if target.kind == "pixels" else target.backbone().name
    most, width = min(seen.features_SD.shape), seen.features_SD.shape[1]
    rank, spectrum = directions["rank"], directions["spectrum"]
    assert isinstance(rank, float) and isinstance(spectrum, list)
    told = measured["alignment"], measured["uniformity"]
    return Quality(target.text, target.title, f"{name}, {width} numbers", rank, most, spectrum, *told)
