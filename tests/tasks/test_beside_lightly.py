"""Losses beside those of lightly, a library that others rely on: the value, and the weights after a step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from ssl_core.functional.losses.sinkhorn import sinkhorn
from ssl_core.functional.rng import generator
from ssl_core.tasks.moco import contrast
from ssl_core.tasks.simclr import nt_xent
from ssl_core.tasks.swav import swapped_prediction

ROWS, WIDTH, BINS = 12, 7, 5


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=generator(seed, "beside"))


def stepped(loss_of: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
    """The loss of two views embedded by one layer, and the layer after a step of Adam."""
    layer = drawn(9, WIDTH, seed=1).requires_grad_(True)
    optimiser = torch.optim.Adam([layer], 0.05)
    loss = loss_of(normalize(drawn(2, ROWS, 9, seed=2) @ layer, dim=2))
    loss.backward()
    optimiser.step()
    return loss.detach(), layer.detach()


def equal(ours: Callable[[Tensor], Tensor], theirs: Callable[[Tensor], Tensor]) -> bool:
    (loss, layer), (their_loss, their_layer) = stepped(ours), stepped(theirs)
    return torch.allclose(loss, their_loss, atol=1e-5) and torch.allclose(layer, their_layer, atol=1e-4)


@pytest.mark.parametrize("temperature", [0.1, 0.5])
def test_simclr_learns_what_lightly_learns(temperature: float) -> None:
    from lightly.loss import NTXentLoss

    theirs = NTXentLoss(temperature)
    assert equal(lambda views: nt_xent(views, temperature), lambda views: theirs(*views))
    assert not equal(lambda views: nt_xent(views, 2 * temperature), lambda views: theirs(*views))


@pytest.mark.parametrize("temperature", [0.1, 0.2])
def test_moco_learns_what_lightly_learns_from_the_same_queue(temperature: float) -> None:
    from lightly.loss import NTXentLoss

    theirs = NTXentLoss(temperature, memory_bank_size=(20, WIDTH))
    queue = theirs.memory_bank.bank.clone()

    def ours(views: Tensor) -> Tensor:
        return cross_entropy(contrast(views[0], views[1].detach(), queue, temperature), torch.zeros(ROWS, dtype=torch.int64))

    assert equal(ours, lambda views: theirs(views[0], views[1].detach()))
    assert torch.allclose(
        theirs.memory_bank.bank[:ROWS], normalize(drawn(2, ROWS, 9, seed=2) @ drawn(9, WIDTH, seed=1), dim=2)[1], atol=1e-6
    )


@pytest.mark.parametrize("queued", [0, 6])
def test_swav_learns_what_lightly_learns(queued: int) -> None:
    from lightly.loss import SwaVLoss

    bins = normalize(drawn(BINS, WIDTH, seed=3), dim=1)
    earlier = list(normalize(drawn(2, queued, WIDTH, seed=4), dim=2) @ bins.T) if queued else None
    theirs = SwaVLoss(temperature=0.1, sinkhorn_iterations=3, sinkhorn_epsilon=0.05)

    def ours(views: Tensor) -> Tensor:
        scores = [*(views @ bins.T), views.mean(0) @ bins.T]
        codes = [sinkhorn(torch.cat([scores[v].detach(), *([earlier[v]] if earlier else [])]), 0.05)[:ROWS] for v in range(2)]
        return swapped_prediction(scores, codes, 0.1)

    def beside(views: Tensor) -> Tensor:
        return theirs(list(views @ bins.T), [views.mean(0) @ bins.T], earlier)

    assert equal(ours, beside)
