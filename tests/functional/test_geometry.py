"""A crop, mirror or turn that is drawn once moves pictures, masks and boxes together."""

from __future__ import annotations

import pytest
import torch

from ssl_core.functional.rng import generator
from ssl_core.functional.transforms import augment, geometry
from ssl_core.functional.transforms.geometry import Crop, Geometry, Mirror, Shift, Turn, moved
from ssl_core.parts.catalogues import TASKS
from ssl_core.types import Samples
from tests.tasks.test_contract import build

SIZE = 16
TOP, LEFT, BOTTOM, RIGHT = 3, 2, 7, 11  # of the object, in pixels


def samples(count: int = 4) -> Samples:
    """A white rectangle on black, its mask with the value 3 and its box."""
    masks_BHW = torch.zeros(count, SIZE, SIZE, dtype=torch.int64)
    masks_BHW[:, TOP:BOTTOM, LEFT:RIGHT] = 3
    images_BCHW = (masks_BHW > 0)[:, None].float().repeat(1, 3, 1, 1)
    boxes_B4 = torch.tensor([[LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP]]).repeat(count, 1) / SIZE
    nowhere_B = torch.full((count,), -1)
    return Samples(images_BCHW, nowhere_B, nowhere_B, None, {"masks": masks_BHW, "boxes": boxes_B4})


def box_of(mask_HW: torch.Tensor) -> torch.Tensor:
    """The smallest box around a mask, in parts of the side."""
    rows, columns = ((mask_HW > 0).any(axis).nonzero()[:, 0] for axis in (1, 0))
    edges = [columns.min(), rows.min(), columns.max() + 1 - columns.min(), rows.max() + 1 - rows.min()]
    return torch.stack(edges) / len(mask_HW)


EXACT = {
    "mirror": Mirror(torch.tensor([True, False, True, False])),
    "shift": Shift(torch.tensor([4, 0, 8, 3]), torch.tensor([4, 8, 1, 0]), 4, (SIZE, SIZE)),
    "turn": Turn(torch.tensor([0, 1, 2, 3])),
    "crop of the same size": Crop(torch.tensor([[0.0, 0.0, SIZE, SIZE]]).repeat(4, 1), (SIZE, SIZE), SIZE),
    "crop to half": Crop(torch.tensor([[2.0, 1.0, 8, 12], [1, 2, 8, 10], [0, 0, 8, 16], [3, 3, 12, 8]]), (SIZE, SIZE), SIZE),
}


@pytest.mark.parametrize("step", [step for name, step in EXACT.items() if name != "crop to half"], ids=lambda step: type(step).__name__)
def test_a_mask_goes_along_with_its_picture_to_the_pixel(step: Geometry) -> None:
    found = moved(samples(), step)
    assert torch.equal((found.masks_BHW > 0).float(), found.images_BCHW[:, 0])


@pytest.mark.parametrize("step", [step for name, step in EXACT.items() if name != "crop to half"], ids=lambda step: type(step).__name__)
def test_a_box_stays_around_its_object(step: Geometry) -> None:
    found = moved(samples(), step)
    assert torch.allclose(found.boxes_B4, torch.stack([box_of(mask_HW) for mask_HW in found.masks_BHW]))


def test_a_box_stays_around_its_object_in_a_crop_to_within_a_pixel() -> None:
    found = moved(samples(), EXACT["crop to half"])
    assert (found.boxes_B4 - torch.stack([box_of(mask_HW) for mask_HW in found.masks_BHW])).abs().max() <= 1 / SIZE


def test_no_mask_value_is_interpolated() -> None:
    step = geometry.draw_crop(4, (SIZE, SIZE), generator(0, "crops"), size=23, scale=(0.2, 0.9))
    masks_BHW = step.masks(samples().masks_BHW)
    assert masks_BHW.shape == (4, 23, 23) and set(masks_BHW.unique().tolist()) == {0, 3}


def test_a_box_is_cut_at_the_edge_of_a_crop() -> None:
    step = Crop(torch.tensor([[0.0, 6.0, 5, 10]]), (SIZE, SIZE), SIZE)
    assert torch.allclose(step.boxes(samples(1).boxes_B4), torch.tensor([[0, 3 / 5, 0.5, 2 / 5]]))


def test_a_box_outside_a_crop_is_none() -> None:
    step = Crop(torch.tensor([[8.0, 0.0, 8, 8]]), (SIZE, SIZE), SIZE)
    assert step.boxes(samples(1).boxes_B4).isnan().all()


@pytest.mark.parametrize("step", EXACT.values(), ids=EXACT.keys())
def test_no_box_stays_none(step: Geometry) -> None:
    assert step.boxes(torch.full((4, 4), torch.nan)).isnan().all()


@pytest.mark.parametrize("step", EXACT.values(), ids=EXACT.keys())
def test_several_boxes_a_picture_move_as_one_does(step: Geometry) -> None:
    one_B4 = samples().boxes_B4
    assert torch.equal(step.boxes(one_B4[:, None].repeat(1, 2, 1)), step.boxes(one_B4)[:, None].repeat(1, 2, 1))


def test_the_draw_is_that_of_the_augmentation() -> None:
    images_BCHW = torch.rand(4, 3, SIZE, SIZE, generator=generator(0, "images"))
    crop = geometry.draw_crop(4, (SIZE, SIZE), generator(1, "draw"))
    assert torch.equal(crop.images(images_BCHW), augment.random_resized_crop(images_BCHW, generator(1, "draw")))
    mirror = geometry.draw_mirror(4, generator(2, "draw"))
    assert torch.equal(mirror.images(images_BCHW), augment.flip(images_BCHW, generator(2, "draw")))


def test_steps_follow_each_other() -> None:
    steps = (Mirror(torch.ones(4, dtype=torch.bool)), Turn(torch.ones(4, dtype=torch.int64)))
    found = moved(samples(), *steps)
    assert torch.equal(found.images_BCHW, steps[1].images(steps[0].images(samples().images_BCHW)))
    assert torch.allclose(found.boxes_B4, torch.stack([box_of(mask_HW) for mask_HW in found.masks_BHW]))


def test_the_draw_of_a_shift_is_that_of_the_augmentation() -> None:
    images_BCHW = torch.rand(4, 3, SIZE, SIZE, generator=generator(0, "images"))
    step = geometry.draw_shift(4, (SIZE, SIZE), generator(3, "draw"), pad=2)
    assert torch.equal(step.images(images_BCHW), augment.pad_crop(images_BCHW, generator(3, "draw"), pad=2))


@pytest.mark.parametrize(("dtype", "new"), [(torch.int64, -1), (torch.bool, 0), (torch.uint8, 0)])
def test_pixels_that_a_shift_brings_in_are_unknown(dtype: torch.dtype, new: int) -> None:
    step = Shift(torch.tensor([0]), torch.tensor([8]), 4, (SIZE, SIZE))  # down by 4, left by 4
    found_HW = step.masks(torch.ones(1, SIZE, SIZE).to(dtype))[0]
    assert found_HW.dtype == dtype and (found_HW[:4] == new).all() and (found_HW[:, -4:] == new).all() and (found_HW[4:, :-4] == 1).all()


def test_a_box_that_a_shift_moves_out_of_the_picture_is_none() -> None:
    step = Shift(torch.tensor([16]), torch.tensor([8]), 8, (SIZE, SIZE))
    assert step.boxes(samples(1).boxes_B4).isnan().all()


def test_fixmatchs_easy_copies_take_masks_and_boxes_along() -> None:
    found = build("fixmatch")._easy(samples(), generator(0, "easy"))
    assert torch.equal((found.masks_BHW > 0).float(), found.images_BCHW[:, 0]) and (found.masks_BHW == -1).any()
    mirrored = build("fixmatch", TASKS["fixmatch"].Options(hard="randaugment"))._easy(samples(), generator(0, "easy"))
    assert torch.equal((mirrored.masks_BHW > 0).float(), mirrored.images_BCHW[:, 0]) and not (mirrored.masks_BHW == -1).any()
    assert torch.allclose(found.boxes_B4, torch.stack([box_of(mask_HW) for mask_HW in found.masks_BHW]))
