"""A perceptual hash: pairs of pictures that may be near duplicates, from buckets of equal bits and never over all pairs. numpy alone.

A picture's hash is the signs of its lowest frequencies (discrete cosine transform of 32 × 32 gray levels), each against its median over
the set, so that pictures of one layout (X-rays, digits) still fill different buckets. A picture whose side was cut has other frequencies:
each picture is therefore looked up under the hash that it would have if cut (CUTS), beside its own. Bits near zero flip when a picture is
compressed or resized: the UNSURE least certain of a key are looked up both ways. A proposed pair is kept where the frequencies themselves
are alike; `verification` decides by the pixels.

N pictures, K frequencies, P pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

SIDE = 32  # pixels a side of the gray picture that is hashed
FREQUENCIES = 8  # a side of the square of lowest frequencies, without the mean
CUT = 0.05  # of the side
C = CUT
CUTS = (  # left, right, top, bottom: none, one side, all sides, a corner
    (0, 0, 0, 0),
    *((C, 0, 0, 0), (0, C, 0, 0), (0, 0, C, 0), (0, 0, 0, C)),
    (C, C, C, C),
    *((C, 0, C, 0), (C, 0, 0, C), (0, C, C, 0), (0, C, 0, C)),
)
TABLES = (np.arange(20), np.arange(8, 28))  # the frequencies whose signs are a table's key, from the lowest on
UNSURE = 4  # bits of a key that are looked up both ways
ALIKE = 0.88  # least cosine between the frequencies of a proposed pair
LEAST_SET = 100  # pictures whose median or mean says what they have in common; that of fewer is too much like each of them
CROWD = 64  # pictures of one bucket that a lookup proposes at most
BLOCK = 1024  # pictures looked up at once

Report = Callable[[int, int], object]  # done, of how many; may raise to stop the work


class Frequencies(NamedTuple):
    """The lowest frequencies of a set's pictures, and what is usual in the set."""

    whole_NK: np.ndarray
    median_K: np.ndarray
    spread_K: np.ndarray


def proposed_pairs(gray_NHW: np.ndarray, report: Report = lambda done, of: None) -> tuple[np.ndarray, np.ndarray]:
    """P 2 rows of pictures that may be near duplicates, the smaller first, and the rows whose buckets were too full to look at whole.

    gray_NHW: uint8, H = W = SIDE.
    """
    if len(gray_NHW) < 2:
        return np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
    known = _frequencies_of_set(gray_NHW)
    tables = [_sorted_keys(known, table) for table in TABLES]
    weight_K = known.spread_K**-0.5
    unit_NK = _unit((known.whole_NK - known.median_K) * weight_K)
    pairs, crowded = [np.zeros((0, 2), np.int64)], [np.zeros(0, np.int64)]
    for start in range(0, len(gray_NHW), BLOCK):
        report(start, len(gray_NHW))
        for cut in CUTS:
            cut_BK = _frequencies(gray_NHW[start : start + BLOCK], cut)
            unit_BK = _unit((cut_BK - known.median_K) * weight_K)
            for table, keys in zip(TABLES, tables, strict=True):
                for row_P, other_P, full_P in _lookups((cut_BK - known.median_K) / known.spread_K, table, *keys):
                    alike_P = np.einsum("pk,pk->p", unit_BK[row_P], unit_NK[other_P]) > ALIKE
                    pairs.append(np.stack([row_P[alike_P] + start, other_P[alike_P]], axis=1))
                    crowded.append(np.unique(row_P[full_P]) + start)
        pairs, crowded = [_distinct(np.concatenate(pairs))], [np.unique(np.concatenate(crowded))]
    report(len(gray_NHW), len(gray_NHW))
    return pairs[0], crowded[0]


def _distinct(pair_P2: np.ndarray) -> np.ndarray:
    """Pairs of two different rows, the smaller first, each once."""
    apart_P2 = np.sort(pair_P2[pair_P2[:, 0] != pair_P2[:, 1]], axis=1)
    return np.unique(apart_P2, axis=0)


def _frequencies_of_set(gray_NHW: np.ndarray) -> Frequencies:
    blocks = [_frequencies(gray_NHW[start : start + BLOCK], CUTS[0]) for start in range(0, len(gray_NHW), BLOCK)]
    whole_NK = np.concatenate(blocks)
    median_K = np.median(whole_NK, axis=0) if len(whole_NK) >= LEAST_SET else np.zeros(whole_NK.shape[1], np.float32)
    return Frequencies(whole_NK, median_K, whole_NK.std(axis=0) + 1e-3)


def _frequencies(gray_NHW: np.ndarray, cut: tuple[float, float, float, float]) -> np.ndarray:
    """N K: the lowest frequencies of each picture after a cut, from the lowest on."""
    left, right, top, bottom = cut
    down_FH, across_FW = _transform(top, bottom), _transform(left, right)
    found_NFF = down_FH @ gray_NHW.astype(np.float32) @ across_FW.T
    return np.asarray(found_NFF.reshape(len(gray_NHW), -1)[:, _order()])


@cache
def _transform(before: float, behind: float) -> np.ndarray:
    """F SIDE: the cosine transform of a row of pixels whose ends were cut off and which was stretched to its former length."""
    place = np.arange(SIDE)
    wave_FW = np.cos(np.pi * (2 * place + 1) * np.arange(FREQUENCIES)[:, None] / (2 * SIDE))
    return np.asarray((wave_FW @ stretched((before + (place + 0.5) / SIDE * (1 - before - behind)) * SIDE - 0.5)).astype(np.float32))


def stretched(place_W: np.ndarray) -> np.ndarray:
    """… W SIDE: a matrix that reads a row of SIDE pixels at the given places, linearly between neighbours."""
    place_W = np.clip(place_W, 0, SIDE - 1)
    return np.asarray(np.maximum(0, 1 - np.abs(place_W[..., None] - np.arange(SIDE))).astype(np.float32))


@cache
def _order() -> np.ndarray:
    """K: where the frequencies lie in F F, by the sum of their two numbers, without the mean."""
    down, across = np.divmod(np.arange(FREQUENCIES**2), FREQUENCIES)
    return np.lexsort((down, down + across))[1:]


def _unit(values_NK: np.ndarray) -> np.ndarray:
    return np.asarray(values_NK / (np.linalg.norm(values_NK, axis=1, keepdims=True) + 1e-6))


def _keys(certain_NK: np.ndarray, table: np.ndarray) -> np.ndarray:
    """N: the signs of a table's frequencies as one number."""
    return (certain_NK[:, table] > 0) @ (1 << np.arange(len(table)))


def _sorted_keys(known: Frequencies, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The keys of all pictures in ascending order, and whose they are."""
    key_N = _keys(known.whole_NK - known.median_K, table)
    row_N = np.argsort(key_N, kind="stable")
    return key_N[row_N], row_N


def _lookups(
    certain_BK: np.ndarray, table: np.ndarray, key_N: np.ndarray, row_N: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For each way to turn the unsure bits: rows of the block, the pictures in their buckets, and whether the bucket was too full."""
    own_B = _keys(certain_BK, table)
    unsure_BU = 1 << np.argsort(np.abs(certain_BK[:, table]), axis=1)[:, :UNSURE]
    for turned in range(1 << UNSURE):
        bits_U = np.array([turned >> bit & 1 for bit in range(UNSURE)])
        asked_B = own_B ^ (unsure_BU @ bits_U)
        first_B, behind_B = np.searchsorted(key_N, asked_B, "left"), np.searchsorted(key_N, asked_B, "right")
        count_B = np.minimum(behind_B - first_B, CROWD)
        row_P = np.repeat(np.arange(len(own_B)), count_B)
        within_P = np.arange(len(row_P)) - np.repeat(np.cumsum(count_B) - count_B, count_B)
        yield row_P, row_N[first_B[row_P] + within_P], (behind_B - first_B)[row_P] > CROWD
