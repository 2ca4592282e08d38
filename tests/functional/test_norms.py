"""Batch norm over groups: momentum None is the plain mean over batches, as in torch's own layer."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ssl_core.functional.modules.norms import SharedBatchNorm, SplitBatchNorm


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
