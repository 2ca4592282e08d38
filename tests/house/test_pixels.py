"""Screens before and after: the tool that compares their pictures finds a single pixel and says where it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.pixels import Difference, compared, difference


def screen(folder: Path, name: str, dots: tuple[tuple[int, int], ...] = (), size: tuple[int, int] = (40, 30)) -> None:
    """A gray picture in which some pixels, (x, y), are one step brighter in blue."""
    image_HW3 = np.full((size[1], size[0], 3), 128, np.uint8)
    for x, y in dots:
        image_HW3[y, x, 2] += 1
    folder.mkdir(exist_ok=True)
    Image.fromarray(image_HW3).save(folder / name)


def test_equal_pictures_have_no_difference() -> None:
    image_HWC = np.random.default_rng(0).integers(0, 256, (6, 8, 4), np.uint8)
    assert difference(image_HWC, image_HWC.copy()) is None


def test_pixels_that_differ_are_counted_and_boxed() -> None:
    one_HWC = np.zeros((30, 40, 4), np.uint8)
    two_HWC = one_HWC.copy()
    two_HWC[4, 7, 2] = 1  # of four channels one, by one step
    two_HWC[20, 9] = 255  # all four: still one pixel
    assert difference(one_HWC, two_HWC) == Difference(2, (7, 4, 10, 21))


def test_each_file_is_told_of_and_one_pixel_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder, dots in (("before", ()), ("after", ((3, 5),))):
        screen(tmp_path / folder, "data_light.png")
        screen(tmp_path / folder, "map_dark.png", dots)
    assert compared(tmp_path / "before", tmp_path / "after") == 1
    said = capsys.readouterr().out.splitlines()
    assert said == ["data_light.png: equal", "map_dark.png: pixels that differ: 1, all from (3, 5) to (4, 6)", "1 of 2 are equal"]
    assert compared(tmp_path / "before", tmp_path / "before") == 0


@pytest.mark.parametrize("missing", ["before", "after"])
def test_a_picture_that_only_one_version_has_fails(missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("before", "after"):
        screen(tmp_path / folder, "data_light.png")
    (tmp_path / missing / "data_light.png").unlink()
    assert compared(tmp_path / "before", tmp_path / "after") == 1
    assert "there is no" in capsys.readouterr().out


def test_pictures_of_two_sizes_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    screen(tmp_path / "before", "data_light.png")
    screen(tmp_path / "after", "data_light.png", size=(41, 30))
    assert compared(tmp_path / "before", tmp_path / "after") == 1
    assert "40 x 30 and 41 x 30 pixels" in capsys.readouterr().out


def test_two_empty_folders_prove_nothing(tmp_path: Path) -> None:
    assert compared(tmp_path, tmp_path) == 1
