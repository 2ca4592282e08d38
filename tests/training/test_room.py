"""A recipe's `room`: crops come from pictures larger than the network gets, and are sharp where the files are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.augment import crop_boxes, resized_crop
from ssl_core.functional.transforms.resize import resized
from ssl_core.library.sets import PictureSet
from ssl_core.models.build import build_task
from ssl_core.parts.catalogues import TASKS
from ssl_core.reading import files
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.training.request import make_spec
from ssl_core.training.source import open_source, with_room
from tests.help.photographs import photograph
from tests.help.small import small_run, small_values

CROPPING = sorted(name for name, task in TASKS.items() if task.crops)


def test_crops_of_a_large_picture_are_nearer_the_original_with_room() -> None:
    """Crops of a fifth of a picture of 256 px, at 32 px, beside the same part of the original: mean squared error, by room."""
    rng = np.random.default_rng(0)
    noise = torch.from_numpy(rng.random((8, 3, 64, 64), np.float32))
    whole = torch.nn.functional.interpolate(noise, (256, 256), mode="bicubic").clamp(0, 1)  # detail of 4 pixels in 256
    box = crop_boxes(8, (32, 32), generator(0, "crop"), (0.2, 0.2), (1, 1))
    truth = resized_crop(resized(whole, 128), 4 * box, 32)
    errors = [float((resized_crop(resized(whole, 32 * room), room * box, 32) - truth).square().mean()) for room in (1, 2, 4)]
    assert errors[2] == 0 and errors[1] < 0.5 * errors[0], errors


def test_a_task_that_crops_gives_its_network_the_run_s_size_whatever_it_is_given(clean_folders: Path) -> None:
    """One test of all tasks: they share the pictures, which are drawn once."""
    for name in CROPPING:
        spec = make_spec(small_values(name, recipe={"room": 2.0}))
        source, task = open_source(spec, torch.device("cpu"), lambda done, of: None), build_task(spec).train()
        size = spec.recipe.image_size
        samples = source.train(torch.arange(8))
        assert samples.images_BCHW.shape[-2:] == (2 * size, 2 * size), name
        assert source.images(torch.arange(4)).shape[-2:] == source.test(torch.arange(2)).images_BCHW.shape[-2:] == (size, size), name
        found = task.transform(samples, generator(0, "room"))
        sides = {part.shape[-1] for each in found.values() for part in (each if isinstance(each, list) else [each]) if is_picture(part)}
        assert max(sides) == size, (name, sides)


def is_picture(part: Any) -> bool:
    return isinstance(part, torch.Tensor) and part.ndim >= 4 and part.shape[-3] == 3


def test_a_run_with_room_learns_and_says_so_in_its_spec(clean_folders: Path) -> None:
    folder, status = small_run("simclr", recipe={"room": 1.5})
    assert status.state == "done", status.reason
    assert spec_of(folder).recipe.room == 1.5
    assert "room" not in make_spec(small_values("simclr")).plain()["recipe"]


def test_files_larger_than_the_network_s_pictures_are_kept_larger_and_must_stay_the_same(clean_folders: Path) -> None:
    home = clean_folders / "photographs"
    home.mkdir()
    for k in range(20):
        photograph(k, 128).save(home / f"{k}.png")
    spec = make_spec(small_values("simclr", dataset=str(home), dataset_options={}, recipe={"room": 2}))
    finer = with_room(PictureSet.of_spec(spec, "train"), spec.recipe)
    kept = finer.decoded().images(np.arange(1))
    assert kept.shape[-2:] == (64, 64) and finer.digest() != spec.digest
    for k in range(20):
        photograph(99 + k, 96).save(home / f"{k}.png")
    files.forget()  # a listing is trusted for two seconds
    with pytest.raises(SettingsError, match="have changed since this run began"):
        with_room(PictureSet.of_spec(spec, "train"), spec.recipe)


def test_without_room_pictures_are_decoded_as_before(clean_folders: Path) -> None:
    spec = make_spec(small_values("simclr"))
    learnt = PictureSet.of_spec(spec, "train")
    assert with_room(learnt, spec.recipe) == learnt


def test_a_task_that_learns_from_whole_pictures_refuses_room() -> None:
    with pytest.raises(SettingsError, match="'room' of the recipe must be 1 for rotation, which learns from whole pictures. Got 2."):
        make_spec(small_values("rotation", recipe={"room": 2}))
