"""Which column of a table names classes."""

from __future__ import annotations

import pytest

from tests.help.animals import ANIMALS, EVEN, questions, said
from tests.help.telling import by_class, sentence


@pytest.mark.parametrize(
    "header",
    [
        "label",
        "Class",
        "target",
        "category",
        "species",
        "breed",
        "diagnosis",
        "dx",
        "class_name",
        "ClassId",
        "y",
        "Label Name",
        "disease",
        "choice",
    ],
)
def test_a_header_says_that_a_column_names_classes(header: str) -> None:
    found = said(ANIMALS, header=header)
    assert by_class(found) == EVEN and found.assumed["classes"] == f"a.csv:{header}" and not questions(found)


@pytest.mark.parametrize(
    ("header", "columns", "column"),
    [
        ("class_id,class_name", ([0, 1] * 4, ANIMALS), "class_name"),
        ("class_name,class_id", (ANIMALS, [7, 9] * 4), "class_name"),
        ("label,name_of_it", ([0, 1] * 4, ANIMALS), "name_of_it"),
        ("dx,dx_type,sex", (ANIMALS, ["histo"] * 8, ["m", "f", "f", "m"] * 2), "dx"),
        ("type,label", (["a", "b", "b", "a"] * 2, ANIMALS), "label"),
        ("width,height,ClassId", (range(8), range(8), ANIMALS), "ClassId"),
        ("breed,split", (ANIMALS, ["train"] * 4 + ["test"] * 4), "breed"),
    ],
)
def test_names_go_before_numbers_and_plain_headers_before_others(header: str, columns: tuple[list[object], ...], column: str) -> None:
    found = said(*columns, header=header)
    assert by_class(found) == EVEN and found.assumed["classes"] == f"a.csv:{column}" and not questions(found)


def test_columns_that_part_the_pictures_otherwise_under_as_plain_a_header_are_asked_about() -> None:
    found = said(ANIMALS, ["old", "old", "young", "young"] * 2, header="species,breed")
    assert questions(found) == [
        (
            "`a.csv` names classes in its column `species`; its column `breed` parts the pictures otherwise.",
            {"classes": "a.csv:breed"},
        )
    ]
    assert by_class(said(ANIMALS, ["old", "old", "young", "young"] * 2, header="species,breed", classes="a.csv:breed")) == {
        "old": "000 001 004 005",
        "young": "002 003 006 007",
    }


@pytest.mark.parametrize(
    ("header", "columns", "labels", "words_"),
    [
        (
            "kennel",
            (ANIMALS,),
            EVEN,
            "`a.csv` says in no header which column names classes; `kennel` is taken, whose values are few and repeat.",
        ),
        (
            "kennel,coat",
            (ANIMALS, ["old", "old", "young", "young"] * 2),
            {},
            "No column of `a.csv` says by its header that it names classes; 'kennel', 'coat' might: "
            "which names its classes is for you to say.",
        ),
        (
            "ring",
            ([3, 5] * 4,),
            {},
            "No column of `a.csv` says by its header that it names classes; 'ring' might: which names its classes is for you to say.",
        ),
        ("note", ([f"seen {k}" for k in range(8)],), {}, None),
        ("weight", ([k / 3 for k in range(8)],), {}, None),
        ("kennel", ([*ANIMALS[:2], *[""] * 6],), {}, None),
    ],
)
def test_without_a_known_header_the_content_decides(header, columns, labels, words_) -> None:
    found = said(*columns, header=header)
    assert by_class(found) == labels
    assert [remark.words for remark in found.remarks] == ([words_] if words_ else [])
    if not words_:
        assert sentence(found, "a.csv").endswith(f"o column names classes (its columns: file, {header}).")
