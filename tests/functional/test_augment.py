"""Augmentation against torchvision's functions with the same numbers, picture by picture."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as theirs

from ssl_core.functional.transforms import augment
from ssl_core.functional.transforms.views import Edits, view

CHANCE: dict[str, Callable[[Tensor, torch.Generator], Tensor]] = {
    "flip": augment.flip,
    "pad_crop": augment.pad_crop,
    "random_resized_crop": augment.random_resized_crop,
    "colour_jitter": augment.colour_jitter,
    "gray": augment.gray,
}
everything = pytest.mark.parametrize("name", CHANCE)


def key(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def images(count: int = 16, size: int = 24) -> Tensor:
    """Pictures that differ, with smooth and with sharp places, and whole ranges of gray, black and white."""
    images_BCHW = torch.rand(count, 3, size, size, generator=key(1))
    images_BCHW[0] = 0
    images_BCHW[1] = 1
    images_BCHW[2] = images_BCHW[2, :1]
    return images_BCHW


@everything
def test_same_rng_gives_same_batch(name: str) -> None:
    assert torch.equal(CHANCE[name](images(), key(3)), CHANCE[name](images(), key(3)))


@everything
def test_another_rng_gives_another_batch(name: str) -> None:
    assert not torch.equal(CHANCE[name](images(), key(3)), CHANCE[name](images(), key(4)))


@everything
def test_each_picture_has_its_own_chance(name: str) -> None:
    same_BCHW = images()[5:6].repeat(16, 1, 1, 1)
    assert len(torch.unique(CHANCE[name](same_BCHW, key()), dim=0)) > 1


@everything
def test_pictures_stay_in_range_and_shape(name: str) -> None:
    changed = CHANCE[name](images(), key())
    assert changed.shape == images().shape
    assert changed.min() >= 0 and changed.max() <= 1


@everything
def test_nothing_is_changed_in_place(name: str) -> None:
    given = images()
    CHANCE[name](given, key())
    assert torch.equal(given, images())


@everything
def test_one_picture_alone_goes_through(name: str) -> None:
    assert CHANCE[name](images()[7:8], key()).shape == (1, 3, 24, 24)


@pytest.mark.parametrize("name", ["flip", "gray", "colour_jitter"])
def test_probability_is_a_share_of_pictures(name: str) -> None:
    same_BCHW = images()[5:6].repeat(2000, 1, 1, 1)[:, :, :8, :8]
    changed = CHANCE[name](same_BCHW, key(), p=0.3)  # type: ignore[call-arg]
    share = (changed != same_BCHW).flatten(1).any(1).float().mean().item()
    assert share == pytest.approx(0.3, abs=4 * math.sqrt(0.3 * 0.7 / 2000))


@pytest.mark.parametrize("name", ["flip", "gray", "colour_jitter"])
def test_probability_nought_changes_nothing(name: str) -> None:
    assert torch.equal(CHANCE[name](images(), key(), p=0), images())  # type: ignore[call-arg]


def test_a_flipped_picture_is_torchvisions() -> None:
    assert torch.equal(augment.flip(images(), key(), p=1), theirs.horizontal_flip(images()))


def test_a_shifted_picture_is_torchvisions_crop_of_a_padded_one() -> None:
    top_B, left_B = torch.tensor([0, 3, 8, 5]), torch.tensor([8, 0, 2, 4])
    ours = augment.shifted(images(4), top_B, left_B, pad=4)
    for k in range(4):
        assert torch.equal(ours[k], theirs.crop(theirs.pad(images(4)[k], [4]), int(top_B[k]), int(left_B[k]), 24, 24))


def test_pad_crop_reaches_every_shift() -> None:
    dot_BCHW = torch.zeros(2000, 1, 9, 9)
    dot_BCHW[:, :, 4, 4] = 1
    places = {tuple(place) for place in augment.pad_crop(dot_BCHW, key(), pad=2).nonzero()[:, 2:].tolist()}
    assert places == {(y, x) for y in range(2, 7) for x in range(2, 7)}


@pytest.mark.parametrize("size", [24, 16, 40, 96])
def test_a_resized_crop_is_torchvisions(size: int) -> None:
    box_B4 = torch.tensor([[0, 0, 24, 24], [3, 5, 10, 7], [20, 20, 4, 4], [0, 12, 24, 1], [23, 0, 1, 24], [7, 1, 9, 22]])
    pictures = images(9)[3:]
    ours = augment.resized_crop(pictures, box_B4, size)
    for k, (top, left, h, w) in enumerate(box_B4.tolist()):
        want = theirs.resized_crop(pictures[k], top, left, h, w, [size, size], antialias=False)
        torch.testing.assert_close(ours[k], want, atol=2e-5, rtol=0)


def test_the_whole_box_at_its_own_size_changes_nothing() -> None:
    box_B4 = torch.tensor([[0, 0, 24, 24]]).repeat(16, 1)
    torch.testing.assert_close(augment.resized_crop(images(), box_B4, 24), images(), atol=2e-6, rtol=0)


def test_crop_boxes_lie_inside_and_keep_scale_and_ratio() -> None:
    top, left, h, w = augment.crop_boxes(5000, (64, 48), key(), (0.2, 0.6), (3 / 4, 4 / 3)).unbind(1)
    assert top.min() >= 0 and left.min() >= 0 and (top + h).max() <= 64 and (left + w).max() <= 48
    share, ratio = h * w / (64 * 48), w / h
    assert 0.18 < share.min() < 0.22 and 0.58 < share.max() < 0.62  # sides are whole pixels
    assert ratio.min() > 0.70 and ratio.max() < 1.42


def test_crop_boxes_are_spread_as_torchvisions() -> None:
    """Mean area and ratio of 20 000 boxes against torchvision's own draws."""
    from torchvision.transforms import RandomResizedCrop

    _, _, h, w = augment.crop_boxes(20_000, (32, 32), key(), (0.08, 1.0), (3 / 4, 4 / 3)).unbind(1)
    torch.manual_seed(0)
    blank = torch.zeros(3, 32, 32)
    drawn = torch.tensor([RandomResizedCrop.get_params(blank, [0.08, 1.0], [3 / 4, 4 / 3]) for _ in range(5000)]).float()
    for ours, other in ((h * w, drawn[:, 2] * drawn[:, 3]), ((w / h).log(), (drawn[:, 3] / drawn[:, 2]).log())):
        error = math.sqrt(ours.var() / len(ours) + other.var() / len(other))
        assert abs(ours.mean() - other.mean()).item() < 4 * error


@pytest.mark.parametrize(("shape", "want"), [((10, 40), (0, 13, 10, 13)), ((40, 10), (13, 0, 13, 10))])
def test_where_no_box_fits_the_largest_centred_one_is_taken(shape: tuple[int, int], want: tuple[int, ...]) -> None:
    boxes = augment.crop_boxes(3, shape, key(), (0.99, 1.0), (3 / 4, 4 / 3))
    assert boxes.tolist() == [list(map(float, want))] * 3


FACTORS = [0.0, 0.3, 0.8, 1.0, 1.2, 1.9]


@pytest.mark.parametrize("what", ["brightness", "contrast", "saturation"])
def test_a_colour_change_is_torchvisions(what: str) -> None:
    factor_B = torch.tensor(FACTORS)
    pictures = images(len(FACTORS))
    ours = getattr(augment, f"adjust_{what}")(pictures, factor_B)
    for k, factor in enumerate(FACTORS):
        torch.testing.assert_close(ours[k], getattr(theirs, f"adjust_{what}")(pictures[k], factor), atol=2e-6, rtol=0)


def test_a_hue_change_is_torchvisions() -> None:
    shifts = [-0.5, -0.3, -0.05, 0.0, 0.1, 0.25, 0.5]
    pictures = images(len(shifts) + 3)[3:]
    ours = augment.adjust_hue(pictures, torch.tensor(shifts))
    for k, shift in enumerate(shifts):
        torch.testing.assert_close(ours[k], theirs.adjust_hue(pictures[k], shift), atol=2e-5, rtol=0)


def test_hue_leaves_gray_pictures_alone() -> None:
    torch.testing.assert_close(augment.adjust_hue(images()[:3], torch.full((3,), 0.3)), images()[:3], atol=1e-6, rtol=0)


def test_a_gray_picture_is_torchvisions() -> None:
    torch.testing.assert_close(augment.gray(images(), key(), p=1), theirs.rgb_to_grayscale(images(), 3), atol=1e-6, rtol=0)


def test_colours_change_always_where_asked_and_else_in_most_copies() -> None:
    rng = torch.Generator().manual_seed(0)
    plain = torch.tensor([0.3, 0.5, 0.6]).view(1, 3, 1, 1).expand(400, -1, 8, 8)  # of one colour: a crop changes nothing
    for jitter, low, high in (("always", 0.995, 1.0), ("mostly", 0.78, 0.90)):  # 1 - 0.2 · 0.8 of copies are neither jittered nor gray
        copies = view(plain, rng, Edits.read({"colour": 0.4, "jitter": jitter}))
        changed = ((copies - plain).abs().amax((1, 2, 3)) > 1e-3).float().mean()
        assert low <= float(changed) <= high
