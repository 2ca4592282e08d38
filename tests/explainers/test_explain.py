"""Facts about the maps of where a network looks."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ssl_core.backbones.base import Backbone, Build
from ssl_core.backbones.convnet import ConvNet
from ssl_core.backbones.vit import ViT
from ssl_core.explainers.activation import Activation
from ssl_core.explainers.gradcam import GradCAM
from ssl_core.explainers.heads import Heads, rollout
from ssl_core.parts.catalogues import EXPLAINERS
from ssl_core.settings import SettingsError
from ssl_core.types import Features


class Answer(nn.Module):
    """A linear layer on pooled features: four answers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        torch.manual_seed(5)
        self.linear = nn.Linear(width, 4)

    def forward(self, images_BCHW: Tensor, features: Features) -> Tensor:
        return self.linear(features.pooled_BD)


def convnet() -> ConvNet:
    torch.manual_seed(0)
    return ConvNet(ConvNet.Options(width=4), Build()).eval()


def vit(pool: str = "mean", **options: Any) -> ViT:
    torch.manual_seed(0)
    return ViT(ViT.Options.read({"width": 16, "depth": 2, "heads": 2, "pool": pool, **options}), Build()).eval()


def images(count: int = 3, high: int = 32, wide: int = 32) -> Tensor:
    return torch.rand(count, 3, high, wide, generator=torch.Generator().manual_seed(2))


def test_every_file_holds_an_explainer() -> None:
    assert EXPLAINERS.broken == []
    assert {"activation", "gradcam", "heads"} <= set(EXPLAINERS)


@pytest.mark.parametrize("name", list(EXPLAINERS))
@pytest.mark.parametrize("make", [convnet, vit])
class TestEvery:
    def explained(self, name: str, backbone: Backbone, high: int = 32) -> list[Any]:
        needs = EXPLAINERS[name].needs - {"answer"}
        if not needs <= backbone.gives:
            with pytest.raises(SettingsError, match="no attention heads to show"):
                EXPLAINERS[name](EXPLAINERS[name].Options()).maps(backbone, images())
            return []
        return EXPLAINERS[name](EXPLAINERS[name].Options()).maps(backbone, images(high=high), Answer(backbone.width))

    def test_gives_named_maps_of_each_picture_without_negative_values(self, name: str, make: Any) -> None:
        maps = self.explained(name, make(), high=64)
        assert len({found.name for found in maps}) == len(maps)
        for found in maps:
            assert found.map_BHW.shape[0] == 3 and found.map_BHW.shape[1] == 2 * found.map_BHW.shape[2]
            assert (found.map_BHW >= 0).all() and found.map_BHW.sum() > 0 and not found.map_BHW.requires_grad

    def test_leaves_no_gradient_and_no_change_on_the_network(self, name: str, make: Any) -> None:
        backbone = make()
        before = {key: value.clone() for key, value in backbone.state_dict().items()}
        self.explained(name, backbone)
        assert all(p.grad is None for p in backbone.parameters())
        assert all(torch.equal(value, before[key]) for key, value in backbone.state_dict().items())
        assert not any(part._forward_hooks or part._backward_hooks for part in backbone.modules())

    def test_explains_a_frozen_network_where_gradients_are_off(self, name: str, make: Any) -> None:
        frozen = make().requires_grad_(False)
        with torch.no_grad():
            maps = self.explained(name, frozen)
        plain = self.explained(name, make())
        assert all(torch.allclose(one.map_BHW, other.map_BHW, atol=1e-5) for one, other in zip(maps, plain, strict=True))

    def test_other_weights_give_another_map(self, name: str, make: Any) -> None:
        backbone, other = make(), make()
        torch.manual_seed(9)
        for part in other.modules():
            if hasattr(part, "reset_parameters"):
                part.reset_parameters()
        maps = zip(self.explained(name, backbone), self.explained(name, other), strict=True)
        assert all(not torch.allclose(one.map_BHW, two.map_BHW, rtol=1e-2) for one, two in maps)

    def test_a_map_does_not_depend_on_the_other_pictures(self, name: str, make: Any) -> None:
        backbone = make()
        if not (together := self.explained(name, backbone)):
            return
        alone = EXPLAINERS[name](EXPLAINERS[name].Options()).maps(backbone, images()[1:2], Answer(backbone.width))
        assert all(torch.allclose(a.map_BHW[1], b.map_BHW[0], rtol=1e-3, atol=1e-6) for a, b in zip(together, alone, strict=True))


def test_activation_is_the_sum_of_powers_over_channels() -> None:
    backbone = convnet()
    found = Activation(Activation.Options(stages=2, power=4)).maps(backbone, images())
    assert [each.name for each in found] == ["stage 3", "stage 4"]
    map_BDHW = backbone(images()).map_BDHW
    slow = sum(map_BDHW[:, d] ** 4 for d in range(backbone.width))
    assert torch.allclose(found[-1].map_BHW, slow, rtol=1e-4)


def test_activation_follows_a_spot() -> None:
    backbone, brightest = convnet(), []
    for left in (16, 48, 80):
        picture = torch.full((1, 3, 128, 128), 0.5)
        picture[:, :, 48:64, left : left + 16] = torch.rand(3, 16, 16, generator=torch.Generator().manual_seed(0))
        quiet = Activation(Activation.Options()).maps(backbone, torch.full((1, 3, 128, 128), 0.5))[-1].map_BHW
        excess = (Activation(Activation.Options()).maps(backbone, picture)[-1].map_BHW - quiet).abs()
        brightest.append(int(excess[0].sum(0).argmax()))
    assert brightest[0] + 4 == brightest[1] == brightest[2] - 4


def test_grad_cam_of_a_linear_answer_is_class_activation_mapping() -> None:
    """CAM (1512.04150): sum over c of w_c F_c; its mean and the bias make the logit; Grad-CAM is it, over the number of places."""
    backbone = convnet()
    answer, map_BDHW = Answer(backbone.width), backbone(images()).map_BDHW.detach()
    for k in range(4):
        cam_BHW = torch.einsum("d,bdhw->bhw", answer.linear.weight[k], map_BDHW)
        logits_B = answer(images(), backbone(images()))[:, k]
        assert torch.allclose(cam_BHW.mean((1, 2)) + answer.linear.bias[k], logits_B, atol=1e-4)
        (found,) = GradCAM(GradCAM.Options(answer=k)).maps(backbone, images(), answer)
        assert found.name == f"answer {k}"
        assert torch.allclose(found.map_BHW * 16, cam_BHW.relu(), atol=1e-4)


def test_grad_cam_explains_the_likeliest_answer_of_each_picture() -> None:
    backbone = convnet()
    answer = Answer(backbone.width)
    best_B = answer(images(), backbone(images())).argmax(1)
    (found,) = GradCAM(GradCAM.Options()).maps(backbone, images(), answer)
    for b, k in enumerate(best_B.tolist()):
        assert torch.equal(found.map_BHW[b], GradCAM(GradCAM.Options(answer=k)).maps(backbone, images(), answer)[0].map_BHW[b])


def test_grad_cam_is_flat_for_an_answer_that_never_changes() -> None:
    backbone = convnet()
    (found,) = GradCAM(GradCAM.Options()).maps(backbone, images(), lambda images, features: features.pooled_BD.sum(1, keepdim=True) * 0)
    assert not found.map_BHW.any()


def test_grad_cam_leaves_no_gradient_on_the_answer_either() -> None:
    backbone, answer = convnet(), Answer(24)
    GradCAM(GradCAM.Options()).maps(backbone, images(), answer)
    assert answer.linear.weight.grad is None


@pytest.mark.parametrize(
    ("options", "backbone", "answer", "words"),
    [
        ({}, convnet(), None, "Grad-CAM explains an answer; this network gives none. Try activation."),
        ({"answer": 4}, convnet(), Answer(24), "'answer' of GradCAM must be between 0 and 3. Got 4."),
        ({}, vit("class"), Answer(16), "Grad-CAM needs an answer that comes from the map; Vision transformer answers past it. Try heads."),
    ],
)
def test_grad_cam_says_what_it_cannot_explain(options: dict[str, int], backbone: Backbone, answer: Any, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        GradCAM(GradCAM.Options.read(options)).maps(backbone, images(), answer)
    assert str(refused.value) == words


def test_heads_are_shares_of_attention() -> None:
    for found in Heads(Heads.Options()).maps(vit(), images()):
        assert torch.allclose(found.map_BHW.sum((1, 2)), torch.ones(3), atol=1e-5)
    for found in Heads(Heads.Options()).maps(vit("class"), images()):
        assert (found.map_BHW.sum((1, 2)) < 1).all()


@pytest.mark.parametrize("pool", ["mean", "class"])
def test_heads_are_the_row_that_the_features_stand_on(pool: str) -> None:
    backbone = vit(pool)
    look_BATT = backbone(images(), attention=True).attention[0]
    row_BAN = look_BATT[:, :, 0, 1:] if pool == "class" else look_BATT.mean(2)
    found = Heads(Heads.Options(block=1)).maps(backbone, images())
    assert [each.name for each in found] == ["all blocks together", "head 1 of block 1", "head 2 of block 1"]
    assert torch.equal(found[2].map_BHW.flatten(1), row_BAN[:, 1])


def test_a_block_that_is_not_there_is_refused() -> None:
    with pytest.raises(SettingsError, match="'block' of Heads must be between 1 and 2. Got 3."):
        Heads(Heads.Options(block=3)).maps(vit(), images())


def test_rollout_of_looking_at_oneself_stays_there() -> None:
    eye_BATT = torch.eye(5).expand(2, 3, 5, 5)
    assert torch.equal(rollout([eye_BATT, eye_BATT]), torch.eye(5).expand(2, 5, 5))


def test_rollout_follows_the_blocks_in_their_order() -> None:
    """Block 1: token 0 takes from 1. Block 2: token 2 takes from 0. So 2 ends with a quarter of 1, and 0 with nothing of 2."""
    first_BATT, second_BATT = torch.eye(3).repeat(1, 1, 1, 1), torch.eye(3).repeat(1, 1, 1, 1)
    first_BATT[0, 0, 0] = torch.tensor([0.0, 1, 0])
    second_BATT[0, 0, 2] = torch.tensor([1.0, 0, 0])
    assert rollout([first_BATT, second_BATT])[0].tolist() == [[0.5, 0.5, 0], [0, 1, 0], [0.25, 0.25, 0.5]]


def test_an_untrained_transformer_looks_nearly_everywhere() -> None:
    whole = Heads(Heads.Options()).maps(vit(), images())[0].map_BHW
    assert whole.max() < 2 / 64
