"""All near duplicates among many small pictures. numpy alone.

Memory beside the pictures: about 0.4 kB a picture and 40 MB. 60 000 pictures take about 20 s on one core.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ssl_core.functional.duplicates.hashing import BLOCK, LEAST_SET, SIDE, Report, proposed_pairs
from ssl_core.functional.duplicates.verification import LEAST_CONTRAST, LUMA, likeness

BATCH = 256  # pairs verified at once


class Duplicates(NamedTuple):
    """Near duplicates by row."""

    pair_P2: np.ndarray  # the smaller row first
    plain: np.ndarray  # rows of pictures of nearly one colour, which are compared with none
    crowded: np.ndarray  # rows that were compared with some of the pictures of their buckets, not with all


def near_duplicates(thumb_NHWC: np.ndarray, row_M: np.ndarray | None = None, report: Report = lambda done, of: None) -> Duplicates:
    """Pairs of one photograph, recompressed, resized or cut at its sides.

    thumb_NHWC: uint8 RGB, H = W = SIDE. row_M: which of them take part, None: all.
    """
    assert thumb_NHWC.shape[1:] == (SIDE, SIDE, 3), thumb_NHWC.shape
    row_M = np.arange(len(thumb_NHWC)) if row_M is None else row_M
    gray_MHW, spread_M = _gray(thumb_NHWC, row_M)
    plain_M = spread_M < LEAST_CONTRAST
    row_M, plain = row_M[~plain_M], row_M[plain_M]
    gray_MHW = gray_MHW[~plain_M] if len(plain) else gray_MHW
    place_P2, crowded = proposed_pairs(gray_MHW, report)
    own_P, pair_P2 = _own(gray_MHW)[place_P2].mean(1), row_M[place_P2]
    kept = [np.zeros((0, 2), np.int64)]
    for start in range(0, len(pair_P2), BATCH):
        report(start, len(pair_P2))
        some_B2 = pair_P2[start : start + BATCH]
        alike = likeness(thumb_NHWC[some_B2[:, 0]], thumb_NHWC[some_B2[:, 1]])
        kept.append(some_B2[alike.same(own_P[start : start + BATCH])])
    return Duplicates(np.concatenate(kept), plain, row_M[crowded])


def _gray(thumb_NHWC: np.ndarray, row_M: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gray levels M H W of some pictures, uint8, and their standard deviation in each picture."""
    gray_MHW, spread_M = np.empty((len(row_M), SIDE, SIDE), np.uint8), np.empty(len(row_M), np.float32)
    for start in range(0, len(row_M), BLOCK):
        some = slice(start, start + BLOCK)
        level_BHW = thumb_NHWC[row_M[some]] @ LUMA
        gray_MHW[some], spread_M[some] = np.rint(level_BHW), level_BHW.std(axis=(1, 2))
    return gray_MHW, spread_M


def _own(gray_MHW: np.ndarray) -> np.ndarray:
    """M: the share of each picture's variance that the mean picture of all doesn't explain."""
    if len(gray_MHW) < LEAST_SET:
        return np.ones(len(gray_MHW), np.float32)
    mean_D = np.mean(gray_MHW, axis=0, dtype=np.float64).ravel()
    mean_D -= mean_D.mean()
    own_M = np.empty(len(gray_MHW), np.float32)
    for start in range(0, len(gray_MHW), BLOCK):
        level_BD = gray_MHW[start : start + BLOCK].reshape(-1, mean_D.size).astype(np.float32)
        level_BD -= level_BD.mean(axis=1, keepdims=True)
        explained_B = (level_BD @ mean_D) ** 2 / ((level_BD**2).sum(1) * (mean_D @ mean_D) + 1e-6)
        own_M[start : start + BLOCK] = 1 - explained_B
    return own_M
