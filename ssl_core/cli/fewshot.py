"""Few labels or none on the command line: fewshot, and what compare prints for a data set without labels."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ssl_core.cli.base import add, dataset_named, say, worked
from ssl_core.cli.fetch import weights_of
from ssl_core.cli.scores import beside_words
from ssl_core.settings import SettingsError
from ssl_core.types import in_counts

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands
    from ssl_core.fewshot.curve import FewLine, FewPoint
    from ssl_core.models.targets import Target


def add_commands(commands: Commands) -> None:
    """Adds fewshot."""
    parser = add(commands, "fewshot", "what the labels that you gave are worth to a run, label by label", _fewshot)
    parser.add_argument("run_name", metavar="RUN")
    parser.add_argument("targets", metavar="TARGET", nargs="*", help="beside it (default: ImageNet where it is here, it untrained)")
    parser.add_argument("--dataset", help="a data set's name or a folder that has labels of yours (default: the run's)")


def _fewshot(given: argparse.Namespace) -> int:
    from ssl_core.fewshot.curve import ask_few_shot, few_shot, few_shot_targets
    from ssl_core.fewshot.suggest import chosen_in_words
    from ssl_core.labels.store import label_store
    from ssl_core.records.runs import run
    from ssl_core.system.roots import runs_root

    dataset, store = dataset_named(given.dataset) or run(given.run_name).dataset, label_store(runs_root())
    targets = [given.run_name, *given.targets] if given.targets else few_shot_targets(given.run_name)
    labels, classes = store.labels(dataset), store.classes(dataset)
    if not few_shot(dataset, [], labels, classes).given:
        raise SettingsError(f"'{dataset}' must have labels of yours for that. It has none yet: give some on the screen “Few labels”.")
    weights_of(given.targets)
    for folder in ask_few_shot(dataset, targets):
        worked(folder)
    found = few_shot(dataset, targets, labels, classes)
    numbers = ("classes", "labels", "given", "n_test", "hidden", "chance", "majority")
    answer: dict[str, Any] = {
        "run": given.run_name,
        "dataset": dataset,
        **{name: getattr(found, name) for name in numbers},
        "targets": [{"target": line.target, "points": [_point(point) for point in line.points], **_balanced(line)} for line in found.lines],
        "left_out": [{"target": target, "reason": reason} for target, reason in found.left_out],
    }
    notes = [*_remarks(given.run_name, dataset, targets), chosen_in_words(found.hidden)]
    say({**answer, "notes": notes}, given.json, "\n".join([_table(answer, found.rates.words), *(f"  {note}" for note in notes)]))
    return 0 if found.lines else 1


def _remarks(run_name: str, dataset: str, targets: list[str]) -> list[str]:
    """Sentences that belong beside the figures."""
    from ssl_core.models.meets import notes_on, stranger

    meets = stranger(run_name, dataset)
    return [*notes_on(dataset, targets), *([meets.sentence] if meets else [])]


def _point(point: FewPoint) -> dict[str, object]:
    spread = {"spread": point.spread} if point.spread else {}
    return {"labels": point.labels, "accuracy": point.accuracy, "ci95": [point.lo, point.hi], **spread}


def _balanced(line: FewLine) -> dict[str, object]:
    said: dict[str, object] = {}
    for name, found in (("balanced", line.balanced), ("auc", line.auc)):
        said |= {} if found is None else {name: found.value, f"{name}_ci95": [found.lo, found.hi]}
    return said


def _table(answer: dict[str, Any], rates: str) -> str:
    tested = f"{answer['n_test']} hidden test pictures" if answer["hidden"] else "each label left out once"
    part = f" (the first of {answer['given']})" if answer["given"] > answer["labels"] else ""
    of = f"{answer['labels']} labels{part} of {answer['dataset']}"
    lines = [f"{of}; nearest prototype on {tested}, 95 % intervals with these labels; {rates}"]
    for row in answer["targets"]:
        share, (lo, hi) = row["points"][-1]["accuracy"], row["points"][-1]["ci95"]
        value = in_counts(share, answer["n_test"]) or f"{share:.1%}"
        lines.append(f"  {row['target']:28} {value:>6}  ({lo:.1%} to {hi:.1%}){beside_words(row)}")
    return "\n".join([*lines, *_left_out(answer)])


def say_directions(targets: Sequence[Target], as_json: bool) -> int:
    """Prints how many directions the features of each target use on a data set without labels; the exit status."""
    from ssl_core.evaluation.labelfree import ask_spreads, spreads_of

    missing, dataset = weights_of(target.text for target in targets), targets[0].dataset
    for folder in ask_spreads([target for target in targets if target.text not in missing]):
        worked(folder)
    found, size = spreads_of(targets), {target.text: target.seen_size for target in targets}
    answer: dict[str, Any] = {
        "protocol": "directions",
        "n_train": 0,
        "n_test": max((row.pictures for row in found.rows), default=0),
        "targets": [
            {
                "target": row.target,
                "directions": row.rank,
                "most": row.most,
                "share": row.share,
                "architecture": row.architecture,
                "n_test": row.pictures,
                "image_size": size[row.target],
                **({"by_network": list(row.by_network)} if row.by_network else {}),
            }
            for row in found.rows
        ],
        "pairs": [],
        "left_out": [{"target": target, "reason": missing.get(target, reason)} for target, reason in found.left_out],
    }
    lines = [f"'{dataset}' has no labels to compare by: the directions that features use on {answer['n_test']} held-out pictures"]
    lines += [
        f"  {row['target']:28} {row['share']:6.1%}: {row['directions']:.1f} of at most {row['most']}, at {row['image_size']} px, "
        f"{row['architecture'] or 'no network'}"
        for row in answer["targets"]
    ]
    lines += ["  Shares are compared within one architecture only."] if len({row["architecture"] for row in answer["targets"]}) > 1 else []
    say(answer, as_json, "\n".join([*lines, *_left_out(answer)]))
    return 0 if found.rows else 1


def _left_out(answer: dict[str, Any]) -> list[str]:
    return [f"  left out: {row['target']}: {row['reason']}" for row in answer["left_out"]]
