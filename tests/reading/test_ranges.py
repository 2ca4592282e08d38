"""Sixteen bits are as bright as their camera's range over a whole set."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ssl_core.reading.images import tiff_header
from ssl_core.reading.images.deep_bits import bits_of
from ssl_core.reading.images.pixels import square
from ssl_core.reading.images.ranges import Range
from ssl_core.reading.images.stacks import Stack, stack_of, stack_words
from tests.help.everyfile import CAMERA, coloured, every_file, png16
from tests.help.folders import encoded

FILES = every_file()
DEEP = [kind for kind in FILES if "16" in kind]


def gray(top: int, hot: int = 0) -> bytes:
    """A slope from black to `top`, 16 bits; one pixel of `hot`."""
    values_HW = np.linspace(0, top, 32 * 32).reshape(32, 32).astype(np.uint16)
    values_HW[3, 3] = hot or values_HW[3, 3]
    return encoded(Image.fromarray(values_HW))


def mean(data: bytes, range_: Range | None) -> float:
    return float(square(data, 32, range_).mean())


def test_one_hot_pixel_makes_no_picture_darker() -> None:
    files = [gray(4000, 4200 * (k % 2)) for k in range(16)]
    found = Range.over(map(bits_of, files))
    assert (
        found == Range(12, 16, 0) and mean(files[0], found) == pytest.approx(mean(files[1], found), abs=0.5) and mean(files[0], found) > 120
    )


def test_pictures_of_one_camera_keep_their_relation() -> None:
    dim, bright = gray(4090), gray(4200)
    found = Range.over(map(bits_of, [dim] * 10 + [bright] * 10))
    assert found == Range(14, 20, 0)
    assert mean(bright, found) / mean(dim, found) == pytest.approx(4200 / 4090, abs=0.02)


def test_colours_of_12_bits_are_as_bright_as_gray() -> None:
    values_HW3 = np.full((16, 16, 3), 2048, np.uint16)
    files = [png16(values_HW3), encoded(Image.fromarray(values_HW3[:, :, 0]))]
    brighter = [gray(4095) for _ in range(2)]
    found = Range.over(map(bits_of, [*files, *brighter]))
    assert found is not None and found.bits == 12
    assert mean(files[0], found) == mean(files[1], found) == 2048 * 255 // 4095


@pytest.mark.parametrize(
    ("bits", "range_"), [([12] * 9 + [16], Range(12, 10, 1)), ([12] * 8 + [16], Range(16, 9, 0)), ([10, 14], Range(14, 2, 0))]
)
def test_one_picture_of_ten_may_be_brighter(bits: list[int], range_: Range) -> None:
    assert Range.over(bits) == range_
    assert Range.over([None, *bits]) == range_ and Range.over([None]) is None


@pytest.mark.parametrize("kind", DEEP)
def test_every_kind_of_16_bits_is_scaled_by_the_range(kind: str) -> None:
    assert bits_of(FILES[kind]) == 12
    image_HW3 = square(FILES[kind], 28, Range(12)).astype(int)
    want = coloured().astype(int)[:, 6:34]  # 28 × 28 in the middle of 40 × 28: nothing is interpolated
    level_HW3 = want * CAMERA // 255 * 255 // CAMERA
    if "gray" in kind or kind in ("tiff 16", "pgm 16", "jp2 16"):
        level_HW3 = level_HW3[:, :, :1].repeat(3, 2)
    if not kind.endswith("A"):  # alpha has a test of its own
        assert np.array_equal(image_HW3, level_HW3)
    half_HW3 = square(FILES[kind], 28, Range(14)).astype(int)
    assert half_HW3.mean() < image_HW3.mean()


def test_alpha_of_16_bits_lays_the_picture_on_gray() -> None:
    plain_HW3, clear_HW3 = (square(FILES[kind], 28, Range(12)).astype(float) for kind in ("png 16 colours", "png 16 RGBA"))
    share = (40_000 >> 8) / 255
    np.testing.assert_allclose(
        clear_HW3, plain_HW3 * share + 128 * (1 - share), atol=1.5
    )  # rounded three times: colour times alpha, its quotient, the sum


@pytest.mark.parametrize("kind", [kind for kind in FILES if "16" not in kind])
def test_files_that_say_their_white_need_no_range(kind: str) -> None:
    assert bits_of(FILES[kind]) is None
    assert np.array_equal(square(FILES[kind], 24), square(FILES[kind], 24, Range(8)))


def test_a_range_survives_json() -> None:
    found = Range(10, 3, 1)
    assert Range.read(found.plain()) == found and Range.read(None) is None and Range.read({"bits": 12}) == Range(12)
    for bad in ({"bits": 11}, {"bits": "12"}, {}, [12]):
        with pytest.raises(ValueError, match="Got"):
            Range.read(bad)  # type: ignore[arg-type]


def test_pages_of_a_stack_are_counted() -> None:
    pages = [Image.new("L", (16, 16), 60 * k) for k in range(4)]
    assert tiff_header.pages(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])) == 4
    assert tiff_header.pages(FILES["tiff 16"]) == tiff_header.pages(FILES["jpeg"]) == 1


def test_a_stack_whose_first_page_is_black_is_said() -> None:
    pages = [Image.new("L", (16, 16), 60 * k) for k in range(4)]
    dark = stack_of(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    seen = stack_of(encoded(Image.fromarray(coloured()), "TIFF", save_all=True, append_images=pages[:1]))
    assert dark == Stack(4, True) and seen == Stack(2, False) and stack_of(FILES["tiff"]) is stack_of(FILES["gif"]) is None
    assert stack_words([dark, seen]) == (
        "2 files are stacks of 2 to 4 pages, of which the first alone is read; "
        "in 1 of them that page is one even colour: save the pages as files of their own."
    )
    assert stack_words([seen]) == "1 file is a stack of 2 pages, of which the first alone is read." and stack_words([]) == ""
