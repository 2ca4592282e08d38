"""Features of layers: grids as published, values as a slow loop has them, few layers at a time."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ssl_core.models import layers
from ssl_core.models.features import embedded
from ssl_core.models.layers import Map, Spooled, in_blocks, layers_of, map_sizes
from ssl_core.models.targets import Target

PICTURES = 40


@pytest.fixture(scope="module")
def target() -> Target:
    return Target.parse("random:convnet", "digits", image_size=16)


def spooled(target: Target, numbers: int = 9600) -> Spooled:
    return Spooled(target, "test", PICTURES, map_sizes(target), numbers, lambda *_: None)


@pytest.mark.parametrize(("channels", "map_side", "side"), [(64, 27, 12), (192, 13, 7), (384, 13, 5), (256, 13, 6), (2048, 7, 2)])
def test_grids_are_the_largest_with_9600_numbers_as_published_for_alexnet(channels: int, map_side: int, side: int) -> None:
    assert Map(channels, map_side).grid(9600) == side


def test_a_grid_is_at_most_the_map_and_at_least_one_cell() -> None:
    assert Map(32, 4).grid(9600) == 4 and Map(20_000, 7).grid(9600) == 1


def test_a_grid_holds_the_maxima_of_its_parts_and_the_mean_is_the_maps(target: Target) -> None:
    found, ids = spooled(target, numbers=130), embedded(target, "test", PICTURES).id_S
    first, name = target.pictures("test"), layers_of(target)[0]
    image_BCHW = torch.from_numpy(first.read_many([int(ids[7])]).images_NCHW).float() / 255
    with torch.no_grad():
        map_CHW = target.backbone().activations(image_BCHW, [name])[name][0].numpy()
    side = map_sizes(target)[name].grid(130)
    parts = np.array_split(np.arange(map_CHW.shape[1]), side)
    slow = [map_CHW[c][np.ix_(rows, columns)].max() for c in range(len(map_CHW)) for rows in parts for columns in parts]
    assert 1 < side < map_CHW.shape[1]
    np.testing.assert_allclose(found.read(name, "grid", ids)[7], slow, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.read(name, "mean", ids)[7], map_CHW.mean((1, 2)), rtol=1e-4, atol=1e-5)
    found.close()


def test_pictures_are_read_in_the_order_asked(target: Target) -> None:
    found = spooled(target)
    last, ids = layers_of(target)[-1], found.id_S[::-1][:5]
    np.testing.assert_array_equal(found.read(last, "mean", ids), found.read(last, "mean", found.id_S)[::-1][:5])
    found.close()


def test_the_mean_of_the_deepest_layer_is_what_the_linear_probe_reads(target: Target) -> None:
    found, known = spooled(target), embedded(target, "test", PICTURES)
    np.testing.assert_allclose(found.read(layers_of(target)[-1], "mean", known.id_S), known.features_SD, rtol=1e-4, atol=1e-5)
    found.close()


def test_so_many_layers_are_on_disk_at_once_as_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    maps = {"a": Map(10, 4), "b": Map(10, 4), "c": Map(10, 4)}  # 160 numbers of a grid and 10 of the mean, 4 bytes each
    assert in_blocks(maps, 9600, 100) == [["a", "b", "c"]]
    monkeypatch.setattr(layers, "BLOCK", 2 * 100 * 170 * 4)
    assert in_blocks(maps, 9600, 100) == [["a", "b"], ["c"]]
    monkeypatch.setattr(layers, "BLOCK", 1)
    assert in_blocks(maps, 9600, 100) == [["a"], ["b"], ["c"]]


def test_pixels_have_one_layer_with_every_number() -> None:
    pixels = Target.parse("pixels", "digits", image_size=16)
    assert layers_of(pixels) == ("pixels",) and map_sizes(pixels) == {"pixels": Map(3, 16)}
