"""Scores of frozen features from a notebook: one target probed, several compared in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ssl_core.evaluation.compare import Comparison, PairRow, comparison, request_comparison
from ssl_core.evaluation.protocol import Protocol, check_protocol
from ssl_core.evaluation.scored import ProbeRow
from ssl_core.models.targets import parse_all
from ssl_core.notebook.answers import Compared, Probed
from ssl_core.notebook.asking import checked_size, known_dataset, need_weights, target_text, wait_for
from ssl_core.notebook.table import Table, TableColumn, measured, plain
from ssl_core.notebook.training import Handle
from ssl_core.settings import SettingsError


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
    how = Protocol(protocol, dict(options or {}), layer, labels_per_class, seeds, train_images, test_images, checked_size(image_size))
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
        majority=found.majority,
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
        notes=tuple(found.notes),
        by_network=row.by_network,
        spread=row.spread,
        balanced=each.balanced,
        auc=each.auc,
        points=tuple(each.points),
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

    Pictures are those of the first run named, where no dataset is; settings as for `core.probe`. `left_out`: targets without a score.

    Raises:
        SettingsError: a setting isn't allowed, a target isn't there, or none has a score.
    """
    if isinstance(targets, str | Handle):
        raise SettingsError(f"'targets' of compare must be a list of runs and baselines. Got {target_text(targets)[:60]}.")
    how = Protocol(protocol, dict(options or {}), layer, labels_per_class, seeds, train_images, test_images, checked_size(image_size))
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
        majority=found.majority,
        balanced={each.row.target: score for each in found.scored if (score := each.balanced) is not None},
        auc={each.row.target: score for each in found.scored if (score := each.auc) is not None},
        command=found.command,
        measure=found.measure,
        values=found.values,
        label_S=found.label_S,
        ids=tuple(found.ids),
        classes=found.classes,
        notes=tuple(found.notes),
        points={each.row.target: tuple(each.points) for each in found.scored if each.points},
    )


def _measured(targets: Sequence[str | Handle], dataset: str | Path | None, how: Protocol, progress: bool) -> Comparison:
    """The comparison of targets once the probe jobs that it missed have ended."""
    check_protocol(how)
    texts, name = [target_text(target) for target in targets], known_dataset(dataset)
    parsed = parse_all(texts, name, how.image_size)
    if not parsed[0].pictures("test").info.classes:
        raise SettingsError(f"'{parsed[0].dataset}' has no labels to score by. Name a data set with labels by 'dataset'.")
    need_weights([target.text for target in parsed])
    settings = {field: value for field, value in how._asdict().items() if field != "probe"}
    for folder in request_comparison(texts, name, how.probe, **settings):
        wait_for([folder], f"{how.probe} probe", progress, must=False)
    return comparison(texts, name, how.probe, **settings)


def _scores(found: Comparison) -> Table:
    """A row a target, its value with the interval."""
    chance = f"; {found.rates.words}" if found.chance else ""
    about = f"{found.protocol}; fitted on {found.n_train}, scored on {found.n_test} pictures{chance}"
    means = [f"{r.target} is the mean of {len(r.by_network)} seeds, sd {r.measure.text(r.spread)}" for r in found.rows if r.by_network]
    about = "; ".join([about, *means])
    title, measure = f"{found.measure.title} (95 % interval)", found.measure
    value = measured("accuracy", title, measure.text, lambda share: measure.of(share, found.n_test))
    columns = (plain("target"), value, plain("layer"), plain("image_size", "seen at (px)", True))
    return Table([_fields(row) for row in found.rows], columns, about)


def _pairs(found: Comparison) -> Table:
    """A row for every two targets, the difference with its interval."""
    difference = measured("difference", "a minus b (interval)", lambda value: found.measure.text(value, "+"))
    level = TableColumn("level", lambda row: f"{100 * row['level']:.1f} %", number=True)
    columns = (plain("a"), plain("b"), difference, level)
    return Table([_fields(row) for row in found.pairs], columns, "Pairs, on the same pictures; levels corrected for several rivals")


def _fields(row: ProbeRow | PairRow) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name != "measure"}


def _reasons(found: Comparison) -> list[tuple[str, str]]:
    """Why targets have no score."""
    waiting = [(text, f"Its job is {status.state}. Ask again.") for text, status in found.waiting]
    return [*found.left_out, *waiting, *((text, "Its job has vanished. Ask again.") for text in found.missing)]
