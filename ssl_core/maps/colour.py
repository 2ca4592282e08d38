"""Factors of the pictures on a map besides the class (columns of a table, properties of a scene), and the map coloured by one of them.

Axes: S picture.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, NamedTuple

import numpy as np

from ssl_core.library.sets import open_set
from ssl_core.maps.layout import Layout, agreements
from ssl_core.reading.tables.columns import dated
from ssl_core.types import PictureId

KINDS = 10  # values with a colour and a shape of their own; where there are more, the rarest are "others"
OTHERS = "others"


Value = str | int | float | None  # None where unknown


class Factor(NamedTuple):
    """A variable whose value is known for pictures: a column of a table, a property of a scene."""

    name: str
    number: bool  # whether every value is a number, or a date as one
    values: list[Value]  # one a picture on the map


def factors(layout: Layout, dataset: str, options: dict[str, Any] | None = None) -> list[Factor]:
    """The factors besides the class by which a map of test pictures can be coloured, in the order of the columns."""
    data = open_set(dataset, "test", options=options)
    rows = [data.factors(PictureId.parse(picture).index) or {} for picture in layout.ids]
    names = dict.fromkeys(name for row in rows for name in row if name != "class")
    found = [_factor(name, [row.get(name) for row in rows]) for name in names]
    return [factor for factor in found if _tells(factor)]


def coloured(layout: Layout, factor: Factor) -> Layout:
    """The same map with a factor in place of the class: its values as classes, numbers as `value_S`; agreements are those of the factor."""
    if factor.number:
        value_S = np.array([math.nan if value is None else float(value) for value in factor.values], np.float32)
        nobody_S = np.full(layout.n, -1, np.int64)
        return agreements(layout._replace(label_S=nobody_S, classes=(), by=factor.name, value_S=value_S))
    kinds = _kinds(factor.values)
    place = {kind: k for k, kind in enumerate(kinds)}
    label_S = np.array([-1 if value is None else place.get(str(value), len(kinds) - 1) for value in factor.values], np.int64)
    return agreements(layout._replace(label_S=label_S, classes=kinds, by=factor.name))


def _factor(name: str, values: list[Value]) -> Factor:
    known = [value for value in values if value is not None]
    if all(isinstance(value, bool) for value in known):
        return Factor(name, False, [None if value is None else "yes" if value else "no" for value in values])
    if told := dated(values):
        return Factor(f"{name} ({told[0]})", True, [*told[1]])
    return Factor(name, all(isinstance(value, int | float) for value in known), values)


def _tells(factor: Factor) -> bool:
    """Whether colours show anything: there are at least two values and, unless they are numbers, fewer values than pictures."""
    known = [value for value in factor.values if value is not None]
    different = len(set(known))
    return different > 1 and (factor.number or different < len(known))


def _kinds(values: list[Value]) -> tuple[str, ...]:
    """The values in alphabetical order; of more than KINDS the KINDS - 1 most frequent, then OTHERS."""
    counts = Counter(str(value) for value in values if value is not None)
    if len(counts) <= KINDS:
        return tuple(sorted(counts))
    most = sorted(kind for kind, _ in counts.most_common(KINDS - 1))
    return (*most, OTHERS)
