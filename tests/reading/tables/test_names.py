"""How a text names a picture, and which column names pictures."""

from __future__ import annotations

import pytest

from tests.help.animals import ANIMALS, EVEN
from tests.help.telling import PICTURES, by_class, sentence, table, tell


@pytest.mark.parametrize(
    ("written", "picture"),
    [
        ("001.png", "001.png"),
        ("001", "001.png"),
        ("1", "001.png"),
        ("1.0", "001.png"),
        ("1.png", "001.png"),
        ("001.PNG", "001.png"),
        ("001.jpg", "001.png"),
        ("./001.png", "001.png"),
        ("/home/me/pets/001.png", "001.png"),
        ("C:\\pets\\001.png", "001.png"),
        ("file:///home/me/pets/001.png", "001.png"),
        ("https://example.org/pets/001.png?w=3", "001.png"),
        ("/data/upload/1/0a1b2c3d-001.png", "001.png"),
        ("/data/local-files/?d=pets/001.png", "001.png"),
        ("s3://bucket/pets/001.png", "001.png"),
        ("file:///home/me/my%20cat.png", "my cat.png"),
        ("3f2a9c1e-my_cat.png", "my_cat.png"),
    ],
)
def test_a_picture_is_found_by_the_ways_tools_and_machines_write_its_name(written: str, picture: str) -> None:
    pictures = (*PICTURES, "my cat.png" if picture == "my cat.png" else "my_cat.png")
    assert tell({"a.csv": f"file,label\n{written},x\n005.png,y\n"}, pictures).labels == {picture: "x", "005.png": "y"}


@pytest.mark.parametrize("written", ["fox/001.png", "9.png", "01", "2.5", "-1", "..", "001.png/2"])
def test_a_name_of_no_picture_or_of_several_is_told(written: str) -> None:
    found = tell({"a.csv": f"file,label\n{written},x\ncat/003.png,y\ndog/001.png,y\n"}, ("cat/001.png", "dog/001.png", "cat/003.png"))
    assert "cat/001.png" not in found.labels
    assert f"has 1 row that may mean more than one picture, so they don't count (write the folders too): {written}." in sentence(
        found, "a.csv"
    ) or (f"It has 1 row whose picture isn't there: {written}." in sentence(found, "a.csv"))


def test_pictures_in_other_folders_are_found_by_their_file_names_and_it_is_said() -> None:
    pictures = [f"train_images/{each}" for each in PICTURES]
    found = tell({"a.csv": table("file,label", [f"images/{each}" for each in PICTURES], ANIMALS)}, pictures)
    assert by_class(found) == EVEN
    assert sentence(found, "a.csv").endswith(
        "It names 8 pictures in other folders, found by their file names: 'images/000.png' is 'train_images/000.png'."
    )


@pytest.mark.parametrize(
    ("header", "columns", "file"),
    [
        ("image_id,label", (PICTURES, ANIMALS), "image_id"),
        ("id_code,label", ([each[:3] for each in PICTURES], ANIMALS), "id_code"),
        ("n,img,label", (range(100, 108), PICTURES, ANIMALS), "img"),
        ("Width,Path,label", ([24] * 8, PICTURES, ANIMALS), "Path"),
        ("what,label", (PICTURES, ANIMALS), "what"),
        (",what,label", (range(8), PICTURES, ANIMALS), "what"),
        ("image,mask,label", (PICTURES, [f"m{each}" for each in PICTURES], ANIMALS), "image"),
        ("age,image_path,label", (range(8), PICTURES, ANIMALS), "image_path"),
        ("id,filename,label", (range(1, 9), PICTURES, ANIMALS), "filename"),
    ],
)
def test_the_column_that_names_pictures_is_found_by_its_content(header: str, columns: tuple[list[object], ...], file: str) -> None:
    found = tell({"a.csv": table(header, *columns)})
    assert found.assumed["file"] == f"a.csv:{file}" and by_class(found) == EVEN


def test_two_columns_that_name_different_pictures_are_asked_about() -> None:
    found = tell({"a.csv": table("left_image,right_image,label", PICTURES, PICTURES[::-1], ANIMALS)})
    (remark,) = found.remarks
    assert remark.words == "`a.csv` names other pictures in its column `right_image` than in `left_image`, by which its rows are read."
    assert remark.asks and remark.other == {"file": "a.csv:right_image"}
    assert by_class(
        tell({"a.csv": table("left_image,right_image,label", PICTURES, PICTURES[::-1], ANIMALS)}, file="a.csv:right_image")
    ) == {
        "cat": "001 003 005 007",
        "dog": "000 002 004 006",
    }
