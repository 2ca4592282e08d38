"""scikit-learn's digits, parted and enlarged."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.datasets import load_digits

from ssl_core.datasets.digits import Digits
from ssl_core.parts.catalogues import DATASETS


def half(split: str, size: int = 32) -> Digits:
    return Digits(Digits.Options(), split, size)  # type: ignore[arg-type]


def test_the_halves_hold_every_digit_once() -> None:
    ours = np.concatenate([half("train").gray_NHW, half("test").gray_NHW])
    theirs = np.round(load_digits().images * 255 / 16).astype(np.uint8)
    assert sorted(map(bytes, ours)) == sorted(map(bytes, theirs))


def test_a_fifth_of_each_class_is_for_testing() -> None:
    train, test = (np.bincount(half(split).label_N, minlength=10) for split in ("train", "test"))
    assert np.all(np.abs(test / (train + test) - 0.2) < 0.01)


def test_labels_are_scikit_learns() -> None:
    data = load_digits()
    known = {bytes(np.round(image * 255 / 16).astype(np.uint8)): int(label) for image, label in zip(data.images, data.target, strict=True)}
    test = half("test")
    assert [test.label(i) for i in range(len(test))] == [known[bytes(gray)] for gray in test.gray_NHW]


def test_a_picture_is_gray_in_three_channels() -> None:
    image_CHW, label = half("train")[7]
    assert image_CHW.shape == (3, 32, 32) and image_CHW.dtype == torch.uint8
    assert torch.equal(image_CHW[0], image_CHW[1]) and torch.equal(image_CHW[1], image_CHW[2])
    assert label == half("train").label(7)
    assert half("train").info.colour is False


def test_at_eight_pixels_nothing_is_interpolated() -> None:
    train = half("train", 8)
    assert np.array_equal(train[3][0][0].numpy(), train.gray_NHW[3])


def test_same_place_same_pixels() -> None:
    assert torch.equal(half("test")[5][0], half("test")[5][0])
    assert DATASETS["digits"] is Digits  # which gives it the name that the digest is made of
    assert half("test").digest() == half("test").digest() != half("train").digest()
