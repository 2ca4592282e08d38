"""Squares of a picture and back, and colours as light and two axes."""

from __future__ import annotations

import pytest
import torch

from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.cielab import annealed_mean, colour_bins, light_bin, nearest_bin, to_lab, to_rgb
from ssl_core.functional.transforms.patches import hidden_cells, kept_at_random, neighbour_fill, patchify, unpatchify


def test_squares_come_back_as_the_picture() -> None:
    images = torch.rand(2, 3, 12, 12)
    squares = patchify(images, 4)
    assert squares.shape == (2, 9, 48) and torch.equal(unpatchify(squares, 4, 3), images)
    assert torch.equal(squares[0, 1].view(3, 4, 4), images[0, :, :4, 4:8])  # the second square is right of the first


@pytest.mark.parametrize(("hidden", "kept"), [(0.75, 16), (0.1, 58), (0.99, 1)])
def test_as_many_squares_stay_as_asked_for_and_others_in_each_picture(hidden: float, kept: int) -> None:
    keep = kept_at_random(50, 64, hidden, generator(0, "k"))
    assert keep.shape == (50, kept) and all(len(set(row)) == kept for row in keep.tolist())
    assert len({tuple(sorted(row)) for row in keep.tolist()}) > 20
    assert torch.equal(hidden_cells(keep, 64).sum(1), torch.full((50,), 64.0 - kept))


def test_a_hidden_square_gets_the_mean_of_those_seen_around_it() -> None:
    images = torch.zeros(1, 3, 12, 12)
    images[..., :4] = 1.0  # the left column of squares is white
    hidden = torch.zeros(1, 9)
    hidden[0, 4] = 1
    filled = neighbour_fill(images, hidden, 4)
    assert torch.allclose(filled[0, :, 4:8, 4:8], torch.tensor(3 / 8)) and torch.equal(filled[..., :4], images[..., :4])
    hidden[:] = 1
    hidden[0, 0] = 0
    assert torch.allclose(neighbour_fill(images, hidden, 4)[0, :, 8:, 8:], torch.tensor(1.0))  # nobody near: the mean of all that is seen


KNOWN = {
    (1.0, 1.0, 1.0): (100, 0, 0),
    (0.0, 0.0, 0.0): (0, 0, 0),
    (1.0, 0.0, 0.0): (53.24, 80.09, 67.20),
    (0.0, 0.0, 1.0): (32.30, 79.19, -107.86),
}


@pytest.mark.parametrize("rgb", KNOWN)
def test_lab_has_its_published_values(rgb: tuple[float, ...]) -> None:
    assert to_lab(torch.tensor(rgb).view(1, 3, 1, 1)).flatten().tolist() == pytest.approx(KNOWN[rgb], abs=0.05)


def test_lab_goes_back_to_rgb() -> None:
    images = torch.rand(2, 3, 8, 8, generator=generator(0, "l"))
    assert torch.allclose(to_rgb(to_lab(images)), images, atol=1e-3)


def test_every_colour_of_a_screen_is_near_its_bin() -> None:
    bins = colour_bins(20)
    ab = to_lab(torch.rand(1, 3, 16, 16, generator=generator(1, "l")))[:, 1:]
    near = bins[nearest_bin(ab, bins)]
    assert (near.permute(0, 3, 1, 2) - ab).abs().max() <= 10 + 1e-3 and len(bins) == len(bins.unique(dim=0))
    assert light_bin(torch.tensor([[[0.0, 50.0, 100.0]]]), 50).flatten().tolist() == [0, 25, 49]


def test_a_sure_guess_is_its_bin_and_an_unsure_one_is_gray() -> None:
    bins = colour_bins(20)
    sure = torch.full((1, len(bins), 1, 1), -50.0)
    sure[0, 7] = 50
    assert torch.allclose(annealed_mean(sure, bins).flatten(), bins[7])
