"""Evaluation on the command line: probe, compare, embed, project."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ssl_core import projectors
from ssl_core.cli import clean, every, fewshot, overtime, seeds, similar
from ssl_core.cli.base import add, dataset_named, say, say_doubts, worked
from ssl_core.cli.fetch import weights_of
from ssl_core.cli.protocol import picture_flags, protocol_flags, protocol_of, refuse_scoring_flags, size_of
from ssl_core.cli.scores import class_lines, figures, leak_figures, pair_figures, scored_now, sentence, table
from ssl_core.parts.collect import names_in
from ssl_core.settings import SettingsError
from ssl_core.types import PictureId

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands
    from ssl_core.models.targets import Target

TARGET = (
    "a run, RUN@STEP (an encoder that it kept), untrained:RUN[@seed], random:BACKBONE[@seed], pixels, imagenet:MODEL or "
    "weights:FILE?backbone=NAME"
)


def add_commands(commands: Commands) -> None:
    """Adds the sub-commands to the command line."""
    probe = add(commands, "probe", "how much a target's features know of the classes", _probe)
    probe.add_argument("target", metavar="TARGET", help=TARGET)
    protocol_flags(probe)
    probe.add_argument("--by-class", action="store_true", help="also each class alone, and what its pictures were taken for")
    compare = add(
        commands, "compare", "targets in pairs on the same test pictures; without labels, the directions of their features", _compare
    )
    compare.add_argument("targets", metavar="TARGET", nargs="+", help=TARGET)
    protocol_flags(compare)
    overtime.add_commands(commands)
    similar.add_commands(commands)
    every.add_commands(commands)
    clean.add_commands(commands)
    seeds.add_commands(commands)
    embed = add(commands, "embed", "features, labels and ids of a split as an .npz file", _embed)
    embed.add_argument("--split", choices=("train", "test"), default="test")
    embed.add_argument("--images", type=int, help="at most so many pictures, balanced over the classes (default: as probe takes)")
    project = add(commands, "project", "a flat map of the test pictures as an .npz file", _project)
    project.add_argument("--projector", default="pca", help=f"how the map is drawn: {', '.join(names_in(projectors))} (default: pca)")
    project.add_argument("--pictures", type=int, default=2000, metavar="N", help="test pictures on the map at most (default: 2000)")
    for parser in (embed, project):
        parser.add_argument("target", metavar="TARGET", help=TARGET)
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.npz")
        parser.add_argument("--layer", help="a layer of the network (default: the deepest)")
        picture_flags(parser)


def targets_named(texts: list[str], given: argparse.Namespace, size: int | None) -> list[Target]:
    """The targets on the data set that the flags name, else the first run's; where that fits two readings, stderr says so."""
    from ssl_core.models.targets import parse_all

    targets = parse_all(texts, dataset_named(given.dataset), size)
    if given.dataset is None:
        say_doubts(targets[0].dataset)
    return targets


def _probe(given: argparse.Namespace) -> int:
    from ssl_core.evaluation.by_class import by_class
    from ssl_core.evaluation.compare import notes_beside
    from ssl_core.library.meeting import check_classes_meet

    how = protocol_of(given)
    (target,) = targets_named([given.target], given, how.image_size)
    check_classes_meet(target.dataset)
    missing = weights_of([target.text])
    if how.layer and not missing:
        target.layer_named(how.layer)
    result, reason = (None, missing[target.text]) if missing else scored_now(target, how)
    if result is None:
        print(reason, file=sys.stderr)
        return 1
    notes = notes_beside([target], how)
    answer, lines = {**figures(result), "notes": notes}, [" ".join([sentence(result, target.dataset), *notes])]
    if given.by_class and (table := by_class(result["scored"], target.pictures("test").info.classes)) is not None:
        answer, lines = answer | table.as_json(), [*lines, *class_lines(table)]
    say(answer, given.json, "\n".join(lines))
    return 0


def _compare(given: argparse.Namespace) -> int:
    from ssl_core.evaluation.compare import comparison, pairs_of
    from ssl_core.library.meeting import check_classes_meet

    how, results = protocol_of(given), []
    targets = targets_named(given.targets, given, how.image_size)
    dataset = targets[0].dataset if given.dataset else None
    if not targets[0].pictures("test").info.classes:
        refuse_scoring_flags(given, targets[0].dataset)
        return fewshot.say_directions(targets, given.json)
    check_classes_meet(targets[0].dataset)
    missing = weights_of(target.text for target in targets)
    reasons: dict[str, str] = {}
    for target in targets:
        try:
            result, reason = (None, missing[target.text]) if target.text in missing else scored_now(target, how)
        except SettingsError as error:  # a run without weights
            result, reason = None, str(error)
        if result is None:
            reasons[target.text] = reason
        else:
            results.append(figures(result))
    found = comparison(given.targets, dataset, how.probe, **{k: v for k, v in how._asdict().items() if k != "probe"})
    counted = [target.text for target in targets if target.text not in reasons]  # one without weights is no rival
    found = found._replace(pairs=pairs_of({each.row.target: each.values for each in found.scored}, found.measure, counted))
    answer = {
        "protocol": how.probe,
        "n_train": found.n_train,
        "n_test": found.n_test,
        **(found.rates._asdict() if found.guess else {}),
        "targets": results,
        "pairs": [pair_figures(pair, found) for pair in found.pairs],
        "left_out": [{"target": text, "reason": reason} for text, reason in reasons.items()],
        **leak_figures(found),
        "notes": list(found.notes),
    }
    say(answer, given.json, table(answer, found))
    return 0 if results else 1


def _embed(given: argparse.Namespace) -> int:
    from ssl_core.models.features import embed_asked, embedded, how_many

    (target,) = targets_named([given.target], given, size_of(given))
    _need_weights(target)
    if given.layer:
        target.layer_named(given.layer)
    asked = {given.split: given.images}
    most = dict(zip(("train", "test"), how_many(target, **asked), strict=True))[given.split]
    _writable(given.out)
    status = worked(embed_asked(target, given.split, most, given.layer).ask())
    if status.state != "done":
        print(status.reason, file=sys.stderr)
        return 1
    found = embedded(target, given.split, most, given.layer)
    ids = np.array(PictureId.texts(given.split, found.id_S))
    _save(given.out, features=found.features_SD, labels=found.label_S, ids=ids)
    width = found.features_SD.shape[1]
    answer = {"target": target.text, "split": given.split, "dataset": target.dataset, "n": len(ids), "width": width, "out": str(given.out)}
    say(answer, given.json, f"{len(ids)} pictures, {width} numbers each, are in {given.out}.")
    return 0


def _project(given: argparse.Namespace) -> int:
    from ssl_core.maps.layout import layout_of, map_asked

    (target,) = targets_named([given.target], given, size_of(given))
    _need_weights(target)
    if given.layer:
        target.layer_named(given.layer)
    how = given.projector, None, given.layer, given.pictures
    asked = map_asked(target, *how)
    _writable(given.out)
    if layout_of(target, *how) is None:
        status = worked(asked.ask())
        if status.state != "done":
            print(status.reason, file=sys.stderr)
            return 1
    drawn = layout_of(target, *how)
    assert drawn is not None
    _save(given.out, xy=drawn.xy_S2, labels=drawn.label_S, ids=np.array(drawn.ids))
    kept = {"plane": drawn.agreement_plane, "features": drawn.agreement_features}
    whole, facts = len(target.pictures("test")), {"target": target.text, "projector": given.projector, "dataset": target.dataset}
    answer = {**facts, "n": drawn.n, **({"of": whole} if drawn.n < whole else {}), "out": str(given.out)}
    answer |= {f"agreement_{name}": None if value is None else value.value for name, value in kept.items()}
    said = f"{drawn.n} of {whole} test pictures are in {given.out}."
    say({**answer, "chance": drawn.chance, "best": drawn.best}, given.json, said)
    return 0


def _need_weights(target: Target) -> None:
    for reason in weights_of([target.text]).values():
        raise SettingsError(reason)


def _writable(out: Path) -> None:
    if not out.resolve().parent.is_dir():
        raise SettingsError(f"'out' must lie in a folder that is there. There is no '{out.resolve().parent}'.")


def _save(out: Path, **arrays: np.ndarray) -> None:
    """Writes an .npz file in one step: under a temporary name, then renamed."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    with open(part, "wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    os.replace(part, out)
