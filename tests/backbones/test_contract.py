"""What every backbone promises, checked on each that is found."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor

from ssl_core.backbones.base import Backbone, Build
from ssl_core.parts.catalogues import BACKBONES
from ssl_core.settings import SettingsError

ABILITIES = {"pooled", "map", "tokens", "masking", "dropping", "attention"}
SMALLEST = {"convnet": {"width": 4}, "vit": {"width": 16, "depth": 3, "heads": 2}, "torchvision": {"model": "squeezenet1_1"}}
NARROW = {"resnet": 0.125}
NAMES = list(BACKBONES)


def made(name: str, **build: object) -> Backbone:
    torch.manual_seed(0)
    kind = BACKBONES[name]
    options = {"model": "resnet18"} if name == "torchvision" and "norm" in build else SMALLEST.get(name, {})
    return kind(kind.Options.read(options), Build(**{"width": NARROW.get(name, 1.0), **build})).eval()


def pictures(count: int, side: int, wide: int | None = None, channels: int = 3) -> Tensor:
    return torch.rand(count, channels, side, wide or side, generator=torch.Generator().manual_seed(side))


def holds(backbone: Backbone) -> tuple[int, ...]:
    """Cells of the map of a 64 x 96 picture."""
    return 64 // backbone.stride, 96 // backbone.stride


def test_every_file_holds_a_backbone() -> None:
    assert BACKBONES.broken == []
    assert {"convnet", "vit", "resnet", "torchvision"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
class TestEvery:
    def test_builds_from_defaults_and_says_what_it_is(self, name: str) -> None:
        kind = BACKBONES[name]
        backbone = kind(kind.Options(), Build())
        assert kind.title and kind.__doc__
        assert "pooled" in backbone.gives <= ABILITIES
        assert kind.Options.read(backbone.options.plain()) == backbone.options

    def test_gives_what_it_says_in_the_width_and_stride_it_says(self, name: str) -> None:
        backbone = made(name)
        features = backbone(pictures(2, 64, 96), attention="attention" in backbone.gives)
        high, wide = holds(backbone)
        assert features.pooled_BD.shape == (2, backbone.width)
        assert (features.map_BDHW is not None) == ("map" in backbone.gives)
        assert (features.tokens_BND is not None) == ("tokens" in backbone.gives)
        assert bool(features.attention) == ("attention" in backbone.gives)
        if features.map_BDHW is not None:
            assert features.map_BDHW.shape == (2, backbone.width, high, wide)
        if features.tokens_BND is not None:
            assert features.tokens_BND.shape == (2, high * wide, backbone.width)

    @pytest.mark.parametrize("side", [8, 24, 40])
    def test_takes_any_size_from_8_pixels(self, name: str, side: int) -> None:
        assert torch.isfinite(made(name)(pictures(1, side)).pooled_BD).all()

    def test_takes_other_channels_and_then_leaves_them_unstandardised(self, name: str) -> None:
        backbone, images = made(name, channels=2), pictures(2, 32, channels=2)
        assert torch.equal(backbone.standardise(images), images)
        assert torch.isfinite(backbone(images).pooled_BD).all()

    def test_standardises_by_the_statistics_it_was_built_with(self, name: str) -> None:
        backbone = made(name, mean=(0.5, 0.25, 0.0), std=(0.5, 0.25, 1.0))
        found = backbone.standardise(torch.full((1, 3, 1, 1), 0.5)).flatten()
        assert found.tolist() == [0, 1, 0.5]

    def test_brightness_of_the_whole_is_undone_by_standardising(self, name: str) -> None:
        images = pictures(2, 32)
        plain, halved = made(name, mean=(0.4,) * 3, std=(0.2,) * 3), made(name, mean=(0.2,) * 3, std=(0.1,) * 3)
        assert torch.allclose(plain(images).pooled_BD, halved(images / 2).pooled_BD, atol=1e-3)

    def test_activations_are_grids_of_each_layer_and_the_last_is_what_forward_gives(self, name: str) -> None:
        backbone, images = made(name), pictures(2, 64, 96)
        found = backbone.activations(images, backbone.layers)
        assert tuple(found) == backbone.layers
        assert all(
            value.ndim == 4 and value.shape[0] == 2 and abs(value.shape[2] * 3 - value.shape[3] * 2) <= 1 for value in found.values()
        )
        features, last_BDHW = backbone(images), found[backbone.layers[-1]]
        if features.map_BDHW is not None:
            assert torch.equal(last_BDHW, features.map_BDHW)
        else:  # tokens, before the final norm
            assert last_BDHW.shape[2:] == holds(backbone)
            assert torch.allclose(backbone.norm(last_BDHW.flatten(2).transpose(1, 2)), features.tokens_BND, atol=1e-5)

    def test_activations_have_gradient_and_leave_no_hook_behind(self, name: str) -> None:
        backbone, images = made(name), pictures(2, 32)
        middle = backbone.layers[len(backbone.layers) // 2]
        value_BDHW = backbone.activations(images, [middle])[middle]
        weight = next(p for p in backbone.parameters() if p.requires_grad and p.ndim > 1)
        (slope,) = torch.autograd.grad(value_BDHW.square().sum(), weight)
        assert slope.abs().sum() > 0
        assert all(p.grad is None for p in backbone.parameters())
        assert not any(part._forward_hooks or part._forward_pre_hooks for part in backbone.modules())

    def test_a_gradient_reaches_every_weight(self, name: str) -> None:
        backbone = made(name).train()
        backbone(pictures(4, 64)).pooled_BD.square().sum().backward()
        assert [n for n, p in backbone.named_parameters() if p.requires_grad and p.grad is None] == []

    def test_weights_travel_through_state_dict(self, name: str) -> None:
        one, other, images = made(name), made(name), pictures(2, 32)
        with torch.no_grad():
            for p in one.parameters():
                p.add_(0.01)
        assert not torch.allclose(one(images).pooled_BD, other(images).pooled_BD)
        other.load_state_dict(one.state_dict())
        assert torch.equal(one(images).pooled_BD, other(images).pooled_BD)

    def test_no_weight_is_stored_twice(self, name: str) -> None:
        places = [value.data_ptr() for value in made(name).state_dict().values() if value.numel()]
        assert len(places) == len(set(places))

    def test_a_copy_keeps_the_mode_and_shares_nothing(self, name: str) -> None:
        backbone, images = made(name), pictures(2, 32)
        twin, before = copy.deepcopy(backbone), backbone(images).pooled_BD
        assert not any(part.training for part in twin.modules())
        assert torch.equal(twin(images).pooled_BD, before)
        with torch.no_grad():
            for p in twin.parameters():
                p.add_(1)
        assert torch.equal(backbone(images).pooled_BD, before)

    def test_upto_drops_the_later_layers(self, name: str) -> None:
        whole, images = made(name), pictures(2, 64)
        kept = whole.layers[:2]
        short = made(name, upto=kept[-1])
        assert short.layers == kept
        assert sum(p.numel() for p in short.parameters()) < sum(p.numel() for p in whole.parameters())
        value_BDHW = short.activations(images, kept)[kept[-1]]
        assert value_BDHW.shape[1] == short.width == short(images).pooled_BD.shape[1]
        assert abs(value_BDHW.shape[2] - 64 // short.stride) <= 1  # a convolution without a border loses a row

    def test_same_seed_gives_the_same_network(self, name: str) -> None:
        images = pictures(2, 32)
        assert torch.equal(made(name)(images).pooled_BD, made(name)(images).pooled_BD)

    def test_one_picture_in_a_batch_is_the_same_as_alone(self, name: str) -> None:
        backbone, images = made(name), pictures(3, 32)
        assert torch.allclose(backbone(images).pooled_BD[1:2], backbone(images[1:2]).pooled_BD, atol=1e-4)


@pytest.mark.parametrize("name", ["convnet", "vit", "resnet"])
def test_layers_are_submodules(name: str) -> None:
    backbone = made(name)
    assert all(backbone.get_submodule(layer) is not backbone for layer in backbone.layers)


@pytest.mark.parametrize("name", ["convnet", "vit", "resnet"])
def test_half_the_width_is_half_the_features(name: str) -> None:
    assert made(name, width=0.5).width * 2 == made(name, width=1.0).width


@pytest.mark.parametrize("name", ["convnet", "resnet", "torchvision"])
def test_split_norm_trains_as_separate_batches_would(name: str) -> None:
    images = pictures(64, 16)
    split, plain = made(name, norm="split").train(), made(name, norm="batch").train()
    plain.load_state_dict(split.state_dict())
    whole_BD = split(images).pooled_BD
    for first in (0, 1):  # group g holds samples g, g + 2, …
        assert torch.allclose(whole_BD[first::2], plain(images[first::2]).pooled_BD, atol=2e-3)


@pytest.mark.parametrize("norm", ["group", "none"])
@pytest.mark.parametrize("name", ["convnet", "resnet", "torchvision"])
def test_other_norms_do_not_mix_pictures(name: str, norm: str) -> None:
    backbone, images = made(name, norm=norm).train(), pictures(3, 32)
    alone_BD = torch.cat([backbone(image[None]).pooled_BD for image in images])
    assert torch.allclose(backbone(images).pooled_BD, alone_BD, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("convnet", {"width": 1}, "'width' of ConvNet must be between 4 and 256. Got 1."),
        ("convnet", {"depth": 9}, "'depth' of ConvNet must be between 1 and 8. Got 9."),
        ("resnet", {"depth": 19}, "'depth' of ResNet must be one of 18, 34, 50. Got 19."),
        ("vit", {"heads": 3}, "'heads' of ViT: four times as many must divide the width 128. Got 3."),
        ("vit", {"pool": "max"}, "'pool' of ViT must be one of mean, class. Got max."),
        (
            "torchvision",
            {"model": "resnet19"},
            "'model' of Torchvision: no classifier of torchvision has this name; near it are resnet18, resnet152, resnet101. Got resnet19.",
        ),
    ],
)
def test_a_wrong_option_is_refused_by_name(name: str, values: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        BACKBONES[name].Options.read(values)
    assert str(refused.value) == words
