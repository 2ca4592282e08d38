"""One picture large and whole: from its own file, never enlarged, with what is known of it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ssl_core.library.browse import add_folder
from ssl_core.library.large import DRAWN, SIDE, about_picture, large_picture, middle_square
from ssl_core.settings import SettingsError

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def photos(tmp_path: Path) -> str:
    """A wide, a tall (by its EXIF) and a small picture, in a set of one's own."""
    rng = np.random.default_rng(0)
    sizes = {"wide": (1200, 300), "small": (40, 30), "tall": (300, 200)}
    for name, (width, height) in sizes.items():
        image = Image.fromarray(rng.integers(0, 255, (height, width, 3), np.uint8))
        exif = image.getexif()
        if name == "tall":
            exif[0x0112] = 6  # turned by a quarter
        home = tmp_path / "photos" / ("dogs" if name == "small" else "cats")
        home.mkdir(parents=True, exist_ok=True)
        image.save(home / f"{name}.jpg", exif=exif)
    return add_folder("photos", tmp_path / "photos")


def by_file(name: str) -> dict[str, str]:
    from ssl_core.library.sets import open_set

    found: dict[str, str] = {}
    for split in ("train", "test"):
        data = open_set(name, split)
        found |= {Path(data.file(i)).stem: f"{split}-{i}" for i in range(len(data))}
    return found


def test_a_picture_is_given_whole_and_never_enlarged(photos: str) -> None:
    stored = {"wide": (1200, 300), "small": (40, 30), "tall": (200, 300)}
    for file, picture in by_file(photos).items():
        facts = about_picture(photos, picture)
        data, kind = large_picture(photos, picture)
        image = Image.open(io.BytesIO(data))
        assert (
            facts.stored == stored[file] and facts.label == ("dogs" if file == "small" else "cats") and facts.file.endswith(f"{file}.jpg")
        )
        assert image.size == facts.shown == ((SIDE, 256) if file == "wide" else stored[file])
        assert kind == ("image/png" if file == "small" else "image/webp") and image.format == kind[6:].upper()


def test_a_drawing_has_no_stored_size_and_pixels_of_a_set_have_theirs() -> None:
    drawn, digit = about_picture("scenes", "test-3"), about_picture("digits", "test-3")
    assert drawn.stored is None and drawn.shown == (DRAWN, DRAWN) and drawn.caption and drawn.label
    assert digit.stored == digit.shown == (8, 8)
    assert Image.open(io.BytesIO(large_picture("digits", "test-3")[0])).size == (8, 8)


def test_the_network_gets_the_middle_square() -> None:
    assert middle_square(1200, 300) == (0.375, 0, 0.25, 1)
    assert middle_square(300, 400) == (0, 0.125, 1, 0.75)
    assert middle_square(7, 7) == (0, 0, 1, 1)


@pytest.mark.parametrize(("name", "picture"), [("scenes", "test-9999999"), ("scenes", "train"), ("no-such", "test-1")])
def test_what_is_not_there_is_said(name: str, picture: str) -> None:
    for asked in (about_picture, large_picture):
        with pytest.raises(SettingsError):
            asked(name, picture)


def test_no_address_gives_a_picture_of_any_folder_of_the_disk(tmp_path: Path, photos: str) -> None:
    with pytest.raises(SettingsError, match="Only named data sets have addresses"):
        large_picture(str(tmp_path / "photos"), "train-0")
