"""Batch norm over groups: momentum None is the plain mean over batches, as in torch's own layer."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ssl_core.functional.modules.norms import SharedBatchNorm, SplitBatchNorm, joined_moments


@pytest.mark.parametrize("layer", [SharedBatchNorm, SplitBatchNorm])
def test_no_momentum_is_the_mean_over_batches(layer: type[nn.BatchNorm2d]) -> None:
    norm, batches_TBCHW = layer(3), torch.randn(4, 16, 3, 5, 5)
    norm.momentum = None
    for batch_BCHW in batches_TBCHW:
        norm(batch_BCHW)
    assert norm.running_mean is not None
    assert torch.allclose(norm.running_mean, batches_TBCHW.mean((0, 1, 3, 4)), atol=1e-6)


def test_no_momentum_equals_torchs_own() -> None:
    ours, theirs = SplitBatchNorm(3), nn.BatchNorm2d(3)
    ours.momentum = theirs.momentum = None
    for batch_BCHW in torch.randn(3, 2, 3, 5, 5):  # a batch of 2 has groups of 1, so that it isn't split
        ours(batch_BCHW)
        theirs(batch_BCHW)
    for name, value in theirs.state_dict().items():
        assert torch.allclose(ours.state_dict()[name], value), name


def test_a_momentum_decays_as_torchs_own() -> None:
    ours, theirs, batch_BCHW = SplitBatchNorm(3), nn.BatchNorm2d(3), torch.randn(2, 3, 5, 5)
    ours(batch_BCHW)
    theirs(batch_BCHW)
    assert torch.allclose(ours.running_var, theirs.running_var)


def test_joined_moments_are_those_of_all_samples_and_never_negative() -> None:
    value_PNC = torch.randn(2, 50, 3, dtype=torch.float64) * torch.tensor([1.0, 2.0, 0.0]) + torch.tensor([0.0, 5.0, 4096.1])
    moments_P2C = torch.stack(torch.var_mean(value_PNC.float(), 1, correction=0)[::-1], 1)
    mean_C, var_C = joined_moments(moments_P2C)
    var, mean = torch.var_mean(value_PNC.flatten(0, 1), 0, correction=0)
    assert torch.allclose(mean_C.double(), mean, rtol=1e-5) and torch.allclose(var_C.double(), var, rtol=1e-4, atol=1e-6)
    assert (var_C >= 0).all()
