"""Equal use of all clusters: the assignment closest to given scores in which every cluster gets the same share."""

from __future__ import annotations

import torch
from torch import Tensor

from ssl_core.functional import distributed

FINE = 1000  # rows are ranked by probability in steps of 1 / FINE, ties by index: rounding errors don't change the rank


@torch.no_grad()
def sinkhorn(scores_BK: Tensor, epsilon: float, iterations: int = 3) -> Tensor:
    """B K soft assignments: each row sums to 1, each column to about B / K, over the samples of all processes.

    Sinkhorn-Knopp on exp(scores / epsilon) (SwAV, 2006.09882, eq. 3; SeLa, 1911.05371, eq. 5 with epsilon = 1 / λ), in the log domain
    and float32: small epsilons would overflow otherwise. The last step makes rows exact; columns become so with many iterations.
    """
    log_BK = scores_BK.float() / epsilon
    for _ in range(iterations):
        log_BK = log_BK - _log_total(log_BK.logsumexp(0))
        log_BK = log_BK.log_softmax(1)
    return log_BK.exp()


@torch.no_grad()
def rounded(plan_SK: Tensor) -> Tensor:
    """S column indices of an S K plan, each column taken ⌊S / K⌋ or ⌈S / K⌉ times: SeLa's labels stay equally used after rounding.

    Rows take their likeliest column that has room, the surest rows first. Where S isn't a multiple of K, the first S mod K columns
    have room for one more.
    """
    S, K = plan_SK.shape
    room_K = torch.full((K,), S // K, device=plan_SK.device)
    room_K[: S % K] += 1
    taken_S = torch.full((S,), -1, device=plan_SK.device)
    while len(open_N := (taken_S < 0).nonzero()[:, 0]):
        sure_N, column_N = plan_SK[open_N].masked_fill(room_K == 0, -1.0).max(1)
        order_N = (sure_N * FINE).round().argsort(descending=True, stable=True)
        order_N = order_N[column_N[order_N].argsort(stable=True)]  # by column, within it the surest first
        sorted_N = column_N[order_N]
        place_N = torch.arange(len(order_N), device=plan_SK.device) - torch.searchsorted(sorted_N, sorted_N)
        fits_N = place_N < room_K[sorted_N]
        taken_S[open_N[order_N[fits_N]]] = sorted_N[fits_N]
        room_K -= torch.bincount(sorted_N[fits_N], minlength=K)
    return taken_S


def _log_total(log_K: Tensor) -> Tensor:
    """K: log Σ exp(log_K) over processes."""
    return log_K if distributed.world() == 1 else distributed.gather(log_K[None]).logsumexp(0)
