"""Nearest neighbours and distances of features.

Axes: S picture, Q query, D feature.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize


def far_from(feature_BD: Tensor, rows_SD: Tensor, k: int = 5) -> Tensor:
    """B: mean cosine distance (1 - cosine) of each feature to its k nearest rows."""
    similarity_BS = normalize(feature_BD.float(), dim=1) @ normalize(rows_SD.float(), dim=1).T
    return 1 - similarity_BS.topk(min(k, len(rows_SD)), 1).values.mean(1)


CHUNK = 512  # queries compared at a time: bounds the memory of the similarities, CHUNK x S


def unit(features_SD: np.ndarray) -> Tensor:
    """Rows of length 1; a row of zeros stays zeros."""
    return torch.nn.functional.normalize(torch.as_tensor(np.ascontiguousarray(features_SD, np.float32)), dim=1)


BLOCK = 16  # bank pictures of which only the most similar one is looked at first
AHEAD = 4  # as many blocks as neighbours asked for, times this: with fewer, looking at blocks first saves nothing


def nearest_by_angle(
    queries_QD: np.ndarray, bank_SD: np.ndarray, k: int, never: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Q x k cosine similarities, the highest first, and the bank's row of each.

    never: rows of queries and of the bank, pair by pair, that are no neighbours: their similarity is -∞.
    """
    bank_DS, start, found = unit(bank_SD).T.contiguous(), 0, []
    query_N, row_N = never or (np.zeros(0, np.int64), np.zeros(0, np.int64))
    for chunk_QD in unit(queries_QD).split(CHUNK):
        similar_QS = chunk_QD @ bank_DS
        here = (query_N >= start) & (query_N < start + CHUNK)
        similar_QS[torch.from_numpy(query_N[here] - start), torch.from_numpy(row_N[here])] = -torch.inf
        found.append(_largest(similar_QS, min(k, bank_DS.shape[1])))
        start += CHUNK
    return torch.cat([values for values, _ in found]).numpy(), torch.cat([rows for _, rows in found]).numpy()


def _largest(similar_QS: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k largest of each row, descending, and their columns.

    Of many columns first the largest of each block of BLOCK: the k largest numbers lie in the k blocks with the largest maxima, so
    that k BLOCK numbers are sorted in place of all. A block is every so manieth column, which a processor compares side by side.
    """
    blocks = similar_QS.shape[1] // BLOCK
    if blocks < AHEAD * k:
        values, columns = similar_QS.topk(k, dim=1)
        return values, columns
    head_QBN = similar_QS[:, : BLOCK * blocks].view(-1, BLOCK, blocks)
    best_QK = head_QBN.amax(1).topk(k, dim=1, sorted=False).indices
    column_QM = (best_QK[:, None] + blocks * torch.arange(BLOCK)[:, None]).flatten(1)
    tail_M = torch.arange(BLOCK * blocks, similar_QS.shape[1]).expand(len(similar_QS), -1)
    column_QM = torch.cat([column_QM, tail_M], 1)
    values, places = similar_QS.gather(1, column_QM).topk(k, dim=1)
    return values, column_QM.gather(1, places)


def same_rows(queries_QD: np.ndarray, bank_SD: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of queries and of the bank, pair by pair, whose features are equal in every bit."""
    rows: dict[bytes, list[int]] = {}
    for row, each in enumerate(np.ascontiguousarray(bank_SD)):
        rows.setdefault(each.tobytes(), []).append(row)
    pairs = [(query, row) for query, each in enumerate(np.ascontiguousarray(queries_QD)) for row in rows.get(each.tobytes(), ())]
    found_N2 = np.array(pairs, np.int64).reshape(-1, 2)
    return found_N2[:, 0], found_N2[:, 1]


def nearest_in_plane(points_S2: np.ndarray, k: int) -> np.ndarray:
    """S x k rows of the nearest other points by Euclidean distance, the nearest first."""
    points = torch.as_tensor(np.ascontiguousarray(points_S2, np.float32))
    rows = []
    for start in range(0, len(points), CHUNK):
        distance = torch.cdist(points[start : start + CHUNK], points, compute_mode="donot_use_mm_for_euclid_dist")
        distance[torch.arange(len(distance)), torch.arange(start, start + len(distance))] = torch.inf  # a point isn't its own neighbour
        rows.append(distance.topk(min(k, len(points) - 1), largest=False).indices)
    return torch.cat(rows).numpy()


def nearest_others(features_SD: np.ndarray, k: int) -> np.ndarray:
    """S x k rows of the other rows with the highest cosine similarity, the highest first."""
    bank_SD = unit(features_SD)
    rows = []
    for start in range(0, len(bank_SD), CHUNK):
        similar = bank_SD[start : start + CHUNK] @ bank_SD.T
        similar[torch.arange(len(similar)), torch.arange(start, start + len(similar))] = -torch.inf  # a row isn't its own neighbour
        rows.append(similar.topk(min(k, len(bank_SD) - 1)).indices)
    return torch.cat(rows).numpy()
