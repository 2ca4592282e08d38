"""Facts about our residual networks."""

from __future__ import annotations

import pytest
import torch
import torchvision

from ssl_core.backbones.base import Build
from ssl_core.backbones.resnet import ResNet


def in_our_names(key: str) -> str:
    return (
        key.replace("conv1.", "stem.0.", 1)
        if key.startswith("conv1.")
        else key.replace("bn1.", "stem.1.", 1)
        if key.startswith("bn1.")
        else key
    )


@pytest.mark.parametrize("depth", [18, 50])
def test_large_pictures_get_exactly_torchvisions_network(depth: int) -> None:
    theirs = torchvision.models.get_model(f"resnet{depth}", weights=None).eval()
    theirs.fc = torch.nn.Identity()
    ours = ResNet(ResNet.Options(depth=depth), Build(image_size=64)).eval()
    ours.load_state_dict({**ours.state_dict(), **{in_our_names(key): value for key, value in theirs.state_dict().items()}})
    images = torch.rand(1, 3, 64, 64)
    assert torch.equal(ours(images).pooled_BD, theirs(ours.standardise(images)))


def test_small_pictures_keep_their_resolution_at_the_start() -> None:
    small, large = (ResNet(ResNet.Options(), Build(image_size=side)) for side in (32, 64))
    assert (small.stride, large.stride) == (8, 32)
    assert small.activations(torch.rand(2, 3, 32, 32), ["stem"])["stem"].shape == (2, 64, 32, 32)
