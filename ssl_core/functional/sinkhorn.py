"""Equal use of all clusters: the assignment closest to given scores in which every cluster gets the same share."""

from __future__ import annotations

import torch
from torch import Tensor

from ssl_core.functional import together


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


def _log_total(log_K: Tensor) -> Tensor:
    """log of the sum over processes of exp(log)."""
    return log_K if together.world() == 1 else together.gather(log_K[None]).logsumexp(0)
