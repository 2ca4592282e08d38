"""Questions about networks from a notebook: load, embed, project, attend, and the downloads that they need.

What takes long is a job in the folder that the command line and the screens use too, worked by the worker process that stays warm
for them: a result that is there is taken as it is, Ctrl-C ends the waiting only, and nothing here minds a running event loop.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssl_core.backbones.base import Backbone
from ssl_core.explanations.attention import attention
from ssl_core.library.browse import range_of_run, upload_picture
from ssl_core.library.fetch import offer, request_fetch
from ssl_core.library.names import SPLITS
from ssl_core.library.sets import open_set
from ssl_core.maps.layout import Layout, layout, request_layout
from ssl_core.models.features import DOTS, cached_features, embed_asked, embedded, how_many
from ssl_core.models.targets import Target, parse_all
from ssl_core.notebook.answers import Attended, Embedding, Projection
from ssl_core.notebook.asking import checked_size, known_dataset, need_weights, target_text, wait_for
from ssl_core.notebook.training import Handle
from ssl_core.reading.images.ranges import Range
from ssl_core.settings import SettingsError


def load(target: str | Handle) -> Backbone:
    """The backbone of a run or baseline as a `torch.nn.Module` of your own: in eval mode, on the CPU, gradients of weights off.

    target: a run's handle or name, "untrained:RUN[@seed]" (that run's before its first step),
    "random:BACKBONE[@seed]" (a backbone untrained), "imagenet:MODEL" (taught with labels).
    It takes images B × 3 × H × W, RGB in [0, 1], and standardises them itself; any size from 8 pixels goes, sides a multiple of
    `.stride` for transformers, but it knows the size that it was trained at (`image_size` of the run's recipe). The answer has
    `pooled_BD` (B × `.width`) and, where the network gives them, `map_BDHW` and `tokens_BND`.
    `.layers` names what can be read, `.activations(images, ["stage2"])` reads it: B × D × H × W by name.

    Raises:
        SettingsError: there is no such target, it has no network, or no weights yet.
    """
    found = Target.parse(target_text(target))
    need_weights([found.text])
    network = found.network()
    with network.lock:
        return copy.deepcopy(network.backbone)


def embed(
    target: str | Handle,
    split: str = "test",
    *,
    dataset: str | Path | None = None,
    layer: str | None = None,
    images: int | None = None,
    image_size: int | None = None,
    progress: bool = True,
) -> Embedding:
    """Features of the pictures of a split, with labels and ids.

    dataset: a name, folder or archive; None: the one that the run was trained on, scenes for baselines. layer: one of `.layers`;
    None: the deepest. images: at most so many, balanced over the classes; None: all on a GPU, else 2 000 test or 10 000 train
    pictures. image_size: pixels a side, of any target; None: the run's own, and for ImageNet's networks their own or the files'.

    Raises:
        SettingsError: something isn't there or isn't allowed.
    """
    if split not in SPLITS:
        raise SettingsError(f"'split' of embed must be one of {', '.join(SPLITS)}. Got {str(split)[:60]}.")
    (found,) = parse_all([target_text(target)], known_dataset(dataset), checked_size(image_size))
    need_weights([found.text])
    name = found.layer_named(layer)
    train, test = how_many(found, **{split: images})
    most = train if split == "train" else test
    if cached_features(found, split, most, layer) is None:
        wait_for([embed_asked(found, split, most, layer).hand_over()], f"embed {found.text}", progress)
    got = embedded(found, split, most, layer)
    ids = tuple(f"{split}-{i}" for i in got.id_S)
    classes = tuple(found.pictures(split).info.classes)
    return Embedding(found.text, found.dataset, split, name, got.features_SD, got.label_S, ids, classes)


def project(
    target: str | Handle,
    projector: str = "umap",
    *,
    dataset: str | Path | None = None,
    layer: str | None = None,
    options: Mapping[str, Any] | None = None,
    pictures: int = DOTS,
    progress: bool = True,
) -> Projection:
    """A flat map of test pictures by the features of a target, with what the plane keeps of their neighbours.

    projector: a name of `core.list_projectors()`; options: its settings. pictures: at most so many, as many of each class. dataset, layer:
    as for `core.embed`.

    Raises:
        SettingsError: something isn't there or isn't allowed.
    """
    (found,) = parse_all([target_text(target)], known_dataset(dataset))
    need_weights([found.text])
    found.layer_named(layer)
    asked_for = (found.text, found.dataset, projector, dict(options or {}), layer, pictures)
    drawn = layout(*asked_for)
    if drawn is None:
        folder = request_layout(*asked_for)
        wait_for([folder] if folder else [], f"project {found.text}", progress)
        drawn = layout(*asked_for)
    assert drawn is not None
    return _projection(found, drawn)


def attend(target: str | Handle, picture: np.ndarray | str | Path, *, dataset: str | Path | None = None) -> Attended:
    """Where a network looks in one picture: maps of its stages, of its answer and of its attention heads, as far as it has them.

    target: as for `core.load`. picture: H × W × 3, uint8 or floats in [0, 1], or the path of a file (`core.picture` gives one of a set).

    Raises:
        SettingsError: there is no such target, it has no network, or the picture can't be read.
    """
    name = known_dataset(dataset)
    need_weights([target_text(target)])
    text = target_text(target).removeprefix("untrained:").partition("@")[0]
    range_ = open_set(name).range if name else range_of_run(text) if ":" not in text and text != "pixels" else None
    (row,) = attention([target_text(target)], _pixels(picture, range_), name)
    if not row.maps:
        raise SettingsError(row.note or f"'{row.target}' has nothing to show of this picture.")
    return Attended(row.target, row.note, {f"{look.kind}: {look.name}": look.times_HW for look in row.maps})


def fetch(name: str, progress: bool = True) -> None:
    """Downloads a published data set (`core.list_datasets()`) or ImageNet's weights ("imagenet:MODEL"); what broke off goes on.

    Raises:
        SettingsError: nothing of this name can be downloaded, or it can't be had; the sentence says why.
    """
    if not offer(name).here:
        wait_for([request_fetch(name)], f"fetch {name}", progress)


def _pixels(picture: np.ndarray | str | Path, range_: Range | None) -> np.ndarray:
    """A picture as uint8 H W 3."""
    if isinstance(picture, str | Path):
        try:
            return upload_picture(Path(picture).expanduser().read_bytes(), range_)
        except OSError as error:
            raise SettingsError(f"'picture' must be an array or the path of a file. '{picture}' can't be read: {error.strerror}.") from None
    image = np.asarray(picture)
    if image.ndim != 3 or image.shape[2] != 3:
        raise SettingsError(f"'picture' must have the shape H x W x 3. Got {' x '.join(map(str, image.shape))}.")
    if image.dtype != np.uint8:
        if not (np.isfinite(image).all() and image.min() >= 0 and image.max() <= 1):
            raise SettingsError(f"'picture' must hold uint8, or numbers between 0 and 1. Got {image.dtype} outside of them.")
        image = np.rint(image * 255).astype(np.uint8)
    return image


def _projection(found: Target, drawn: Layout) -> Projection:
    plane, features = (None if kept is None else kept.value for kept in (drawn.agreement_plane, drawn.agreement_features))
    where = (drawn.xy_S2, drawn.label_S, tuple(drawn.ids), drawn.classes)
    return Projection(found.text, found.dataset, drawn.projector, *where, plane, features, drawn.chance)
