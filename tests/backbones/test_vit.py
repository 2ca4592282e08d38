"""Facts about our vision transformer."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ssl_core.backbones.base import Build
from ssl_core.backbones.vit import ViT, positions
from ssl_core.settings import SettingsError


def made(side: int = 16, **options: object) -> ViT:
    torch.manual_seed(0)
    return ViT(ViT.Options.read({"width": 16, "depth": 2, "heads": 2, **options}), Build(image_size=side)).eval()


def images(side: int = 16) -> Tensor:
    return torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(1))


def test_a_patch_that_does_not_divide_the_picture_is_refused() -> None:
    with pytest.raises(SettingsError, match="^'patch' of ViT must divide the picture size 30. Got 4.$"):
        ViT(ViT.Options(), Build(image_size=30))


def test_keeping_all_tokens_in_another_order_gives_them_in_that_order() -> None:
    vit, order_BN = made(), torch.stack([torch.randperm(16), torch.randperm(16)])
    whole_BND = vit(images()).tokens_BND
    kept_BND = vit(images(), keep_BN=order_BN).tokens_BND
    assert torch.allclose(kept_BND, whole_BND.gather(1, order_BN[..., None].expand(-1, -1, 16)), atol=1e-5)


def test_what_is_dropped_is_not_seen() -> None:
    vit, keep_BN = made(), torch.tensor([[0, 5, 3]] * 2)
    changed = images()
    changed[:, :, 4:, :] = 0.5  # rows 1 to 3 of the grid: 5 is among them, so look at 0, 3, 2 alone
    first_BN = torch.tensor([[0, 3, 2]] * 2)
    assert torch.equal(vit(images(), keep_BN=first_BN).pooled_BD, vit(changed, keep_BN=first_BN).pooled_BD)
    assert not torch.allclose(vit(images(), keep_BN=keep_BN).pooled_BD, vit(changed, keep_BN=keep_BN).pooled_BD)


def test_what_is_masked_is_not_seen_but_its_place_is() -> None:
    vit, mask_BN = made(), torch.zeros(2, 16, dtype=torch.bool)
    mask_BN[:, 4:] = True
    changed = images()
    changed[:, :, 4:, :] = 0.5
    masked_BND = vit(images(), mask_BN=mask_BN).tokens_BND
    assert torch.equal(masked_BND, vit(changed, mask_BN=mask_BN.float()).tokens_BND)
    assert not torch.allclose(masked_BND, vit(images()).tokens_BND, atol=1e-3)
    assert not torch.allclose(masked_BND[:, 4], masked_BND[:, 15], atol=1e-4)


def test_the_mask_token_is_learnt() -> None:
    vit = made()
    vit(images(), mask_BN=torch.ones(2, 16)).pooled_BD.square().sum().backward()
    assert vit.mask_D.grad.abs().sum() > 0


@pytest.mark.parametrize(("pool", "tokens"), [("mean", 16), ("class", 17)])
def test_attention_rows_sum_to_one_in_every_block(pool: str, tokens: int) -> None:
    seen = made(pool=pool)(images(), attention=True).attention
    assert [look.shape for look in seen] == [(2, 2, tokens, tokens)] * 2
    assert all(torch.allclose(look.sum(3), torch.ones(2, 2, tokens), atol=1e-5) for look in seen)


def test_watching_attention_changes_nothing() -> None:
    vit = made(pool="class")
    assert torch.allclose(vit(images()).pooled_BD, vit(images(), attention=True).pooled_BD, atol=1e-5)


def test_pooled_is_the_mean_of_the_tokens_unless_a_class_token_is_asked_for() -> None:
    features = made()(images())
    assert torch.equal(features.pooled_BD, features.tokens_BND.mean(1))
    features = made(pool="class")(images())
    assert features.tokens_BND.shape == (2, 16, 16)
    assert not torch.allclose(features.pooled_BD, features.tokens_BND.mean(1), atol=1e-2)


def test_positions_agree_with_a_slow_loop() -> None:
    found_ND = positions(3, 5, 8, side=3)
    for row in range(3):
        for column in range(5):
            y, x = row + 0.5, (column + 0.5) * 3 / 5
            slow = [f(place * rate) for place in (y, x) for f in (torch.sin, torch.cos) for rate in torch.tensor([1.0, 0.01])]
            assert torch.allclose(found_ND[row * 5 + column], torch.stack(slow), atol=1e-6)


def test_positions_of_a_larger_grid_lie_between_those_trained_on() -> None:
    small_HWD, large_HWD = positions(4, 4, 16, 4).view(4, 4, 16), positions(12, 12, 16, 4).view(12, 12, 16)
    assert torch.allclose(large_HWD[1::3, 1::3], small_HWD, atol=1e-5)


def test_without_positions_the_order_of_squares_would_not_matter_and_with_them_it_does() -> None:
    vit, turned = made(), images().flip(3)
    upright_BND, turned_BND = vit(images()).tokens_BND, vit(turned).tokens_BND
    assert not torch.allclose(upright_BND.mean(1), turned_BND.mean(1), atol=1e-4)
