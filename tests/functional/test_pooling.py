"""The mean over positions, whichever way a map lies in memory."""

from __future__ import annotations

import pytest
import torch

from ssl_core.functional.pooling import mean_over_positions


@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_mean_and_gradient_are_plain_and_the_gradient_lies_as_the_map_does(order: torch.memory_format) -> None:
    map_BDHW = torch.randn(3, 5, 4, 2).to(memory_format=order).requires_grad_()
    seen: list[torch.Tensor] = []
    inner_BDHW = map_BDHW * 1
    inner_BDHW.register_hook(seen.append)
    mean_BD = mean_over_positions(inner_BDHW)
    torch.testing.assert_close(mean_BD, map_BDHW.mean((2, 3)))
    weight_BD = torch.randn(3, 5)
    (mean_BD * weight_BD).sum().backward()
    torch.testing.assert_close(map_BDHW.grad, (weight_BD / 8)[:, :, None, None].expand(3, 5, 4, 2))
    assert seen[0].is_contiguous(memory_format=order)
