"""How far features are from others."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import normalize


def far_from(feature_BD: Tensor, rows_SD: Tensor, k: int = 5) -> Tensor:
    """B: mean cosine distance to the k nearest rows."""
    similarity_BS = normalize(feature_BD.float(), dim=1) @ normalize(rows_SD.float(), dim=1).T
    return 1 - similarity_BS.topk(min(k, len(rows_SD)), 1).values.mean(1)
