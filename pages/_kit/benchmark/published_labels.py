"""Published figures that a chart shows in grey beside what is measured here: by other networks, on the original pictures."""

from __future__ import annotations

from typing import NamedTuple


class PublishedCurve(NamedTuple):
    """A curve of a paper over the labels of each class."""

    name: str
    points: tuple[tuple[int, float], ...]  # labels of a class, accuracy
    source: str  # where it is printed, and what was trained


FIXMATCH = PublishedCurve(
    "FixMatch, published",
    ((4, 0.8619), (25, 0.9493), (400, 0.9574)),
    "FixMatch with RandAugment, 2001.07685 table 2: a WRN-28-2 trained on the labelled and the unlabelled pictures together",
)
BY_SET = {"cifar10": FIXMATCH}


def beside(dataset: str) -> PublishedCurve | None:
    """What is published on a data set; None where nothing is kept."""
    return BY_SET.get(dataset)
