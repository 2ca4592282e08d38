"""Pictures read anew from their files, block by block and balanced over the classes.

Axes: N picture of a split, S picture asked for, B picture of a block.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from ssl_core.functional.rng import key
from ssl_core.library.sets import PictureSet, labels


class PictureBlock(NamedTuple):
    """Some pictures of a split."""

    images_BCHW: np.ndarray  # uint8
    label_B: np.ndarray  # int64, -1 where unknown
    id_B: np.ndarray  # int64: index in the split


def balanced_rows(label_N: np.ndarray, id_N: np.ndarray, most: int) -> np.ndarray:
    """Rows of at most `most` pictures, classes as equally frequent as their sizes allow; the same ones every time.

    Chosen by the pictures' indices in the set, so that a set decoded at another size gives the same pictures.
    """
    if most >= len(label_N):
        return np.arange(len(label_N))
    lot_N = np.array([key(0, "balanced", int(i)) for i in id_N])
    order_N = np.argsort(lot_N, kind="stable")
    turn_N = np.zeros(len(label_N), np.int64)  # number of earlier pictures of the same class
    for label in np.unique(label_N):
        mine = order_N[label_N[order_N] == label]
        turn_N[mine] = np.arange(len(mine))
    chosen = np.lexsort((lot_N, turn_N))[:most]
    return np.sort(chosen)


def read_anew(pictures: PictureSet, most: int, size: int) -> Iterator[PictureBlock]:
    """Blocks of `size` pictures read from their files, at most `most` in all; nothing is stored. The next block is read meanwhile.

    Where pictures can't be read, those come instead that `balanced_rows` would have taken without them.
    """
    data, label_N = pictures.fresh(), labels(pictures.open())
    known_N, bad_N = np.zeros(len(label_N), bool), np.zeros(len(label_N), bool)
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="read") as ahead:
            while (todo_S := _todo(label_N, known_N, bad_N, most)).size:
                parts = [todo_S[at : at + size] for at in range(0, len(todo_S), size)]
                coming = ahead.submit(data.read_many, parts[0].tolist())
                for part, following in zip(parts, [*parts[1:], None], strict=True):
                    found = coming.result()
                    if following is not None:
                        coming = ahead.submit(data.read_many, following.tolist())
                    known_N[part] = True
                    bad_N[np.setdiff1d(part, found.id_N)] = True
                    yield PictureBlock(found.images_NCHW, found.label_N, found.id_N)
    finally:
        data.close()


def _todo(label_N: np.ndarray, known_N: np.ndarray, bad_N: np.ndarray, most: int) -> np.ndarray:
    """Indices of the pictures that are wanted and weren't tried yet."""
    id_N = np.flatnonzero(~bad_N)
    wanted_S = id_N[balanced_rows(label_N[id_N], id_N, most)]
    todo_S: np.ndarray = wanted_S[~known_N[wanted_S]]
    return todo_S
