"""Parts that tables say, by a column or by their names."""

from __future__ import annotations

import pytest

from ssl_core.reading.tables import words
from tests.help.animals import ANIMALS, EVEN, questions, said
from tests.help.telling import PICTURES, by_class, by_part, tell


@pytest.mark.parametrize(
    ("header", "values", "parts"),
    [
        ("split", ["train"] * 4 + ["val"] * 2 + ["holdout"] * 2, {"test": 2, "train": 4, "validation": 2}),
        ("split", ["train"] * 6 + ["dev"] * 2, {"train": 6, "validation": 2}),
        ("split", ["train_set"] * 6 + ["test_set"] * 2, {"test": 2, "train": 6}),
        ("set", ["TRAIN"] * 6 + ["TEST"] * 2, {"test": 2, "train": 6}),
        ("subset", ["training"] * 6 + ["eval"] * 2, {"test": 2, "train": 6}),
        ("phase", ["learn"] * 6 + ["validation"] * 2, {"train": 6, "validation": 2}),
        ("Usage", ["Training"] * 4 + ["PublicTest"] * 2 + ["PrivateTest"] * 2, {"test": 2, "train": 4, "validation": 2}),
        ("is_test", [0] * 6 + [1] * 2, {"test": 2, "train": 6}),
        ("is_train", [1] * 6 + [0] * 2, {"test": 2, "train": 6}),
        ("is_test", ["False"] * 6 + ["True"] * 2, {"test": 2, "train": 6}),
        ("test", [0] * 6 + [1] * 2, {"test": 2, "train": 6}),
        ("is_valid", ["no"] * 6 + ["yes"] * 2, {"train": 6, "validation": 2}),
        ("where", ["train"] * 6 + ["test"] * 2, {"test": 2, "train": 6}),
        ("split", ["train"] * 6 + ["unlabeled"] * 2, {"train": 6, "unlabelled": 2}),
        ("data set", ["train2017"] * 6 + ["val2017"] * 2, {"train": 6, "validation": 2}),
    ],
)
def test_a_column_says_what_each_picture_is_for(header: str, values: list[object], parts: dict[str, int]) -> None:
    found = said(ANIMALS, values, header=f"label,{header}")
    assert by_part(found) == parts and by_class(found) == EVEN and found.assumed["split"] == f"a.csv:{header}" and not questions(found)


@pytest.mark.parametrize("value", ["extra", "later", "3", "train/test", "dunno"])
def test_pictures_whose_part_is_not_understood_are_kept_out_of_both(value: str) -> None:
    found = said(ANIMALS, ["train"] * 4 + ["test"] * 2 + [value] * 2, header="label,split")
    assert by_part(found) == {"test": 2, "train": 4} and found.aside == {"006.png": value, "007.png": value}
    assert questions(found) == [
        (
            f"`a.csv` says '{value}' of 2 pictures in its column `split`, which isn't understood as a part: "
            "they are neither learnt from nor measured with.",
            {"split": "none"},
        )
    ]


@pytest.mark.parametrize(
    ("header", "values", "text", "chosen"),
    [
        (
            "split",
            [1] * 6 + [0] * 2,
            "`a.csv` says 1 of 6 pictures and 0 of 2 in its column `split`: which of them test isn't said, so the column isn't used. "
            "If it is, the 2 test.",
            {"test": 2, "train": 6},
        ),
        (
            "set",
            ["0.0"] * 5 + ["1.0"] * 3,
            "`a.csv` says 0 of 5 pictures and 1 of 3 in its column `set`: which of them test isn't said, so the column isn't used. "
            "If it is, the 3 test.",
            {"test": 3, "train": 5},
        ),
        (
            "fold",
            [0, 1, 2, 3] * 2,
            "`a.csv` names 4 folds in its column `fold`, which isn't used. If it is, fold 3 tests (2 pictures) and the others train.",
            {"test": 2, "train": 6},
        ),
        (
            "kfold",
            [5, 1, 2, 3, 4, 5, 1, 2],
            "`a.csv` names 5 folds in its column `kfold`, which isn't used. If it is, fold 5 tests (2 pictures) and the others train.",
            {"test": 2, "train": 6},
        ),
        (
            "fold",
            ["a", "b"] * 4,
            "`a.csv` names 2 folds in its column `fold`, which isn't used. If it is, fold b tests (4 pictures) and the others train.",
            {"test": 4, "train": 4},
        ),
    ],
)
def test_numbers_that_do_not_say_what_they_mean_are_asked_about(header: str, values, text: str, chosen: dict[str, int]) -> None:
    found = said(ANIMALS, values, header=f"label,{header}")
    assert found.parts == {} and questions(found) == [(text, {"split": f"a.csv:{header}"})]
    assert by_part(said(ANIMALS, values, header=f"label,{header}", split=f"a.csv:{header}")) == chosen


def test_0_1_and_2_of_a_split_are_train_validation_and_test_and_that_is_asked_about() -> None:
    found = said(ANIMALS, [0] * 5 + [1] + [2] * 2, header="label,partition")
    assert by_part(found) == {"test": 2, "train": 5, "validation": 1}
    assert questions(found) == [
        ("`a.csv` has 0, 1 and 2 in its column `partition`: they are read as train, validation and test.", {"split": "none"})
    ]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("train.csv", "train"),
        ("Test.csv", "test"),
        ("ISIC_2019_Training_GroundTruth.csv", "train"),
        ("val_annotations.csv", "validation"),
        ("valid/_classes.csv", "validation"),
        ("train_or_test.csv", None),
        ("train_val_list.csv", "train"),
        ("trainLabels.csv", "train"),
        ("labels.csv", None),
        ("contest.csv", None),
    ],
)
def test_the_name_of_a_table_says_a_part(name: str, part: str | None) -> None:
    assert words.part_in_name(name) == part


@pytest.mark.parametrize(
    ("name", "text", "parts"),
    [
        (
            "list_eval_partition.txt",
            "".join(f"{p} {max(0, k - 5)}\n" for k, p in enumerate(PICTURES)),
            {"test": 1, "train": 6, "validation": 1},
        ),
        ("train_test_split.txt", "".join(f"{p} {int(k < 6)}\n" for k, p in enumerate(PICTURES)), {"test": 2, "train": 6}),
        ("split.csv", "".join(f"{p},{'train' if k < 6 else 'test'}\n" for k, p in enumerate(PICTURES)), {"test": 2, "train": 6}),
        ("folds.txt", "".join(f"{p} {k % 4}\n" for k, p in enumerate(PICTURES)), {}),
        ("my_split.txt", "".join(f"{p} {int(k < 6)}\n" for k, p in enumerate(PICTURES)), {}),
    ],
)
def test_a_list_that_is_called_as_a_split_names_no_classes(name: str, text: str, parts: dict[str, int]) -> None:
    found = tell({name: text})
    assert found.labels == {} and by_part(found) == parts and bool(questions(found)) == (name not in ("train_test_split.txt", "split.csv"))
