"""Which picture to label next: uncertainty sampling by the margin between the two nearest prototypes.

Axes: S unlabelled picture, N labelled picture, D feature.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from ssl_core.fewshot.support import centre, counted_labels, features, features_of, first_of_each, rows
from ssl_core.fewshot.wall import classes_of, wall_ids
from ssl_core.functional.metrics.prototypes import margins, prototypes, unit_directions
from ssl_core.models.targets import Target
from ssl_core.types import PictureId


def chosen_in_words(hidden: bool) -> str:
    """What a curve can't say where pictures to label were chosen by `best_next`. hidden: tested on pictures without the person's labels."""
    end = "a curve over labels drawn at random may lie elsewhere" if hidden else "they are the hardest, so their share isn't the set's"
    return f"Labels of pictures that the program chose as most helpful are no sample of the set: {end}."


def best_next(
    dataset: str, target: str, labels: Mapping[str, str], own_classes: Sequence[str] = (), seen: Collection[str] = ()
) -> list[str]:
    """Ids of unlabelled train pictures by rising margin: how much nearer the nearest prototype is than the second nearest.

    labels: picture id -> class; seen: ids to leave out. Without labels: in the order of the wall.
    """
    classes = classes_of(dataset) or tuple(own_classes)
    open_ids = [picture for picture in wall_ids(dataset) if picture not in labels and picture not in seen]
    pictures, label_N = first_of_each(*counted_labels(labels, classes))
    found, pool = Target.parse(target, dataset, {}), [PictureId.parse(picture).index for picture in open_ids]
    if not pictures or not pool:
        return open_ids
    known, centre_D = features(found, pool), centre(found)
    readable = [i for i in pool if i in known]
    mine_ND, label_N = rows(features_of(found, pictures), pictures, label_N)
    pool_SD = unit_directions(np.stack([known[i] for i in readable]), centre_D)
    margin_S = margins(pool_SD, prototypes(unit_directions(mine_ND, centre_D), label_N, len(classes)))
    return PictureId.texts("train", (readable[row] for row in np.argsort(margin_S, kind="stable")))
