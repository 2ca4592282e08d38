"""Test pictures of a comparison that also stand in training, and the scores without them. Axes: S test picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ssl_core.evaluation.values import interval_of
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.library.look import leaking_places
from ssl_core.settings import SettingsError
from ssl_core.types import PictureId

if TYPE_CHECKING:
    from ssl_core.evaluation.compare import Comparison


class Leaking(NamedTuple):
    """The scored pictures that also stand in training: as the same file, the same pixels, a near duplicate, or the same group."""

    ids: list[str]  # "test-12"
    without: dict[str, Interval]  # target -> its score on the other pictures, with its 95 % interval; {} where no other is left


def leaking(found: Comparison) -> Leaking | None:
    """The leaks among the pictures of a comparison; None where nothing is scored, or nobody has looked at the pictures yet."""
    if not found.scored or not found.dataset:
        return None
    try:
        places = leaking_places(found.dataset)
    except SettingsError:  # the set can't be opened any more
        return None
    if places is None:
        return None
    id_S = found.scored[0].id_S
    leaks_S = np.isin(id_S, list(places))
    clean = [each.on(id_S[~leaks_S]) for each in found.scored] if not leaks_S.all() else []
    answers = {each.row.target: max(1, len(each.row.by_network)) for each in clean}
    without = {each.row.target: interval_of(each.values, found.measure, answers[each.row.target]) for each in clean}
    return Leaking(PictureId.texts("test", id_S[leaks_S]), without)
