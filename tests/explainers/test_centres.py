"""Cells of a map lie where they look: the centre of what a cell depends on is where `first_centre` and the stride put it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from pages._kit.figures import heat
from ssl_core.backbones.base import Build
from ssl_core.explainers.activation import Activation
from ssl_core.explanations.shares import elsewhere, share_inside
from ssl_core.parts.fit import build_backbone

CASES = {  # backbone, options, pixels a side, layers whose cells see less than that
    "convnet": ("convnet", {"width": 4}, 96, ("stage2", "stage3", "stage4")),
    "resnet": ("resnet", {}, 128, ("stem", "layer1", "layer2")),
    "resnet18": ("torchvision", {"model": "resnet18"}, 256, ("layer1", "layer2")),
    "vgg11": ("torchvision", {"model": "vgg11"}, 128, ()),  # its pooling has an even kernel without padding
    "alexnet": ("torchvision", {"model": "alexnet"}, 256, ()),
}


def looks_at(backbone: Any, layer: str, side: int) -> tuple[float, float, float]:
    """The middle of the pixels on which the map's middle cell depends, in pixels from the edge; that cell's column; the map's cells."""
    low, high, at, cells = side, 0, 0, 0
    for seed in range(6):  # dead units hide pixels from a single input
        images = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(seed)).requires_grad_()
        map_BDHW = backbone.activations(images, [layer])[layer]
        cells = map_BDHW.shape[-1]
        at = cells // 2
        (slope,) = torch.autograd.grad(map_BDHW[..., at, at].sum(), images)
        seen = slope.abs().sum((0, 1, 2)).nonzero()[:, 0]
        low, high = min(low, int(seen.min())), max(high, int(seen.max()) + 1)
    assert low > 0 and high < side, "the picture is too small to hold all that the cell sees"
    return (low + high) / 2, at, cells


@pytest.mark.parametrize("name", list(CASES))
def test_a_cell_looks_where_it_is_put(name: str) -> None:
    kind, options, side, layers = CASES[name]
    torch.manual_seed(0)
    backbone = build_backbone(kind, options, Build(side, norm="none" if kind != "torchvision" else "batch")).eval()
    for layer in layers or backbone.layers[:2]:
        middle, at, cells = looks_at(backbone, layer, side)
        stride = round(side / cells)
        assert backbone.first_centre(layer) + at * stride == pytest.approx(middle, abs=0.51)


def test_a_transformers_tokens_lie_on_their_patches() -> None:
    backbone = build_backbone("vit", {"width": 32, "depth": 1, "heads": 2}, Build(32))
    assert backbone.first_centre(backbone.layers[-1]) == 2.0  # patches of 4 pixels


def test_a_bright_spot_is_drawn_and_counted_where_it_is() -> None:
    """A map is late by (stride - 1) / 2 pixels: 3.5 of 32 for a stride of 8."""
    backbone = build_backbone("convnet", {"width": 4}, Build(32)).eval()
    stride = backbone.stride
    found = Activation(Activation.Options(stages=1)).maps(backbone, torch.rand(1, 3, 32, 32))[-1]
    assert found.late == pytest.approx((stride - 1) / 2 / 32)
    spot_BHW = torch.zeros(1, 4, 4)
    spot_BHW[0, 2, 2] = 1
    late = 3.5 / 32  # of a stride of 8: the cell looks around pixel 16, and is 8 wide
    box_B4 = torch.tensor([[12.5 / 32, 12.5 / 32, 8 / 32, 8 / 32]])
    assert float(share_inside(spot_BHW, box_B4, late)) == pytest.approx(1) and float(share_inside(spot_BHW, box_B4)) < 0.4
    drawn = heat.overlay(np.zeros((32, 32, 3), np.uint8), spot_BHW[0].numpy() * 3, late).astype(float).sum(2)
    row, column = np.unravel_index(drawn.argmax(), drawn.shape)
    assert abs(row - 16.5 / 32 * heat.SIDE) < 4 and abs(column - 16.5 / 32 * heat.SIDE) < 4


def test_elsewhere_is_the_place_of_the_next_pictures_object_and_inside_the_picture() -> None:
    box_B4 = torch.tensor([[0.1, 0.2, 0.2, 0.4], [0.7, 0.0, 0.3, 0.2], [0.4, 0.4, 0.2, 0.2]])
    found_B4 = elsewhere(box_B4)
    assert torch.equal(found_B4[:, 2:], box_B4[:, 2:])
    assert found_B4[0, :2].tolist() == pytest.approx([0.75, 0.0])  # centred on (0.85, 0.1), moved down into the picture
    assert found_B4[1, :2].tolist() == pytest.approx([0.35, 0.4]) and bool((found_B4[:, :2] + found_B4[:, 2:] <= 1 + 1e-6).all())


def test_steps_that_pool_by_two_move_the_centre_by_half_a_cell() -> None:
    from ssl_core.backbones._tracing import first_centres

    network = nn.Sequential(nn.Conv2d(3, 4, 3, 1, 1), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3, 2, 1))
    traced = torch.fx.symbolic_trace(network)
    (output,) = (node for node in traced.graph.nodes if node.op == "output")
    output.args = ({"map": output.args[0]},)
    assert first_centres(traced) == {"map": 1.0}  # pixel 0.5, then (0.5 + 1.5) / 2, then the same
