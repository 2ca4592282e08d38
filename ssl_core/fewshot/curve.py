"""Few-shot curve: accuracy of nearest prototypes on unlabelled test pictures after 1, 2, 3, … labels, target by target.

Axes: N labelled pictures in the order in which the labels came, S test pictures, D feature, K class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ssl_core.fewshot.beside import area, balanced, directions
from ssl_core.fewshot.support import counted_labels, first_of_each
from ssl_core.fewshot.wall import classes_of
from ssl_core.functional.metrics.classes import BaseRates, base_rates
from ssl_core.functional.metrics.intervals import Interval, share_interval, wilson
from ssl_core.functional.metrics.prototypes import guesses_by_labels, guesses_left_out, unit_directions
from ssl_core.jobs import warm_worker
from ssl_core.jobs.status import Status
from ssl_core.library.sets import labels as labels_of
from ssl_core.models.features import Embedded, cached_features, embed_asked, embedded, how_many
from ssl_core.models.targets import Target
from ssl_core.models.untrained import UNTRAINED
from ssl_core.records.asked import Asked, Unfinished
from ssl_core.records.runs import run
from ssl_core.settings import SettingsError
from ssl_core.types import PictureId

EACH = 40  # number of labels up to which each label gives a point of the curve; beyond, the number grows by a tenth


class FewPoint(NamedTuple):
    """The accuracy after `labels` labels, with Wilson's 95 % interval over the test pictures (the labels are taken as given)."""

    labels: int
    accuracy: float
    lo: float
    hi: float
    spread: float = 0.0  # standard deviation between networks (n - 1), where the accuracy is the mean of several (untrained, by seed)


class FewLine(NamedTuple):
    """One target's curve."""

    target: str
    title: str
    points: list[FewPoint]
    networks: int = 1  # of which the points are the mean
    balanced: Interval | None = None  # the last point, balanced over classes, where the largest class has over 1.5 / K
    auc: Interval | None = None  # then, of two classes: area under the ROC curve after the last label


class FewShot(NamedTuple):
    """The curves of all targets from the labels so far."""

    lines: list[FewLine]
    labels: int  # labels that the curves are made from: the first of each class, at most `support.MOST` in all
    classes: tuple[str, ...]
    n_test: int  # test pictures whose class is known and that the person didn't label; before features are there at most so many
    hidden: bool  # True: tested on labelled test pictures that the person didn't label; False: leave-one-out over the person's labels
    chance: float  # 1 / K, K classes that a picture can have
    waiting: list[tuple[str, Status]]  # targets whose embed job is queued or running
    missing: list[str]  # targets whose embed job nobody has asked for
    left_out: list[tuple[str, str]]  # target, the reason in a sentence
    each: dict[str, int]  # labels of each class
    given: int  # labels of an existing class; more than `labels` where there are more than `support.MOST`
    majority: float = 0.0  # share right by always naming the largest class of the pictures tested on; 0 before there are any

    @property
    def rates(self) -> BaseRates:
        """How often an answer is right that doesn't look at the picture; before pictures are tested on, by chance."""
        return BaseRates(self.chance, self.majority or self.chance)


def few_shot_targets(run_name: str) -> list[str]:
    """The default targets of a run's curve: the run, ImageNet, the run's network untrained."""
    return [run(run_name).id, "imagenet:mobilenet_v2", UNTRAINED + run_name]


def few_shot(dataset: str, targets: Sequence[str], labels: Mapping[str, str], own_classes: Sequence[str] = ()) -> FewShot:
    """The curve of each target: accuracy of nearest prototypes after each label, on the test pictures that the person didn't label.

    labels: picture id -> class, in the order given; own_classes: the person's, where the set has none of its own. A set without
    classes has no test labels: there each label is left out once and predicted from the others (leave-one-out).
    No job is started: `request_few_shot` does that.
    """
    unfinished = Unfinished.empty()
    parsed = _parse(targets, dataset, unfinished)
    classes = classes_of(dataset) or tuple(own_classes)
    labelled = int((labels_of(Target.parse("pixels", dataset).pictures("test")) >= 0).sum())
    hidden = bool(labelled and classes_of(dataset))
    named, all_N = counted_labels(labels, classes)
    pictures, label_N = first_of_each(named, all_N)
    lines: list[FewLine] = []
    rates, n_test = (
        base_rates(label_N[:0] if hidden else label_N, max(1, len(classes))),
        min(labelled, how_many(parsed[0])[1]) if hidden and parsed else 0,
    )
    for target in parsed:
        try:
            tests = [(network, _test(network, named) if hidden else None) for network in target.networks]
            if hidden and (unknown := [_asked(network) for network, test in tests if test is None]):
                unfinished.add_first(unknown, "Looking at the pictures", "Try again.", target.text)
                continue
            if (test := tests[0][1]) is not None:
                _check_named(test.label_S, label_N, classes)
            right = [_right(network, pictures, label_N, len(classes), test) for network, test in tests]
            points, n_test = _points(right, test)
        except SettingsError as error:
            unfinished.leave_out(target.text, error)
            continue
        if test is not None:
            rates = base_rates(test.label_S, len(classes))
        stands = balanced(right, label_N if test is None else test.label_S, rates), area(tests, pictures, label_N, rates)
        lines.append(FewLine(target.text, target.title, points, len(tests), *stands))
    each = {name: int((all_N == k).sum()) for k, name in enumerate(classes)}
    return FewShot(lines, len(pictures), classes, n_test, hidden, rates.chance, *unfinished, each, len(named), rates.majority)


def request_few_shot(dataset: str, targets: Sequence[str]) -> list[Path]:
    """Hands the embed jobs of the test pictures that are missing to the warm worker; their folders."""
    asked = ask_few_shot(dataset, targets)
    for folder in asked:
        warm_worker.hand_over(folder)
    return asked


def ask_few_shot(dataset: str, targets: Sequence[str]) -> list[Path]:
    """The folders of the embed jobs of the test pictures that are missing; none is started."""
    folders = []
    for target in (network for each in _parse(targets, dataset, Unfinished.empty()) for network in each.networks):
        try:
            if target.kind == "pixels" or cached_features(target, "test", _most(target)) is not None:
                continue
            asked = _asked(target)
        except SettingsError:
            continue  # `few_shot` gives the reason
        folders.append(asked.ask())  # a full disk is said
    return folders


def _right(target: Target, pictures: list[str], label_N: np.ndarray, classes: int, test: Embedded | None) -> list[tuple[int, np.ndarray]]:
    """After each number of labels, whether each picture is named correctly by one network. test: None for leave-one-out."""
    if not pictures:
        return []
    train_ND, label_N, centre_D = directions(target, pictures, label_N)
    at = _at(len(label_N))
    if test is None:
        return [(n, guesses_left_out(train_ND[:n], label_N[:n], classes) == label_N[:n]) for n in at]
    guesses = guesses_by_labels(train_ND, label_N, unit_directions(test.features_SD, centre_D), classes, at)
    return [(n, guess_S == test.label_S) for n, guess_S in zip(at, guesses, strict=True)]


def _points(by_network: list[list[tuple[int, np.ndarray]]], test: Embedded | None) -> tuple[list[FewPoint], int]:
    """The points of a curve, of several networks their mean; and the number of pictures tested on."""
    points = [_point([right_S for _, right_S in each], each[0][0]) for each in zip(*by_network, strict=True)]
    n_test = len(test.label_S) if test is not None else by_network[0][-1][0] if by_network[0] else 0
    return points, n_test


def _point(right: list[np.ndarray], labels: int) -> FewPoint:
    """One point from S values, right or wrong, of each network: Wilson's interval of one network, `share_interval` of several."""
    if len(right) == 1:
        return FewPoint(labels, *wilson(int(right[0].sum()), len(right[0])))
    return FewPoint(labels, *share_interval(np.mean(right, 0), len(right)), float(np.std([right_S.mean() for right_S in right], ddof=1)))


def _check_named(test_S: np.ndarray, label_N: np.ndarray, classes: Sequence[str]) -> None:
    """Raises SettingsError where no class that the person named is among the test pictures: no answer could be right."""
    if len(label_N) and not np.isin(label_N, test_S).any():
        there = ", ".join(f"'{classes[k][:60]}'" for k in np.unique(test_S)[:5])
        said = ", ".join(f"'{classes[k][:60]}'" for k in np.unique(label_N)[:5])
        raise SettingsError(
            f"A class that you name must be among the test pictures: {there}. Got {said}. Name pictures of one of those too."
        )


def _at(n: int) -> list[int]:
    """Numbers of labels that get a point: each up to EACH, then each a tenth larger than the one before, and n."""
    points = list(range(1, min(n, EACH) + 1))
    while points and points[-1] < n:
        points.append(min(n, max(points[-1] + 1, round(points[-1] * 1.1))))
    return points


def _parse(targets: Sequence[str], dataset: str, unfinished: Unfinished) -> list[Target]:
    """Targets on the data set without options, as the person labels it; baselines at the first target's picture size."""
    found: list[Target] = []
    for text in targets:
        try:
            target = Target.parse(text, dataset, {})
            found.append(target if target.of_run or not found else target._replace(image_size=found[0].image_size))
        except SettingsError as error:
            unfinished.leave_out(text, error)
    return found


def _asked(target: Target) -> Asked:
    return embed_asked(target, "test", _most(target))


def _most(target: Target) -> int:
    return how_many(target)[1]


def _unnamed(test: Embedded, pictures: Sequence[str]) -> Embedded:
    """The test pictures whose class is known and that the person didn't label: a picture that a prototype was made from isn't tested.

    Raises:
        SettingsError: there is no such picture.
    """
    named = [found.index for found in map(PictureId.parse, pictures) if found.split == "test"]
    hidden_S = (test.label_S >= 0) & ~np.isin(test.id_S, named)
    if not hidden_S.any():
        raise SettingsError("Every test picture has a name, so none is left to test on. Take some names away.")
    return Embedded(*(each[hidden_S] for each in test))


def _test(target: Target, pictures: Sequence[str]) -> Embedded | None:
    """Features of the test pictures to score on; None where they aren't computed yet. Raw pixels are read now.

    Raises:
        SettingsError: the person labelled every test picture.
    """
    most = _most(target)
    found = embedded(target, "test", most) if target.kind == "pixels" else cached_features(target, "test", most)
    return None if found is None else _unnamed(found, pictures)
