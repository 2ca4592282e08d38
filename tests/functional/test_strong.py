"""Strong augmentation beside torchvision, operation by operation, and how often each is applied."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as theirs

from ssl_core.functional.rng import generator
from ssl_core.functional.transforms import strong as ours
from ssl_core.functional.transforms.augment import shifted, shifts

IMAGES = (255 * torch.rand(6, 3, 20, 24, generator=generator(0, "strong")) ** 2).round() / 255
AMOUNT = torch.tensor([-1.0, -0.62, -0.1, 0.0, 0.35, 0.999])


def bytes_of(images_BCHW: Tensor) -> Tensor:
    return (255 * images_BCHW).round().to(torch.uint8)


THEIRS: dict[str, Callable[[Tensor, float], Tensor]] = {
    "_equalised": lambda image, amount: theirs.equalize(bytes_of(image)) / 255,
    "_stretched": lambda image, amount: theirs.autocontrast(image),
    "_posterised": lambda image, amount: theirs.posterize(bytes_of(image), min(8, 4 + int(5 * abs(amount)))) / 255,
    "_solarised": lambda image, amount: theirs.solarize(image, abs(amount)),
    "_sharpened": lambda image, amount: theirs.adjust_sharpness(image, 0.05 + 0.9 * abs(amount)),
}


@pytest.mark.parametrize("name", list(THEIRS))
def test_an_operation_is_torchvisions(name: str) -> None:
    found = getattr(ours, name)(IMAGES, AMOUNT)
    expected = torch.stack([THEIRS[name](image, float(amount)) for image, amount in zip(IMAGES, AMOUNT, strict=True)])
    assert float((found - expected).abs().max()) < 2e-6


def test_one_level_is_neither_equalised_nor_stretched() -> None:
    flat = torch.full((2, 3, 8, 8), 0.25)
    assert torch.equal(ours._stretched(flat, AMOUNT[:2]), flat)
    assert torch.allclose(ours._equalised(flat, AMOUNT[:2]), flat, atol=1 / 255)


def test_fourteen_operations_each_applied_to_half_of_its_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(ours.RANDAUGMENT.changes) == 14
    pool = ours.RANDAUGMENT._replace(changes=(lambda images, amount: images + 1, lambda images, amount: images + 100))
    monkeypatch.setattr(ours, "cutout", lambda images, rng, less: images)
    done = ours.strong(torch.zeros(4000, 1, 1, 1), generator(0, "half"), pool).flatten()
    for value, expected in ((0, 0.25), (1, 0.25), (100, 0.25), (2, 1 / 16), (101, 1 / 8)):
        assert float((done == value).float().mean()) == pytest.approx(expected, abs=0.03)


def test_brightness_contrast_colour_and_sharpness_only_lessen() -> None:
    assert ours._factor(AMOUNT).tolist() == pytest.approx([0.95, 0.608, 0.14, 0.05, 0.365, 0.9491])


def test_half_a_side_is_cut_out_in_gray() -> None:
    cut = (ours.cutout(torch.ones(300, 3, 32, 32), generator(0, "c")) == 0.5).float().mean((1, 2, 3))
    assert float(cut.max()) == 0.25  # a whole square of 16 × 16
    assert float(cut.mean()) == pytest.approx((0.5 - 0.0625) ** 2, abs=0.01)  # 1/16 of the side reaches over the edges


def test_own_edits_cut_out_less() -> None:
    cut = (ours.cutout(torch.ones(200, 3, 32, 32), generator(0, "c"), less=True) == 0.5).float().mean((1, 2, 3))
    assert float(cut.max()) <= 0.25 + 1e-6 and 0.02 < float(cut.mean()) < 0.15


def test_a_shift_can_mirror_what_comes_in() -> None:
    top_B, left_B = shifts(6, generator(0, "shift"), 3)
    found = shifted(IMAGES, top_B, left_B, 3, None)
    padded = torch.nn.functional.pad(IMAGES, (3, 3, 3, 3), mode="reflect")
    for k in range(6):
        assert torch.equal(found[k], padded[k, :, top_B[k] : top_B[k] + 20, left_B[k] : left_B[k] + 24])
