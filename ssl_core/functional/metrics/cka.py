"""Linear CKA (1905.00414), debiased: how alike two representations of the same pictures are, whatever their widths.

CKA = HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)), K = X Xᵀ, L = Y Yᵀ, HSIC by the unbiased estimate (Song et al. 2012) as the inner product of
U-centred matrices (Székely & Rizzo 2014): the plain estimate of independent features is far from 0 wherever there are few more pictures
than features. Not changed by rotations and by one common scale. Axes: S picture, D feature, L layer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FEWEST = 4  # pictures: S (S - 3) divides the estimate


def u_centred(features_SD: np.ndarray) -> np.ndarray:
    """S x S float32: the Gram matrix without its diagonal, rows and columns centred so that HSIC has no bias; of length 1."""
    centred_SD = features_SD.astype(np.float64) - features_SD.mean(0)
    gram_SS = centred_SD @ centred_SD.T
    np.fill_diagonal(gram_SS, 0)
    S, row_S = len(gram_SS), gram_SS.sum(1)
    gram_SS += row_S.sum() / ((S - 1) * (S - 2)) - (row_S[:, None] + row_S[None]) / (S - 2)
    np.fill_diagonal(gram_SS, 0)
    return np.asarray(gram_SS / max(float(np.linalg.norm(gram_SS)), 1e-30), np.float32)


def cka(a: Sequence[np.ndarray], b: Sequence[np.ndarray]) -> np.ndarray:
    """La x Lb float64: debiased CKA of each features S x D of `a` with each of `b`; about 0 for independent ones, at most 1.

    Of features that are the same for all pictures it is 0. Estimates of little resemblance may lie below 0.
    """
    assert all(len(each) >= FEWEST and len(each) == len(a[0]) for each in (*a, *b))
    first, second = (np.stack([u_centred(each).ravel() for each in features]) for features in (a, b))
    return np.asarray(first @ second.T, np.float64)
