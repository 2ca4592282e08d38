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


def nearest_by_angle(queries_QD: np.ndarray, bank_SD: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Q x k cosine similarities, the highest first, and the bank's row of each."""
    bank_DS = unit(bank_SD).T.contiguous()
    found = [(chunk_QD @ bank_DS).topk(min(k, bank_DS.shape[1]), dim=1) for chunk_QD in unit(queries_QD).split(CHUNK)]
    return torch.cat([f.values for f in found]).numpy(), torch.cat([f.indices for f in found]).numpy()


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
