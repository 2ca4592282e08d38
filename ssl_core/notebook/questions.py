"""Questions about networks from a notebook: load, embed, probe, compare, project, attend.

What takes long is a job in the folder that the command line and the screens use too, worked by the worker process that stays warm
for them: a result that is there is taken as it is, Ctrl-C ends the waiting only, and nothing here minds a running event loop.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ssl_core.backbones.base import Backbone
from ssl_core.evaluation.compare import Comparison, PairRow, ProbeRow, comparison, request_comparison
from ssl_core.evaluation.probe import Protocol, check_protocol
from ssl_core.explanations.attention import attention
from ssl_core.library.browse import known_as, unpack_set, upload_picture
from ssl_core.library.fetch import WEIGHTS, offer, request_fetch
from ssl_core.library.names import SPLITS
from ssl_core.maps.layout import Layout, layout, request_layout
from ssl_core.models.features import cached_features, embed_asked, embedded, how_many
from ssl_core.models.targets import Target, parse_all
from ssl_core.notebook.answers import Attended, Compared, Embedding, Probed, Projection
from ssl_core.notebook.progress import Bar, until_ended
from ssl_core.notebook.table import Table, measured, plain
from ssl_core.notebook.training import Handle
from ssl_core.settings import SettingsError
from ssl_core.system.addresses import megabytes


def load(target: str | Handle) -> Backbone:
    """The backbone of a run or baseline as a `torch.nn.Module` of your own: in eval mode, on the CPU, gradients of weights off.

    target: a run's handle or name, "random:BACKBONE[@seed]" (untrained), "imagenet:MODEL" (taught with labels).
    It takes images B × 3 × H × W, RGB in [0, 1], and standardises them itself; any size from 8 pixels goes, sides a multiple of
    `.stride` for transformers, but it knows the size that it was trained at (`image_size` of the run's recipe). The answer has
    `pooled_BD` (B × `.width`) and, where the network gives them, `map_BDHW` and `tokens_BND`.
    `.layers` names what can be read, `.activations(images, ["stage2"])` reads it: B × D × H × W by name.

    Raises:
        SettingsError: there is no such target, it has no network, or no weights yet.
    """
    found = Target.parse(_text(target))
    _need_weights([found.text])
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
    pictures. image_size: pixels a side; None: the run's own.

    Raises:
        SettingsError: something isn't there or isn't allowed.
    """
    if split not in SPLITS:
        raise SettingsError(f"'split' of embed must be one of {', '.join(SPLITS)}. Got {str(split)[:60]}.")
    (found,) = parse_all([_text(target)], _dataset(dataset), _size(image_size))
    _need_weights([found.text])
    name = found.layer_named(layer)
    train, test = how_many(found, **{split: images})
    most = train if split == "train" else test
    if cached_features(found, split, most, layer) is None:
        _wait([embed_asked(found, split, most, layer).hand_over()], f"embed {found.text}", progress)
    got = embedded(found, split, most, layer)
    ids = tuple(f"{split}-{i}" for i in got.id_S)
    classes = tuple(found.pictures(split).info.classes)
    return Embedding(found.text, found.dataset, split, name, got.features_SD, got.label_S, ids, classes)


def probe(
    target: str | Handle,
    protocol: str = "linear",
    *,
    dataset: str | Path | None = None,
    layer: str | None = None,
    labels_per_class: int | None = None,
    seeds: int = 1,
    train_images: int | None = None,
    test_images: int | None = None,
    image_size: int | None = None,
    options: Mapping[str, Any] | None = None,
    progress: bool = True,
) -> Probed:
    """How much the frozen features of a target know of the classes: accuracy on test pictures with its 95 % interval.

    protocol: a name of `core.list_probes()`; options: its settings. labels_per_class: labels the probe may use, None: all;
    seeds: draws of these labels, averaged. train_images, test_images: at most so many, balanced over the classes; None: all on a
    GPU, else 10 000 and 2 000. dataset, layer, image_size: as for `core.embed`.

    Raises:
        SettingsError: something isn't there or isn't allowed, or the set has no labels.
    """
    how = Protocol(protocol, dict(options or {}), layer, labels_per_class, seeds, train_images, test_images, _size(image_size))
    found = _measured([target], dataset, how, progress)
    if not found.rows:
        raise SettingsError(_reasons(found)[0][1])
    row, each = found.rows[0], found.scored[0]
    return Probed(
        target=row.target,
        protocol=found.protocol,
        accuracy=row.accuracy,
        ci95=(row.lo, row.hi),
        chance=found.chance,
        measure=found.measure,
        layer=row.layer,
        image_size=row.image_size,
        n_train=found.n_train,
        n_test=found.n_test,
        seconds=row.seconds,
        value_S=each.value_S,
        guess_S=each.guess_S,
        label_S=found.label_S,
        ids=tuple(found.ids),
        classes=found.classes,
    )


def compare(
    targets: Sequence[str | Handle],
    protocol: str = "linear",
    *,
    dataset: str | Path | None = None,
    layer: str | None = None,
    labels_per_class: int | None = None,
    seeds: int = 1,
    train_images: int | None = None,
    test_images: int | None = None,
    image_size: int | None = None,
    options: Mapping[str, Any] | None = None,
    progress: bool = True,
) -> Compared:
    """Targets side by side on the same test pictures: a table of accuracies, and a table of every two as a pair.

    Pictures are those of the first run named, where no dataset is; settings as for `core.probe`. A target without a score stands
    in `left_out` with the reason.

    Raises:
        SettingsError: a setting isn't allowed, a target isn't there, or none has a score.
    """
    if isinstance(targets, str | Handle):
        raise SettingsError(f"'targets' of compare must be a list of runs and baselines. Got {_text(targets)[:60]}.")
    how = Protocol(protocol, dict(options or {}), layer, labels_per_class, seeds, train_images, test_images, _size(image_size))
    found = _measured(targets, dataset, how, progress)
    if not found.rows:
        raise SettingsError(" ".join(f"{text}: {reason}" for text, reason in _reasons(found)))
    return Compared(
        table=_scores(found),
        pairs=_pairs(found),
        left_out=dict(_reasons(found)),
        protocol=found.protocol,
        n_train=found.n_train,
        n_test=found.n_test,
        chance=found.chance,
        command=found.command,
        measure=found.measure,
        values=found.values,
        label_S=found.label_S,
        ids=tuple(found.ids),
        classes=found.classes,
    )


def project(
    target: str | Handle,
    projector: str = "umap",
    *,
    dataset: str | Path | None = None,
    layer: str | None = None,
    options: Mapping[str, Any] | None = None,
    progress: bool = True,
) -> Projection:
    """A flat map of at most 2 000 test pictures by the features of a target, with what the plane keeps of their neighbours.

    projector: a name of `core.list_projectors()`; options: its settings. dataset, layer: as for `core.embed`.

    Raises:
        SettingsError: something isn't there or isn't allowed.
    """
    (found,) = parse_all([_text(target)], _dataset(dataset))
    _need_weights([found.text])
    found.layer_named(layer)
    asked_for = (found.text, found.dataset, projector, dict(options or {}), layer)
    drawn = layout(*asked_for)
    if drawn is None:
        folder = request_layout(*asked_for)
        _wait([folder] if folder else [], f"project {found.text}", progress)
        drawn = layout(*asked_for)
    assert drawn is not None
    return _projection(found, drawn)


def attend(target: str | Handle, picture: np.ndarray | str | Path, *, dataset: str | Path | None = None) -> Attended:
    """Where a network looks in one picture: maps of its stages, of its answer and of its attention heads, as far as it has them.

    target: as for `core.load`, or "untrained:RUN", that run before its first step. picture: H × W × 3, uint8 or floats in [0, 1],
    or the path of a file; `core.picture("scenes", "test", 12)` gives one. This is computed in this process, in about a second.

    Raises:
        SettingsError: there is no such target, it has no network, or the picture can't be read.
    """
    name = _dataset(dataset)
    _need_weights([_text(target)])
    (row,) = attention([_text(target)], _pixels(picture), name)
    if not row.maps:
        raise SettingsError(row.note or f"'{row.target}' has nothing to show of this picture.")
    return Attended(row.target, row.note, {f"{look.kind}: {look.name}": look.times_HW for look in row.maps})


def fetch(name: str, progress: bool = True) -> None:
    """Downloads a published data set (`core.list_datasets()`) or ImageNet's weights ("imagenet:MODEL"); what broke off goes on.

    Raises:
        SettingsError: nothing of this name can be downloaded, or it can't be had; the sentence says why.
    """
    if not offer(name).here:
        _wait([request_fetch(name)], f"fetch {name}", progress)


def _measured(targets: Sequence[str | Handle], dataset: str | Path | None, how: Protocol, progress: bool) -> Comparison:
    """The comparison of targets once the probe jobs that it missed have ended."""
    check_protocol(how)
    texts, name = [_text(target) for target in targets], _dataset(dataset)
    parsed = parse_all(texts, name, how.image_size)
    if not parsed[0].pictures("test").info.classes:
        raise SettingsError(f"'{parsed[0].dataset}' has no labels to score by. Name a data set with labels by 'dataset'.")
    _need_weights([target.text for target in parsed])
    settings = {field: value for field, value in how._asdict().items() if field != "probe"}
    for folder in request_comparison(texts, name, how.probe, **settings):
        _wait([folder], f"{how.probe} probe", progress, must=False)
    return comparison(texts, name, how.probe, **settings)


def _scores(found: Comparison) -> Table:
    """A row a target, its value with the interval."""
    chance = f"; chance {found.chance:.1%}" if found.chance else ""
    about = f"{found.protocol}; fitted on {found.n_train}, scored on {found.n_test} pictures{chance}"
    value = measured("accuracy", f"{found.measure.title} (95 % interval)", found.measure.text)
    columns = (plain("target"), value, plain("layer"), plain("image_size", "seen at (px)", True))
    return Table([_fields(row) for row in found.rows], columns, about)


def _pairs(found: Comparison) -> Table:
    """A row for every two targets, the difference with its interval."""
    difference = measured("difference", "a minus b (95 % interval)", lambda value: found.measure.text(value, "+"))
    return Table([_fields(row) for row in found.pairs], (plain("a"), plain("b"), difference), "Pairs, on the same pictures")


def _fields(row: ProbeRow | PairRow) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name != "measure"}


def _reasons(found: Comparison) -> list[tuple[str, str]]:
    """Why targets have no score."""
    waiting = [(text, f"Its job is {status.state}. Ask again.") for text, status in found.waiting]
    return [*found.left_out, *waiting, *((text, "Its job has vanished. Ask again.") for text in found.missing)]


def _wait(folders: Sequence[Path], title: str, progress: bool, must: bool = True) -> None:
    """Waits for jobs; what Ctrl-C did is said.

    Raises:
        SettingsError: `must`, and a job didn't get done; its reason.
    """
    for folder in folders:
        bar = Bar(title, progress)
        try:
            status = until_ended(folder, bar)
        except KeyboardInterrupt:
            bar.say(f"{title} goes on in its worker. The same call finds the result.")
            raise
        bar.say(f"{title}: {status.state}")
        if must and status.state != "done":
            raise SettingsError(status.reason or f"'{title}' was {status.state}. Ask again.")


def _text(target: str | Handle) -> str:
    if not isinstance(target, str | Handle):
        raise SettingsError(f"A target is a run, random:BACKBONE[@seed], pixels or imagenet:MODEL. Got {str(target)[:60]}.")
    return target.name if isinstance(target, Handle) else target


def _dataset(dataset: str | Path | None) -> str | None:
    """A data set's name; archives are unpacked where nobody did."""
    if dataset is None:
        return None
    unpack_set(str(dataset), lambda done, of: None)
    return known_as(str(dataset))


def _size(image_size: int | None) -> int | None:
    if image_size is not None and not 8 <= image_size <= 512:
        raise SettingsError(f"'image_size' must be between 8 and 512. Got {image_size}.")
    return image_size


def _need_weights(texts: Sequence[str]) -> None:
    """ImageNet's weights are downloaded by `core.fetch` alone, never by the way."""
    for text in texts:
        if text.startswith(WEIGHTS) and not (what := offer(text)).here:
            raise SettingsError(f"{what.title} aren't here yet ({megabytes(what.size)}). core.fetch('{text}') downloads them.")


def _pixels(picture: np.ndarray | str | Path) -> np.ndarray:
    """A picture as uint8 H W 3."""
    if isinstance(picture, str | Path):
        try:
            return upload_picture(Path(picture).expanduser().read_bytes())
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
