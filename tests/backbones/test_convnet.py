"""Facts about the small convolutional network."""

from __future__ import annotations

import torch

from ssl_core.backbones.base import Build
from ssl_core.backbones.convnet import ConvNet


def test_the_default_has_at_most_400_000_weights() -> None:
    assert sum(p.numel() for p in ConvNet(ConvNet.Options(), Build()).parameters()) <= 400_000


def test_depth_adds_convolutions_and_keeps_shapes() -> None:
    shallow, deep = (ConvNet(ConvNet.Options(width=4, depth=depth), Build()).eval() for depth in (1, 3))
    count = [sum(isinstance(part, torch.nn.Conv2d) for part in net.modules()) for net in (shallow, deep)]
    assert count == [4, 12]
    images = torch.rand(1, 3, 32, 32)
    assert shallow(images).map_BDHW.shape == deep(images).map_BDHW.shape == (1, 24, 4, 4)


def test_a_shifted_picture_shifts_the_map() -> None:
    torch.manual_seed(0)
    net = ConvNet(ConvNet.Options(width=4), Build()).eval()
    images = torch.rand(1, 3, 128, 128)
    map_BDHW, shifted_BDHW = net(images).map_BDHW, net(images.roll(8, 3)).map_BDHW
    # away from the border, which zero padding marks
    assert torch.allclose(map_BDHW[..., 4:12, 4:11], shifted_BDHW[..., 4:12, 5:12], atol=1e-5)
