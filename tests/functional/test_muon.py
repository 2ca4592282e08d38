"""Muon beside an independent computation in double precision, what counts as hidden, and where it is asked for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from ssl_core.functional.modules.muon import Muon, hidden_weights, orthogonalised
from ssl_core.settings import Recipe
from ssl_core.training.steps import make_optimiser, set_rates
from ssl_core.types import Clock, ParamGroup


def reference(gradients: list[np.ndarray], weight: np.ndarray, lr: float, decay: float) -> np.ndarray:
    """Muon by singular values: the iteration's quintic is applied to each of them, one by one."""
    held = np.zeros_like(weight)
    for gradient in gradients:
        held = 0.95 * held + gradient
        pull = (gradient + 0.95 * held).reshape(len(weight), -1)
        left, value, right = np.linalg.svd(pull, full_matrices=False)
        value = value / np.sqrt((value**2).sum())
        for _ in range(3 if weight.ndim > 2 else 5):
            value = 3.4445 * value - 4.7750 * value**3 + 2.0315 * value**5
        direction = (left * value @ right).reshape(weight.shape)
        if weight.ndim > 2:
            weight = np.sqrt(len(weight)) * weight / np.linalg.norm(weight) - 6.25 * lr * direction
        else:
            weight = weight * (1 - lr * decay) - 0.2 * np.sqrt(max(weight.shape)) * lr * direction
    return weight


@pytest.mark.parametrize("shape", [(8, 4, 3, 3), (48, 3, 2, 2), (12, 20), (20, 12)])
def test_two_steps_equal_the_reference(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=shape), [rng.normal(size=shape) for _ in range(2)]
    weights = [nn.Parameter(torch.tensor(start, dtype=torch.float32)) for _ in range(2)]  # of one shape: multiplied together
    optimiser = Muon([{"params": weights, "hidden": True}], lr=0.01, weight_decay=0.1)
    for gradient in gradients:
        for weight, sign in zip(weights, (1, -1), strict=True):
            weight.grad = torch.tensor(sign * gradient, dtype=torch.float32)
        optimiser.step()
    for weight, sign in zip(weights, (1, -1), strict=True):
        expected = reference([sign * gradient for gradient in gradients], start, 0.01, 0.1)
        assert np.abs(weight.detach().numpy() - expected).max() < 1e-5


def test_a_bank_in_another_memory_order_moves_alike() -> None:
    torch.manual_seed(0)
    banks = [nn.Parameter(torch.randn(8, 4, 3, 3)) for _ in range(2)]
    other = [nn.Parameter(bank.detach().to(memory_format=torch.channels_last)) for bank in banks]
    for weights in (banks, other, banks[:1], other[:1]):  # together and alone
        optimiser = Muon([{"params": weights, "hidden": True}], lr=0.01)
        for k, weight in enumerate(weights):
            weight.grad = torch.randn(8, 4, 3, 3, generator=torch.Generator().manual_seed(k))
        optimiser.step()
    for one, two in zip(banks, other, strict=True):
        assert two.is_contiguous(memory_format=torch.channels_last)
        torch.testing.assert_close(one, two, rtol=0, atol=1e-5)


def test_half_precision_keeps_the_direction_of_a_bank() -> None:
    """bf16 keeps 8 bits: the directions may differ by a few percent, on a gradient whose singular values fall over three decades too."""
    rng = torch.Generator().manual_seed(0)
    left, right = (torch.linalg.qr(torch.randn(side, 64, generator=rng))[0] for side in (64, 288))
    for fall in (torch.ones(64), torch.logspace(0, -3, 64)):
        exact, rough = (orthogonalised(left * fall @ right.T, 3, half) for half in (False, True))
        assert rough.dtype == torch.bfloat16
        assert torch.cosine_similarity(exact.flatten(), rough.float().flatten(), dim=0) > 0.98
        assert torch.linalg.matrix_norm(rough.float(), 2) < 1.3


def test_all_others_move_as_adamw_moves_them() -> None:
    torch.manual_seed(0)
    one, other = (nn.Parameter(torch.ones(5, 3)) for _ in range(2))
    ours, theirs = Muon([one], lr=0.1, weight_decay=0.2), torch.optim.AdamW([other], lr=0.1, weight_decay=0.2)
    for _ in range(3):
        one.grad = torch.randn(5, 3)
        other.grad = one.grad.clone()
        ours.step()
        theirs.step()
    assert torch.equal(one, other)


def test_singular_values_end_near_one_and_zero_stays_zero() -> None:
    made = orthogonalised(torch.randn(3, 16, 40, generator=torch.Generator().manual_seed(0)), 5)
    values = torch.linalg.svdvals(made)
    assert float(values.min()) > 0.6 and float(values.max()) < 1.3
    assert not orthogonalised(torch.zeros(1, 4, 4), 5).any()


def test_a_frozen_group_keeps_weights_and_length() -> None:
    bank, other = nn.Parameter(torch.randn(4, 2, 3, 3)), nn.Parameter(torch.randn(4))
    recipe = Recipe(optimiser="muon", rate=0.1)
    optimiser = make_optimiser([ParamGroup([bank, other], hidden=[bank], frozen_epochs=1)], recipe)
    before = [weight.detach().clone() for weight in (bank, other)]
    for weight in (bank, other):
        weight.grad = torch.ones_like(weight)
    set_rates(optimiser, recipe, Clock(0, 0.5, 0.0))
    optimiser.step()
    assert all(torch.equal(weight, old) for weight, old in zip((bank, other), before, strict=True))
    set_rates(optimiser, recipe, Clock(9, 1.5, 0.5))
    optimiser.step()
    assert not any(torch.equal(weight, old) for weight, old in zip((bank, other), before, strict=True))


def test_hidden_are_all_convolutions_but_the_first_and_linear_layers() -> None:
    first, depthwise, hidden = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3, groups=4), nn.Conv2d(4, 8, 1)
    network = nn.Sequential(first, depthwise, nn.BatchNorm2d(4), hidden, nn.ConvTranspose2d(8, 8, 2), linear := nn.Linear(8, 2))
    assert [id(weight) for weight in hidden_weights(network)] == [id(hidden.weight), id(linear.weight)]
