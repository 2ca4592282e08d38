"""What several tables say together."""

from __future__ import annotations

import pytest

from tests.help.animals import ANIMALS, EVEN, MANY, questions
from tests.help.telling import PICTURES, by_class, sentence, table, tell


def test_a_correction_corrects_the_rows_that_it_has() -> None:
    found = tell({"labels.csv": table("file,label", PICTURES, ANIMALS), "zz_corrections.csv": "file,label\n000.png,dog\n001.png,dog\n"})
    assert by_class(found) == {"cat": "002 004 006", "dog": "000 001 003 005 007"}
    assert questions(found) == [
        (
            "`labels.csv` says another class than `zz_corrections.csv` of 1 picture; `zz_corrections.csv` counts.",
            {"classes": "labels.csv:label"},
        )
    ]
    both = {"labels.csv": table("file,label", PICTURES, ANIMALS), "zz_corrections.csv": "file,label\n000.png,dog\n001.png,dog\n"}
    assert by_class(tell(both, classes="labels.csv:label")) == EVEN


def test_of_two_tables_that_disagree_the_first_counts_and_it_is_said() -> None:
    found = tell({"a.csv": table("file,label", PICTURES, ANIMALS), "b.csv": table("file,label", PICTURES, ANIMALS[::-1])})
    assert by_class(found) == EVEN
    assert questions(found) == [("`b.csv` says another class than `a.csv` of 8 pictures; `a.csv` counts.", {"classes": "b.csv:label"})]


def test_a_submission_and_a_placeholder_are_no_truth() -> None:
    labels = table("file,label", PICTURES[:6], ANIMALS[:6])
    for name, why in (
        ("sample_submission.csv", "a submission holds answers to be filled in, no truth"),
        ("answers.csv", "its column `label` says 'cat' of all its 2 pictures, which is taken for a placeholder"),
    ):
        found = tell({"train.csv": labels, name: "file,label\n006.png,cat\n007.png,cat\n"})
        assert by_class(found) == {"cat": "000 002 004", "dog": "001 003 005"}
        assert sentence(found, name) == f"`{name}` is not used: {why}."


def test_a_table_for_each_class_is_truth() -> None:
    assert by_class(tell({f"{a}s.csv": table("file,label", PICTURES[k::2], [a] * 4) for k, a in enumerate(("cat", "dog"))})) == EVEN


def test_tables_of_one_class_each_beside_one_that_varies_are_truth() -> None:
    tables = {"0/GT-0.csv": table("file,label", ["a.png", "b.png"], [0, 0]), "1/GT-1.csv": table("file,label", ["a.png", "b.png"], [1, 1])}
    found = tell(
        {**tables, "GT-test.csv": "file,label\nc.png,0\nd.png,1\n"}, ("0/a.png", "0/b.png", "1/a.png", "1/b.png", "t/c.png", "t/d.png")
    )
    assert by_class(found) == {"0": "a b c", "1": "a b d"}


@pytest.mark.parametrize(
    ("rows", "labels", "text"),
    [
        (
            "000.png,dog\n001.png,cat\n",
            {},
            "`a.csv` has rows of different classes about 2 pictures in its column `label`, so it names no class of a whole picture.",
        ),
        ("000.png,cat\n001.png,dog\n", EVEN, None),
        ("000.png,\n", EVEN, None),
    ],
)
def test_rows_of_different_classes_about_one_picture_are_said(rows: str, labels: dict[str, str], text: str | None) -> None:
    found = tell({"a.csv": table("file,label", PICTURES, ANIMALS) + rows})
    assert by_class(found) == labels and [remark.words for remark in found.remarks] == ([text] if text else [])


def test_a_few_pictures_with_rows_of_different_classes_keep_the_first() -> None:
    found = tell({"a.csv": table("file,label", MANY, ANIMALS * 3) + "000.png,dog\n"}, MANY)
    assert found.labels["000.png"] == "cat" and [remark.words for remark in found.remarks] == [
        "`a.csv` has rows of different classes about 1 picture in its column `label`; the first row counts."
    ]


def test_lists_of_several_splits_do_not_mix() -> None:
    lists = {"train1.txt": "000\n001\n002\n", "test1.txt": "003\n", "train2.txt": "003\n001\n", "test2.txt": "000\n002\n"}
    found = tell(lists)
    assert found.parts == {"000.png": "train", "001.png": "train", "002.png": "train", "003.png": "test"}
    assert questions(found) == [
        (
            "Lists put 3 pictures into two parts ('train1.txt', 'test1.txt', 'train2.txt', 'test2.txt'): "
            "those of 'train1.txt', 'test1.txt' count.",
            {"split": "none"},
        )
    ]
    assert tell({"train.txt": "000\n001\n", "test.txt": "000\n"}).parts == {}


def test_a_small_table_names_classes_as_the_large_one_beside_it_does() -> None:
    large = table("file,ClassId", [f"a{k:03d}.png" for k in range(60)], [k % 30 for k in range(60)])
    small = table("file,ClassId", [f"m{k:03d}.png" for k in range(30)], list(range(30)))
    pictures = tuple(f"a{k:03d}.png" for k in range(60)) + tuple(f"m{k:03d}.png" for k in range(30))
    assert tell({"Meta.csv": small}, pictures).labels == {}
    assert tell({"Train.csv": large, "Meta.csv": small}, pictures).labels["m007.png"] == "7"


def test_numbers_of_one_table_get_the_words_of_another() -> None:
    found = tell({"a.csv": table("file,label", PICTURES, [0, 1] * 4), "b.csv": table("file,label", PICTURES[:4], ANIMALS[:4])})
    assert by_class(found) == EVEN and not questions(found)
