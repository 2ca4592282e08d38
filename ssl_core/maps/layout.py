"""Maps: features of test pictures projected to the plane, with the share of neighbours of the same class before and after.

Axes: S picture, D feature.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ssl_core.functional.metrics.agreement import SPARE, VERSION, agreement_by_chance, best_agreement, class_agreement
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.functional.metrics.neighbours import nearest_in_plane, nearest_others
from ssl_core.jobs.report import Reporter
from ssl_core.jobs.status import Status
from ssl_core.models.features import DOTS, Embedded, embed_asked, embed_request, embedded, how_many, seen_already, unchanged_target
from ssl_core.models.targets import Target
from ssl_core.parts.catalogues import PROJECTORS
from ssl_core.records.asked import Asked
from ssl_core.records.requests import MapRequest
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.roots import cache_root, runs_root
from ssl_core.types import PictureId


def expect_map(text: str, projector: str = "umap") -> float | None:
    """Seconds that the last map by this projector, of as many pictures, took here; None where there is none.

    Raises:
        SettingsError: as `map_request`.
    """
    asked = map_request(Target.parse(text), projector)
    folders = [folder for root in (runs_root(), cache_root() / "targets") for folder in root.glob("*/jobs/project-*")]
    times = []
    for folder in folders:
        spec, status = read_json(folder / "spec.json", {}), read_json(folder / "status.json", {})
        if status.get("state") == "done" and all(spec.get(name) == asked[name] for name in ("projector", "pictures")):
            times.append((status.get("beat", 0.0), float(status.get("wall", 0.0))))
    return max(times)[1] if times else None


NEAR = 10  # neighbours whose class is compared
FEWEST = 3  # pictures of a map
SEED = 0  # of every map: equal requests give equal maps


class Layout(NamedTuple):
    """Test pictures in the plane, with the agreement of neighbours there and in feature space."""

    xy_S2: np.ndarray  # float32
    ids: list[str]  # "test-12"
    label_S: np.ndarray  # int64, -1 where unknown
    classes: tuple[str, ...]
    agreement_plane: Interval | None  # mean share of a dot's NEAR neighbours that are of its class; None without classes
    agreement_features: Interval | None  # the same in feature space
    chance: float | None  # the same with neighbours drawn at random
    projector: str
    n: int
    by: str = ""  # the factor whose kinds `label_S` and `classes` are; "": the class
    value_S: np.ndarray | None = None  # float32: the factor where it is a number, NaN where unknown
    best: float | None = None  # the highest agreement there can be: a class of c pictures gives each at most c - 1 neighbours


def map_request(
    target: Target, projector: str, options: dict[str, Any] | None = None, layer: str | None = None, pictures: int = DOTS
) -> MapRequest:
    """Everything that a map depends on: the spec of its job, whose digest names the folder. pictures: of the test split, at most.

    Raises:
        SettingsError: there is no such projector, a setting isn't allowed, the target has no weights, or there are too few pictures.
    """
    if pictures < FEWEST:
        raise SettingsError(f"'pictures' of a map must be at least {FEWEST}. Got {pictures}.")
    part = PROJECTORS[projector]
    plain = part.Options.read(options, projector).plain()
    size = min(pictures, len(target.pictures("test")))
    return {**embed_request(target, "test", size, layer), "projector": projector, "options": plain, "seed": SEED}


def map_asked(
    target: Target, projector: str, options: dict[str, Any] | None = None, layer: str | None = None, pictures: int = DOTS
) -> Asked:
    """The job that draws a map. Raises SettingsError as `map_request`."""
    return Asked.of("project", map_request(target, projector, options, layer, pictures))


def request_layout(
    text: str,
    dataset: str | None = None,
    projector: str = "umap",
    options: dict[str, Any] | None = None,
    layer: str | None = None,
    pictures: int = DOTS,
) -> Path | None:
    """Hands the job of a map to the warm worker; its folder, None where the map is finished. Raises SettingsError as `map_request`."""
    asked = map_asked(Target.parse(text, dataset), projector, options, layer, pictures)
    return asked.hand_over() if asked.finished() is None else None


def map_finished_run(folder: Path) -> None:
    """Has the map of a finished run drawn by the warm worker; SSL_NO_MAPS=1 switches that off."""
    if not os.environ.get("SSL_NO_MAPS"):
        request_layout(folder.name)


def layout_status(text: str, dataset: str | None = None, projector: str = "umap", options: dict[str, Any] | None = None) -> Status | None:
    """The status of the job that draws a map, None where nobody has asked for it. Raises SettingsError as `map_request`."""
    return map_asked(Target.parse(text, dataset), projector, options).status()


def layout(
    text: str,
    dataset: str | None = None,
    projector: str = "pca",
    options: dict[str, Any] | None = None,
    layer: str | None = None,
    pictures: int = DOTS,
) -> Layout | None:
    """A finished map; by a projector that isn't `slow` also one drawn now, where the features are computed. Else None.

    Raises:
        SettingsError: as `map_request`.
    """
    return layout_of(Target.parse(text, dataset), projector, options, layer, pictures)


def layout_of(
    target: Target, projector: str, options: dict[str, Any] | None = None, layer: str | None = None, pictures: int = DOTS
) -> Layout | None:
    """`layout` of a parsed target."""
    request = map_request(target, projector, options, layer, pictures)
    folder = Asked.of("project", request).finished()
    if folder is not None:
        return _read(str(folder), projector, tuple(target.pictures("test").info.classes))
    if PROJECTORS[projector].slow:
        return None
    found = seen_already(target, request["pictures"], layer)
    return None if found is None else draw_map(found, target, request)


def agreements(layout: Layout, features_SD: np.ndarray | None = None) -> Layout:
    """The map with the agreement of neighbours in the plane and, where features are given, among them; none where few have a class."""
    known = layout.label_S >= 0
    if known.sum() <= NEAR:
        return layout._replace(agreement_plane=None, agreement_features=None, chance=None, best=None)
    label_S = layout.label_S[known]
    near_SL = None if features_SD is None else nearest_others(features_SD[known], SPARE * NEAR)
    return layout._replace(
        agreement_plane=class_agreement(nearest_in_plane(layout.xy_S2[known], SPARE * NEAR), label_S, NEAR).whole,
        agreement_features=None if near_SL is None else class_agreement(near_SL, label_S, NEAR).whole,
        chance=agreement_by_chance(label_S),
        best=best_agreement(label_S, NEAR),
    )


def work_project(folder: Path, spec: MapRequest, report: Reporter) -> None:
    """Works a job of kind `project`: positions into result.npz, agreements into result.json.

    Raises:
        SettingsError: the target has other weights now, or there are fewer than 3 pictures.
    """
    target = unchanged_target(spec)
    found = embedded(target, "test", spec["pictures"], spec["layer"], report.progress)
    report.progress("drawing the map", 0, 1)
    drawn = draw_map(found, target, spec)
    stream = io.BytesIO()
    np.savez_compressed(stream, xy=drawn.xy_S2, labels=drawn.label_S.astype(np.int16), places=found.id_S.astype(np.int32))
    part = folder / f"result.{os.getpid()}.part"
    part.write_bytes(stream.getbuffer())
    os.replace(part, folder / "result.npz")
    measured = {"plane": drawn.agreement_plane, "features": drawn.agreement_features, "chance": drawn.chance, "best": drawn.best}
    write_json(folder / "result.json", {"version": VERSION, **measured})


def draw_map(found: Embedded, target: Target, request: Mapping[str, Any]) -> Layout:
    """The map of features by the request's projector, options and seed. Raises SettingsError where there are fewer than 3 pictures."""
    part = PROJECTORS[request["projector"]]
    if len(found.id_S) < FEWEST:
        raise SettingsError(f"A map needs at least {FEWEST} test pictures. '{target.dataset}' has {len(found.id_S)} that can be read.")
    xy_S2 = part(part.Options.read(request["options"])).project(found.features_SD, request["seed"])
    classes = tuple(target.pictures("test").info.classes)
    drawn = Layout(xy_S2, _ids(found.id_S), found.label_S, classes, None, None, None, request["projector"], len(xy_S2))
    return agreements(drawn, found.features_SD)


def request_features(text: str, dataset: str | None = None, split: str = "test") -> Path:
    """Hands the job that computes the features of a split, from which maps and neighbours are made, to the warm worker; its folder."""
    target = Target.parse(text, dataset)
    most = min(DOTS, len(target.pictures("test"))) if split == "test" else how_many(target)[0]
    return embed_asked(target, split, most).hand_over()


@lru_cache(32)
def _read(folder: str, projector: str, classes: tuple[str, ...]) -> Layout:
    with np.load(Path(folder) / "result.npz") as file:
        arrays = dict(file)
    xy_S2, label_S = arrays["xy"], arrays["labels"].astype(np.int64)
    drawn = Layout(xy_S2, _ids(arrays["places"]), label_S, classes, None, None, None, projector, len(xy_S2))
    kept = read_json(Path(folder) / "result.json")
    if kept.get("version") != VERSION:
        return agreements(drawn)  # by an earlier version: the plane's is measured anew, that of the features isn't shown
    plane, features = (None if kept[name] is None else Interval(*kept[name]) for name in ("plane", "features"))
    return drawn._replace(agreement_plane=plane, agreement_features=features, chance=kept["chance"], best=kept["best"])


def _ids(place_S: np.ndarray) -> list[str]:
    return PictureId.texts("test", place_S)
