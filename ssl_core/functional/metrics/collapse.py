"""Measures of representation collapse that apply to every method's embeddings."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from ssl_core.functional import distributed

NARROW = 0.15  # spread below which embeddings count as collapsed onto one point
FEW = 0.05  # share of the kinds of answer in use (`in_use`) below which nearly all answers are the same
POINTS = 33  # singular values kept of a spectrum, at most
STUCK = 0.01  # |loss - ln K| / ln K below which a loss counts as that of a uniform guess


@torch.no_grad()
def health(embedding_VBD: Tensor) -> dict[str, float]:
    """Collapse measures of V views of B pictures, each embedding scaled to length 1.

    spread: mean standard deviation of a dimension times √D: about 1 where vectors point everywhere, 0 after collapse.
    cosine: mean similarity of two different pictures. alignment: mean squared distance of two views of one picture.
    uniformity: log mean exp(-2 · squared distance) of different pictures (Wang & Isola, 2005.10242): lower is more spread out.
    {} for a single picture; alignment only with a second view.
    """
    views_VBD = normalize(embedding_VBD.float(), dim=2)
    first_BD = views_VBD[0]
    B, D = first_BD.shape
    if B < 2:
        return {}
    alike_BB = first_BD @ first_BD.T
    other = ~torch.eye(B, dtype=torch.bool, device=alike_BB.device)
    apart = 2 - 2 * alike_BB[other]
    found = {
        "spread": first_BD.std(0, correction=0).mean() * math.sqrt(D),
        "cosine": alike_BB[other].mean(),
        "uniformity": (-2 * apart).exp().mean().clamp(min=1e-12).log(),
    }
    if len(views_VBD) > 1:
        found["alignment"] = (views_VBD[0] - views_VBD[1]).square().sum(1).mean()
    return {name: float(value) for name, value in found.items()}


@torch.no_grad()
def effective_directions(features_SD: Tensor) -> dict[str, float | list[float]]:
    """How many directions features use: their effective rank, and their spectrum.

    rank: exp of the entropy of the singular values' shares (RankMe, 2210.02885); at most min(S, D).
    spectrum: the singular values divided by the largest, descending; at most POINTS of them, evenly spaced.
    """
    values = torch.linalg.svdvals(features_SD.float())
    share = values / values.sum().clamp(min=1e-12) + 1e-7
    chosen = torch.linspace(0, len(values) - 1, min(POINTS, len(values))).round().long()
    falling = (values / values[0].clamp(min=1e-12))[chosen.to(values.device)]
    return {"rank": float((-(share * share.log()).sum()).exp()), "spectrum": [round(value, 4) for value in falling.tolist()]}


@torch.no_grad()
def in_use(said_N: Tensor, kinds: int) -> Tensor:
    """The share of `kinds` answers in use over all processes: 0 = always the same one, 1 = all equally often.

    (exp(H) - 1) / (min(K, N) - 1): H entropy of the answers' shares, K = `kinds`, N answers, of min(K, N) kinds at most.
    """
    count_K = distributed.total(torch.bincount(said_N, minlength=kinds).float())
    share_K = count_K / count_K.sum()
    number = (-(share_K * share_K.clamp(min=1e-12).log()).sum()).exp()
    return (number - 1) / max(1, min(kinds, len(said_N) * distributed.world()) - 1)


def collapsed(measured: dict[str, Any], loss: float | None = None, guess: float | None = None, used: float | None = None) -> str:
    """Why a run is collapsing, in a sentence; "" where it isn't.

    measured: from `health`. guess: the loss ln K of a uniform guess among K clusters. used: from `in_use`.
    """
    spread, cosine = measured.get("spread", 1.0), measured.get("cosine", 0.0)
    if spread < NARROW:
        return f"It is collapsing: different pictures come out {100 * cosine:.0f} % alike, whatever they show."
    if used is not None and used < FEW:
        return "It is collapsing: nearly all pictures get the same answer, whatever they show."
    if loss is not None and guess is not None and abs(loss - guess) < STUCK * guess:
        return f"It is stuck at a loss of {guess:.2f} = ln {math.exp(guess):.0f}: all clusters are alike to it."
    return ""
